/** How far a display set is loaded: counts and places, read again whenever the engine says that they changed. */
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react'
import type { LoadState, ViewerEngine } from '../engine/engine.ts'

export interface Load {
  state: LoadState
  places: Uint8Array
}

/** Counted places of a display set; a new object at each change. */
export function useLoad(engine: ViewerEngine, displaySetId: string): Load {
  const changes = useRef(0)
  const subscribe = useCallback(
    (listener: () => void) =>
      engine.subscribeLoad((changed) => {
        if (changed !== displaySetId) return
        changes.current += 1
        listener()
      }),
    [engine, displaySetId],
  )
  const version = useSyncExternalStore(subscribe, () => changes.current)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that the counts changed
  return useMemo(
    () => ({ state: { ...engine.loadState(displaySetId) }, places: engine.places(displaySetId).slice() }),
    [engine, displaySetId, version],
  )
}
