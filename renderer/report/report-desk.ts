/** What the open report of this window can be told to do; commands and messages of other windows come through here. */
import { createStore } from 'zustand'
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { KeyImage } from '../../main/contract/report.ts'

/** One report, open for writing here. */
export interface OpenReport {
  focus(): void
  hasFocus(): boolean
  insertMeasurement(measurement: Measurement): void
  markImage(image: ImageReference, window: KeyImage['window'], isCited: boolean): void
  updateMeasurements(): void
  toggleList(ordered: boolean): void
  sign(): void
  /** Moves it to a window of its own. */
  detach(): void
}

interface DeskState {
  open: OpenReport | null
  /** Done as soon as a report is open. */
  pending: ((report: OpenReport) => void) | null
}

/** A desk for one panel or window. */
export function createDesk() {
  const store = createStore<DeskState>(() => ({ open: null, pending: null }))
  return {
    store,
    setOpen(open: OpenReport | null): void {
      const { pending } = store.getState()
      store.setState({ open, pending: open ? null : pending })
      if (open && pending) pending(open)
    },
    open: () => store.getState().open,
    /** Does it now, or once a report is open here; only the last such wish is kept. */
    whenOpen(act: (report: OpenReport) => void): void {
      const { open } = store.getState()
      if (open) act(open)
      else store.setState({ pending: act })
    },
    forget: () => store.setState({ pending: null }),
  }
}
export type Desk = ReturnType<typeof createDesk>
