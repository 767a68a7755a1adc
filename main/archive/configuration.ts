/** The archive's configuration as it is kept, and as it is given out: without its secrets. */
import { isDeepStrictEqual } from 'node:util'
import { type ArchiveConfiguration, archiveConfiguration, type DicomWebArchive } from '../contract/archive.ts'

type Authentication = DicomWebArchive['authentication']

/** Whether it is reached by DICOMweb; else by DIMSE. */
export const isDicomWeb = (configuration: ArchiveConfiguration): configuration is DicomWebArchive =>
  'url' in configuration

const withoutSecret = (authentication: Authentication): Authentication => {
  if (authentication.kind === 'basic') return { ...authentication, password: null }
  return authentication.kind === 'bearer' ? { ...authentication, token: null } : authentication
}

/** What a window may see of it. */
export const publicConfiguration = (configuration: ArchiveConfiguration | null): ArchiveConfiguration | null =>
  configuration && isDicomWeb(configuration)
    ? { ...configuration, authentication: withoutSecret(configuration.authentication) }
    : configuration

/** Only the host that a secret was entered for gets it. */
const isSameHost = (a: DicomWebArchive, b: DicomWebArchive): boolean =>
  new URL(a.url).hostname === new URL(b.url).hostname

/** `wanted` with the secret that is kept, where it has none of its own. */
export const completeConfiguration = (
  wanted: ArchiveConfiguration,
  kept: ArchiveConfiguration | null,
): ArchiveConfiguration => {
  if (!kept || !isDicomWeb(wanted) || !isDicomWeb(kept) || !isSameHost(wanted, kept)) return wanted
  const { authentication } = wanted
  const known = kept.authentication
  if (authentication.kind === 'basic' && known.kind === 'basic' && authentication.password === null)
    return { ...wanted, authentication: { ...authentication, password: known.password } }
  if (authentication.kind === 'bearer' && known.kind === 'bearer' && authentication.token === null)
    return { ...wanted, authentication: { ...authentication, token: known.token } }
  return wanted
}

/** Whether both lead to the same archive in the same way, whatever it is called. */
export const isSameAccess = (a: ArchiveConfiguration | null, b: ArchiveConfiguration | null): boolean =>
  a !== null && b !== null && isDeepStrictEqual({ ...a, name: '' }, { ...b, name: '' })

/** What was kept as JSON; null when there is nothing, or nothing that this program understands. */
export const parseConfiguration = (text: string | null): ArchiveConfiguration | null => {
  if (text === null) return null
  const parsed = archiveConfiguration.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : null
}
