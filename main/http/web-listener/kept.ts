/** How DICOMweb for other machines is set, as it is kept: secrets as digests only. */
import { z } from 'zod'
import { webClient, webOrigin } from '../../contract/web-access.ts'

const keptClient = webClient.extend({ digest: z.string().length(43) })
export type KeptClient = z.infer<typeof keptClient>

const keptAccess = z.object({
  isOn: z.boolean(),
  port: z.number().int().min(1).max(65535),
  origins: z.array(webOrigin),
  /** PEM; null: what DICOM over TLS shows. */
  certificate: z.object({ key: z.string(), certificate: z.string() }).nullable(),
  clients: z.array(keptClient),
})
export type KeptAccess = z.infer<typeof keptAccess>

/** Off, on the port that HTTPS has besides 443, for nobody. */
export const noAccess: KeptAccess = { isOn: false, port: 8443, origins: [], certificate: null, clients: [] }

/** What `text` keeps; nothing is let in by what cannot be read any more. */
export function readAccess(text: string | null): KeptAccess {
  try {
    const kept = keptAccess.safeParse(JSON.parse(text || 'null'))
    return kept.success ? kept.data : noAccess
  } catch {
    return noAccess
  }
}
