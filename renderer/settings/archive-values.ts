/** What is typed of an archive, and the configuration that it makes. Pure. */
import type { ArchiveConfiguration, DicomWebArchive } from '../../main/contract/archive.ts'

type Kind = DicomWebArchive['authentication']['kind']

/** What is typed; a secret that was not typed anew stays as it is kept. */
export interface TypedArchive {
  reachedBy: 'dicomWeb' | 'dimse'
  name: string
  url: string
  kind: Kind
  user: string
  secret: string | null
  aeTitle: string
  asksCommitment: boolean
}

const webOf = (kept: ArchiveConfiguration | null): DicomWebArchive | null => (kept && 'url' in kept ? kept : null)

/** The kind of secret that is kept; null without. */
export const keptKind = (kept: ArchiveConfiguration | null): Kind | null => webOf(kept)?.authentication.kind ?? null

export function typedFrom(kept: ArchiveConfiguration | null): TypedArchive {
  const web = webOf(kept)
  const peer = kept && 'aeTitle' in kept ? kept : null
  return {
    reachedBy: peer ? 'dimse' : 'dicomWeb',
    name: kept?.name ?? '',
    url: web?.url ?? '',
    kind: web?.authentication.kind ?? 'none',
    user: web?.authentication.kind === 'basic' ? web.authentication.user : '',
    secret: null,
    aeTitle: peer?.aeTitle ?? '',
    asksCommitment: peer?.asksCommitment ?? true,
  }
}

/**
 * What is typed once another configuration is kept: it, but for what a person changed since `known`, which is what was kept or saved before.
 * A secret goes with the address that it was typed for.
 */
export function carriedOver(typed: TypedArchive, known: readonly TypedArchive[], next: TypedArchive): TypedArchive {
  const isNew = (name: string) =>
    known.every((one) => one[name as keyof TypedArchive] !== typed[name as keyof TypedArchive])
  const carried = { ...next, ...Object.fromEntries(Object.entries(typed).filter(([name]) => isNew(name))) }
  return carried.url === typed.url && carried.kind === typed.kind ? carried : { ...carried, secret: next.secret }
}

export function configurationOf(typed: TypedArchive): ArchiveConfiguration {
  const { reachedBy, url, kind, user, secret, aeTitle, asksCommitment } = typed
  const name = typed.name.trim()
  if (reachedBy === 'dimse') return { name, aeTitle, asksCommitment }
  const authentication =
    kind === 'basic' ? { kind, user, password: secret } : kind === 'bearer' ? { kind, token: secret } : { kind }
  return { name, url: url.trim(), authentication }
}

export const isAddress = (url: string): boolean =>
  URL.canParse(url.trim()) && /^https?:$/.test(new URL(url.trim()).protocol) && url.trim().length <= 500

/** What a token can hold (RFC 6750 §2.1): printable ASCII without spaces. */
export const isToken = (text: string): boolean => /^[\x21-\x7e]*$/.test(text)

/** A first secret must be given; one that is kept need not be typed again. */
const isWebComplete = (typed: TypedArchive, kept: ArchiveConfiguration | null): boolean =>
  isAddress(typed.url) &&
  (typed.kind !== 'basic' || typed.user !== '') &&
  (typed.kind !== 'bearer' || isToken(typed.secret ?? '')) &&
  (typed.kind === 'none' || (typed.secret ?? '') !== '' || keptKind(kept) === typed.kind)

export const isComplete = (typed: TypedArchive, kept: ArchiveConfiguration | null): boolean =>
  typed.name.trim() !== '' && (typed.reachedBy === 'dimse' ? typed.aeTitle !== '' : isWebComplete(typed, kept))
