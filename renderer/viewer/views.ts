/** The viewports that are mounted now, by place (`cell-0`, `axial`): commands and panels find the active one here. */
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { View, ViewportState } from './engine/engine.ts'

/** Mounted viewports by place, with a subscription for what depends on them. */
export interface Views {
  get(place: string): View | undefined
  set(place: string, view: View): void
  /** Forgets `view`, unless another has taken its place since. */
  remove(place: string, view: View): void
  all(): readonly View[]
  subscribe(listener: () => void): () => void
}

export function createViews(): Views {
  const views = new Map<string, View>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  return {
    get: (place) => views.get(place),
    set: (place, view) => {
      views.set(place, view)
      tell()
    },
    remove: (place, view) => {
      if (views.get(place) !== view) return
      views.delete(place)
      tell()
    },
    all: () => [...views.values()],
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The viewport at `place`; undefined while there is none. */
export function useView(views: Views, place: string): View | undefined {
  return useSyncExternalStore(views.subscribe, () => views.get(place))
}

const nothing = () => () => undefined

/** What a viewport has painted; null without a viewport. */
export function useViewState(view: View | undefined): ViewportState | null {
  const subscribe = useMemo(() => (view ? (listener: () => void) => view.subscribe(listener) : nothing), [view])
  const read = useCallback(() => view?.state() ?? null, [view])
  return useSyncExternalStore(subscribe, read)
}
