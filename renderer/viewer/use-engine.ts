/** The viewing engine of one reading screen: made when it opens, restored from what was saved, freed when it closes. */
import { useEffect, useState } from 'react'
import type { ViewerEngine } from './engine/engine.ts'
import { createViewerEngine } from './engine/index.ts'

export type EngineState =
  | { kind: 'starting' }
  | { kind: 'ready'; engine: ViewerEngine }
  | { kind: 'failed'; cause: unknown }

/** `restored` is the engine's own saved state; empty when there is none. */
export function useEngine(restored: string, create: () => Promise<ViewerEngine> = createViewerEngine): EngineState {
  const [state, setState] = useState<EngineState>({ kind: 'starting' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was saved is read once, when the screen opens
  useEffect(() => {
    let isLeft = false
    let made: ViewerEngine | null = null
    create().then(
      (engine) => {
        if (isLeft) return engine.destroy()
        made = engine
        if (restored !== '') engine.restoreState(restored)
        setState({ kind: 'ready', engine })
      },
      (cause: unknown) => !isLeft && setState({ kind: 'failed', cause }),
    )
    return () => {
      isLeft = true
      made?.destroy()
      setState({ kind: 'starting' })
    }
  }, [create])
  return state
}
