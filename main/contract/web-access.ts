/** DICOMweb for other machines: a listener of its own over TLS, its clients with what each may do, and the pages that may use it. */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { certificateSummary, tlsFault } from './network.ts'
import { receiverProblem } from './settings.ts'

/** What a client calls itself: letters, digits, spaces and `._@-`, at most 40. */
export const webClientName = z
  .string()
  .max(40)
  .regex(/^[\p{L}\p{N}](?:[\p{L}\p{N} ._@-]{0,38}[\p{L}\p{N}])?$/u)

export const webClient = z.object({
  id: z.string(),
  name: webClientName,
  /** It may search and retrieve. */
  mayRead: z.boolean(),
  /** It may store by STOW-RS. */
  mayStore: z.boolean(),
  /** ISO 8601. */
  createdAt: z.string(),
  /** To the hour; null: never. */
  lastUsedAt: z.string().nullable(),
})
export type WebClientSummary = z.infer<typeof webClient>

/** Origin of a page as browsers write it: `https://viewer.example:8443`. */
export const webOrigin = z
  .string()
  .max(300)
  .regex(/^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/)

export const webAccessState = z.object({
  isOn: z.boolean(),
  port: z.number().int(),
  /** Pages of other origins that may use it in a browser. */
  origins: z.array(webOrigin),
  /** Where key and certificate come from: given here, those of DICOM over TLS, or there are none. */
  certificateOf: z.enum(['own', 'dicom-tls', 'none']),
  certificate: certificateSummary.nullable(),
  /** Null while it does not listen. */
  listening: z.object({ address: z.string(), port: z.number().int() }).nullable(),
  /** Why it does not listen, though it should. */
  problem: z.union([receiverProblem, z.literal('no-certificate')]).nullable(),
  clients: z.array(webClient),
})
export type WebAccessState = z.infer<typeof webAccessState>

const pem = z.string().max(100_000)

export const webAccess = {
  /** Secrets and keys are never given out. */
  state: query(z.object({}), webAccessState),
  /** Changes all of it, or nothing where there is a fault or a problem of the listener. */
  configure: mutation(
    z.object({
      isOn: z.boolean(),
      port: z.number().int().min(1).max(65535),
      origins: z.array(webOrigin).max(20),
      /** PEM. `keep`: as it is; `dicom-tls`: that of DICOM over TLS, and one that was given here is forgotten. */
      certificate: z.union([z.object({ key: pem, certificate: pem }), z.enum(['keep', 'dicom-tls'])]),
    }),
    z.object({ fault: tlsFault.nullable(), problem: webAccessState.shape.problem }),
  ),
  /** The secret is told this once. */
  addClient: mutation(
    webClient.pick({ name: true, mayRead: true, mayStore: true }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('added'), client: webClient, secret: z.string() }),
      z.object({ kind: z.enum(['name-taken', 'too-many', 'may-nothing']) }),
    ]),
  ),
  /** What the client is doing is cut. */
  revokeClient: mutation(z.object({ id: z.string().max(64) }), z.object({})),
}
