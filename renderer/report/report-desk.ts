/**
 * What the report of this panel or window can be told to do; commands and messages of other windows come through here. What is asked for one
 * report is never done in another: a wish goes to the report that was shown when a person made it, or nowhere.
 */
import { createStore } from 'zustand'
import type { ImageReference, Measurement } from '../../main/contract/measurement.ts'
import type { ImageLook } from '../../main/contract/report.ts'
import type { WindowMessage } from './window/channel.ts'

/** One report, open for writing here. */
export interface OpenReport {
  readonly reportId: string
  focus(): void
  hasFocus(): boolean
  insertMeasurement(measurement: Measurement): void
  markImage(image: ImageReference, look: ImageLook, isCited: boolean): void
  updateMeasurements(): void
  toggleList(ordered: boolean): void
  sign(): void
  /** Moves it to a window of its own. */
  detach(): void
}

/** What a person wants of the report that is shown, or that is about to be. */
export interface Wish {
  act(report: OpenReport): void
  /** What the window that writes the report is told instead; null: it can only be done here. */
  elsewhere: ((reportId: string) => WindowMessage) | null
}

/**
 * What is shown. `none`: nothing yet, a report is being opened or begun; `closed`: nothing that can be written in, such as the list of
 * reports or one that was signed.
 */
type Place =
  | { kind: 'none' | 'closed' }
  | { kind: 'here'; report: OpenReport }
  | { kind: 'elsewhere'; reportId: string }

interface DeskState {
  place: Place
  /** Done as soon as a report is open. */
  pending: Wish | null
}

/** What a desk needs around it. */
interface DeskWorld {
  /** Reaches the window that writes the report. */
  tell(message: WindowMessage): void
  /** A person is told that nothing was done. */
  refuse(): void
}

const reportOf = (place: Place): string | null =>
  place.kind === 'here' ? place.report.reportId : place.kind === 'elsewhere' ? place.reportId : null

/** A desk for one panel or window. */
export function createDesk({ tell, refuse }: DeskWorld) {
  const store = createStore<DeskState>(() => ({ place: { kind: 'none' }, pending: null }))
  /** Counts what ends every wish that waits. */
  let forgotten = 0

  const fulfil = (wish: Wish): void => {
    const { place } = store.getState()
    if (place.kind === 'none') store.setState({ pending: wish })
    else if (place.kind === 'here') wish.act(place.report)
    else if (place.kind === 'elsewhere' && wish.elsewhere) tell(wish.elsewhere(place.reportId))
    else refuse()
  }
  const show = (place: Place): void => {
    const { pending } = store.getState()
    store.setState({ place, pending: place.kind === 'none' ? pending : null })
    if (place.kind !== 'none' && pending) fulfil(pending)
  }
  const open = (): OpenReport | null => {
    const { place } = store.getState()
    return place.kind === 'here' ? place.report : null
  }
  return {
    setOpen: (report: OpenReport | null) => show(report ? { kind: 'here', report } : { kind: 'none' }),
    /** The report that is shown here is written in another window; null: no longer. */
    setElsewhere: (reportId: string | null) =>
      show(reportId === null ? { kind: 'none' } : { kind: 'elsewhere', reportId }),
    /** What is shown can not be written in, or no longer so. */
    setClosed: (isClosed: boolean) => show({ kind: isClosed ? 'closed' : 'none' }),
    open,
    /** The report with this id, when it is open here. */
    openAs: (reportId: string): OpenReport | null => (open()?.reportId === reportId ? open() : null),
    /** Whether a wish waits for a report. */
    isWaiting: () => store.getState().pending !== null,
    /** Gives the text the focus, after what waits for it. */
    focusWhenOpen(): void {
      const { pending } = store.getState()
      fulfil({
        act: (report) => {
          pending?.act(report)
          report.focus()
        },
        elsewhere: pending?.elsewhere ?? null,
      })
    },
    /**
     * Takes aim at the report that is shown now, or that will be. The returned function fulfils a wish that took its time; when another
     * report is shown since, or the panel was folded, it is refused.
     */
    aim(): (wish: Wish) => void {
      const [aimedAt, count] = [reportOf(store.getState().place), forgotten]
      return (wish) => {
        const isLost = aimedAt !== null && reportOf(store.getState().place) !== aimedAt
        if (forgotten !== count || isLost) refuse()
        else fulfil(wish)
      }
    },
    /** What was to be done in a report that never opened is not done in the next one. */
    forget(): void {
      forgotten += 1
      store.setState({ pending: null })
    },
  }
}
export type Desk = ReturnType<typeof createDesk>
