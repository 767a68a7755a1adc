/** The viewport that keys and buttons act on: the active cell's, or the active plane's in MPR. */
import type { View } from './engine/engine.ts'
import { cellPlace, type Reading, useReading } from './reading-context.ts'
import { useView } from './views.ts'

/** Where the active viewport is registered among the views. */
export const activePlace = (state: Reading['state']): string => (state.mpr ? 'active-plane' : cellPlace(state.active))

/** Undefined while nothing is mounted there, or a document is shown. */
export function useActiveView(): View | undefined {
  const { views, state } = useReading()
  return useView(views, activePlace(state))
}
