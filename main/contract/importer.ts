/** Ways in besides the network listener: the demo studies (sent to our own receiver) and, while they run, their progress. */
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

export const importer = {
  demos: query(z.object({}), z.array(demo)),
  /** Starts sending the demo study to this station's receiver by C-STORE; progress comes as `demoProgress` events. */
  loadDemo: mutation(z.object({ id: demo.shape.id }), z.object({ started: z.boolean() })),
  cancelDemo: mutation(z.object({ id: demo.shape.id }), z.object({})),
}
