/**
 * Whether the archive answers, by the last exchange. While it does not, what waits for it waits together: one attempt at a time finds out
 * whether it is back, and then all go on.
 */
import type { ArchiveFault } from '../contract/archive.ts'
import type { ArchiveError } from './archive-error.ts'
import { type Backoff, delayAfter, isOfArchive } from './backoff.ts'

export interface Reachability {
  readonly state: 'unknown' | 'yes' | 'no'
  readonly fault: ArchiveFault | null
  readonly detail: string
  /** Attempts in a row that did not reach it. */
  readonly failures: number
  /** ms since 1970 before which nothing should be tried. */
  readonly closedUntil: number
  /** It answered, with whatever. */
  succeeded(): void
  /** An exchange failed; other faults than the archive's own count as an answer. */
  failed(error: ArchiveError): void
  /** A person's own question failed so: told, but nothing waits for it, so it is no attempt of those that are counted. */
  unanswered(error: ArchiveError): void
  /** A person wants it tried now: nothing waits any more, and what is known stays until it is. */
  tryNow(): void
  /** Another archive: forgets everything. */
  reset(): void
}

/** `onBack` is called when it answers again after failures, `onChange` when anything else is to be told. */
export const createReachability = (options: {
  backoff: Backoff
  now: () => Date
  onChange(): void
  onBack(): void
}): Reachability => {
  const { backoff, now, onChange, onBack } = options
  const unknown = { state: 'unknown' as Reachability['state'], fault: null as ArchiveFault | null, detail: '' }
  /** `closedFor`: ms. */
  const open = { failures: 0, closedFor: 0, closedUntil: 0 }
  let known = { ...unknown, ...open }
  const succeeded = () => {
    const wasAway = known.state === 'no'
    const wasKnown = known.state === 'yes'
    known = { state: 'yes', fault: null, detail: '', ...open }
    if (!wasKnown) onChange()
    if (wasAway) onBack()
  }
  const closedUntil = (): number => {
    // A clock that was set back must not make the pause longer.
    const latest = now().getTime() + known.closedFor
    if (known.closedUntil > latest) known = { ...known, closedUntil: latest }
    return known.closedUntil
  }
  return {
    get state() {
      return known.state
    },
    get fault() {
      return known.fault
    },
    get detail() {
      return known.detail
    },
    get failures() {
      return known.failures
    },
    get closedUntil() {
      return closedUntil()
    },
    succeeded,
    failed(error) {
      if (error.fault === 'cancelled') return
      if (!isOfArchive(error)) return succeeded()
      // Several that fail together are one failure.
      const time = now().getTime()
      if (closedUntil() > time) return
      const { fault, message: detail } = error
      const failures = known.failures + 1
      const closedFor = delayAfter(error, failures, backoff)
      known = { state: 'no', fault, detail, failures, closedFor, closedUntil: time + closedFor }
      onChange()
    },
    unanswered(error) {
      if (error.fault === 'cancelled') return
      if (!isOfArchive(error)) return succeeded()
      if (known.failures > 0 || known.fault === error.fault) return
      known = { ...known, state: 'no', fault: error.fault, detail: error.message }
      onChange()
    },
    tryNow() {
      known = { ...known, failures: 0, closedUntil: 0 }
      onChange()
    },
    reset() {
      known = { ...unknown, ...open }
      onChange()
    },
  }
}
