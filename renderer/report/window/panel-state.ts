/** Whether the panel beside the images is open, how wide it is, and which report it shows; the station keeps it with the window's place. */
import { useCallback, useMemo } from 'react'
import { useWorkspace } from '../../services/workspace.ts'

/** px */
export const narrowest = 360
export const widest = 900

export interface PanelState {
  isOpen: boolean
  /** px */
  width: number
}

const KEY = 'report-panel'
const atFirst: PanelState = { isOpen: false, width: 460 }

/** The state that `text` holds, as far as it is one. */
export function readPanelState(text: string | undefined): PanelState {
  try {
    const { isOpen, width } = JSON.parse(text ?? '') as Partial<Record<keyof PanelState, unknown>>
    return {
      isOpen: isOpen === true,
      width: typeof width === 'number' && Number.isFinite(width) ? clampWidth(width) : atFirst.width,
    }
  } catch {
    return atFirst
  }
}

export const clampWidth = (width: number): number => Math.round(Math.min(Math.max(width, narrowest), widest))

/** The panel's state and how to change it. */
export function usePanelState(): [PanelState, (change: Partial<PanelState>) => void] {
  const text = useWorkspace((state) => state.kept[KEY])
  const state = useMemo(() => readPanelState(text), [text])
  const change = useCallback((part: Partial<PanelState>) => {
    const { kept, keep } = useWorkspace.getState()
    keep(KEY, JSON.stringify({ ...readPanelState(kept[KEY]), ...part }))
  }, [])
  return [state, change]
}
