/**
 * Who may use DICOMweb from other machines: named clients, each with a secret of 256 random bits that is kept as its digest only (so long
 * a secret cannot be guessed from it). They show it as a password (RFC 7617) or as a token (RFC 6750).
 */
import { createHash, timingSafeEqual } from 'node:crypto'

export interface WebClient {
  id: string
  name: string
  mayRead: boolean
  mayStore: boolean
  /** SHA-256 of its secret, base64url. */
  digest: string
}

/** Form of a client's name: it stands before the colon of a password. */
export const isClientName = (name: string): boolean =>
  /^[\p{L}\p{N}](?:[\p{L}\p{N} ._@-]{0,38}[\p{L}\p{N}])?$/u.test(name)

const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** What is kept of a secret. */
export const secretDigest = (secret: string): string => digestOf(secret).toString('base64url')

/** What a request shows; the name is empty where it shows a token, or names nobody that could be here. */
export interface Shown {
  name: string
  secret: string
}

/** What an `Authorization` header shows; null when it shows nothing that could be a client's. */
export function shownBy(authorization: string | undefined): Shown | null {
  const [, scheme = '', value = ''] = /^(Basic|Bearer) +([A-Za-z0-9+/=_-]{1,400})$/i.exec(authorization ?? '') ?? []
  if (scheme.toLowerCase() === 'bearer') return { name: '', secret: value }
  if (scheme === '') return null
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const name = pair.slice(0, Math.max(0, colon)).normalize('NFC')
  return colon < 0 ? null : { name: isClientName(name) ? name : '', secret: pair.slice(colon + 1) }
}

/** The client that shows its secret, and its name where it names one; takes as long whoever it is, if anybody. */
export function recognise(authorization: string | undefined, clients: readonly WebClient[]): WebClient | null {
  const shown = shownBy(authorization)
  const isToken = /^Bearer /i.test(authorization ?? '')
  const digest = digestOf(shown?.secret ?? '')
  let found: WebClient | null = null
  for (const client of clients) {
    const isSecret = timingSafeEqual(digest, Buffer.from(client.digest, 'base64url'))
    if (isSecret && shown && (isToken || shown.name === client.name)) found = client
  }
  return found
}
