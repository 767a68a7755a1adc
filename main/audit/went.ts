/** What goes of each study to each receiver, counted, and noted once that was quiet for a moment: a study of thousands of objects is one entry or a few. */

/** ms between two looks; without an object until it is quiet; until it is noted though it is not. */
const LOOK_EVERY = 2_000
const QUIET = 3_000
const AT_MOST = 60_000
/** Counts that are told apart at a time; the oldest is noted early. */
const MOST = 1_000

/** What goes together: the same study to the same receiver, asked for by the same. */
export interface WentCount {
  StudyInstanceUID: string
  to: string
  address?: string
  requestor: string
  how: string
  objects: number
  failed: number
}

interface Counting extends WentCount {
  firstAt: number
  lastAt: number
}

export interface GatheringWent {
  went(count: WentCount): void
  /** Notes all that was counted, and counts no more. */
  close(): Promise<void>
}

/** Counts; `note` notes what went of one study to one receiver. */
export const gatherWent = (note: (count: WentCount) => Promise<void>, now: () => number = Date.now): GatheringWent => {
  const counting = new Map<string, Counting>()
  let timer: NodeJS.Timeout | null = null
  const look = async (isDue: (counted: Counting) => boolean): Promise<void> => {
    for (const [key, counted] of [...counting]) {
      if (!isDue(counted)) continue
      counting.delete(key)
      const { firstAt, lastAt, ...count } = counted
      await note(count)
    }
  }
  const wake = (): void => {
    if (timer) return
    timer = setTimeout(async () => {
      const at = now()
      await look(({ firstAt, lastAt }) => at - lastAt >= QUIET || at - firstAt >= AT_MOST)
      timer = null
      if (counting.size > 0) wake()
    }, LOOK_EVERY)
    timer.unref()
  }
  return {
    went(count) {
      const { StudyInstanceUID, to, address = '', requestor, how } = count
      const key = [StudyInstanceUID, to, address, requestor, how].join('\n')
      const at = now()
      const known = counting.get(key)
      counting.set(key, {
        ...count,
        objects: count.objects + (known?.objects ?? 0),
        failed: count.failed + (known?.failed ?? 0),
        firstAt: known?.firstAt ?? at,
        lastAt: at,
      })
      if (counting.size > MOST) {
        const [oldest] = counting.values()
        void look((counted) => counted === oldest)
      }
      wake()
    },
    async close() {
      if (timer) clearTimeout(timer)
      await look(() => true)
    },
  }
}
