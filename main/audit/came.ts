/**
 * What comes for each study, counted, and noted once the study was quiet for a moment: a study of thousands of objects is one entry or a few,
 * and nothing is done for a single object but to count it. Callers that are turned away over and over are counted in the same way.
 */
import type { ReceiverEvent } from '../contract/station.ts'
import { isRefusal, refusedEvent } from './events.ts'
import type { Noted } from './journal.ts'

/** ms between two looks; without an object until a study is quiet; until it is noted though it is not. */
const LOOK_EVERY = 2_000
const QUIET = 3_000
const AT_MOST = 60_000
/** Different refusals told apart within one look: more are counted with the last. */
const REFUSALS = 50

/** Objects of a study since it was noted last. */
export interface CameCount {
  objects: number
  versions: number
}

interface Counting extends CameCount {
  firstAt: number
  lastAt: number
}

export interface Gathering {
  /** Objects were stored. */
  came(changes: readonly { kind: 'stored' | 'duplicate' | 'version'; StudyInstanceUID: string }[]): void
  /** An association ended. */
  ended(event: ReceiverEvent): void
  /** Notes all that was counted, whether it is quiet or not, and counts no more. */
  close(): Promise<void>
}

/** Counts; `study` notes what came for one, `note` takes note of a refusal. */
export const gather = (
  study: (StudyInstanceUID: string, count: CameCount) => Promise<void>,
  note: (event: Noted) => void,
  now: () => number = Date.now,
): Gathering => {
  const counting = new Map<string, Counting>()
  const refusals = new Map<string, { event: ReceiverEvent; times: number }>()
  let timer: NodeJS.Timeout | null = null

  const look = async (isEnd: boolean): Promise<void> => {
    for (const { event, times } of refusals.values()) note(refusedEvent(event, times))
    refusals.clear()
    const at = now()
    const due = [...counting].filter(
      ([, { firstAt, lastAt }]) => isEnd || at - lastAt >= QUIET || at - firstAt >= AT_MOST,
    )
    for (const [StudyInstanceUID, { objects, versions }] of due) {
      counting.delete(StudyInstanceUID)
      await study(StudyInstanceUID, { objects, versions })
    }
  }
  const wake = (): void => {
    if (timer) return
    timer = setTimeout(async () => {
      await look(false)
      timer = null
      if (counting.size > 0 || refusals.size > 0) wake()
    }, LOOK_EVERY)
    timer.unref()
  }
  return {
    came(changes) {
      for (const { kind, StudyInstanceUID } of changes) {
        if (kind === 'duplicate') continue
        const at = now()
        const count = counting.get(StudyInstanceUID) ?? { objects: 0, versions: 0, firstAt: at, lastAt: at }
        count.objects += 1
        count.versions += kind === 'version' ? 1 : 0
        count.lastAt = at
        counting.set(StudyInstanceUID, count)
      }
      if (counting.size > 0) wake()
    },
    ended(event) {
      if (!isRefusal(event)) return
      const { callingAETitle, remoteAddress, outcome, failed, reasons } = event
      const exact = [callingAETitle, remoteAddress, outcome, failed, ...reasons.map(({ code }) => code)].join('\n')
      const key = refusals.has(exact) || refusals.size < REFUSALS ? exact : 'others'
      const known = refusals.get(key)
      refusals.set(key, { event, times: (known?.times ?? 0) + 1 })
      wake()
    },
    async close() {
      if (timer) clearTimeout(timer)
      await look(true)
    },
  }
}
