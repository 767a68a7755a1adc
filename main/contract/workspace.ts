/**
 * Where a person is in the program, kept by the station so that a reloaded or crashed window comes back to the same place, and so that
 * nothing has to live in the browser's storage.
 */
import { z } from 'zod'
import { mutation, query } from './define.ts'

/** The state of the windows; `state` is the renderer's own JSON, bounded in size. */
const workspaceState = z.object({ windowId: z.string().max(64), state: z.string().max(262_144) })

export const workspace = {
  load: query(z.object({ windowId: z.string().max(64) }), workspaceState.nullable()),
  save: mutation(workspaceState, z.object({})),
}
