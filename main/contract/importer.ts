/**
 * Ways in besides the network listener: dropped files, and the demo studies (sent to our own receiver).
 *
 * `POST /import` takes the bytes of one Part-10 file (at most 2 GiB, streamed) and answers {@link importOutcome} as JSON once the object is
 * durable; files that are no DICOM are refused with `not-dicom`.
 */
import { z } from 'zod'
import { mutation, query } from './define.ts'

export const demo = z.object({
  id: z.enum(['phantom', 'mr']),
  /** Objects that will be sent. */
  instances: z.number().int(),
  /** Whether its study is in the cache already, complete. */
  loaded: z.boolean(),
  running: z.boolean(),
  /** Attribution that its licence asks to be shown. */
  attribution: z.string(),
})
export type Demo = z.infer<typeof demo>

/** What became of one dropped file. */
export const importOutcome = z.object({
  outcome: z.enum(['stored', 'duplicate', 'version', 'refused']),
  /** With `refused`: `not-dicom`, or a refusal reason of the cache. */
  reason: z.string().optional(),
})
export type ImportOutcome = z.infer<typeof importOutcome>

export const importer = {
  demos: query(z.object({}), z.array(demo)),
  /** Starts sending the demo study to this station's receiver by C-STORE; progress comes as `demoProgress` events. */
  loadDemo: mutation(z.object({ id: demo.shape.id }), z.object({ started: z.boolean() })),
  cancelDemo: mutation(z.object({ id: demo.shape.id }), z.object({})),
}
