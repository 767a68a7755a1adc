/** Putting another study of the patient beside the one that is read, and going back. */
import type { Reading } from '../reading-context.ts'
import { type Content, cellCount, comparisonCells, isSameContent } from '../reading-state.ts'
import { firstContent, type ImagesItem, type StripItem } from '../strip/strip-items.ts'
import { neighbourInTime } from '../strip/studies-in-time.ts'
import { matchingSeries } from './matching-series.ts'

/** Reads another study of the patient beside the open one. */
export function compareWith(reading: Reading, StudyInstanceUID: string): void {
  const { state, dispatch, invite, dismiss, say } = reading
  say(null)
  const before = state.comparison?.StudyInstanceUID
  if (before && before !== StudyInstanceUID) dismiss(before)
  invite(StudyInstanceUID)
  dispatch({ type: 'compare', StudyInstanceUID, own: ownContent(reading) })
}

/** Back to what was on screen before the comparison. */
export function stopComparing(reading: Reading): void {
  const { state, dispatch, dismiss, say } = reading
  if (!state.comparison) return
  say(null)
  dismiss(state.comparison.StudyInstanceUID)
  dispatch({ type: 'stopComparing', own: ownContent(reading) })
}

/** The study that is next older than the compared one, or than the open one; undefined when there is none. */
export function nextOlder({ study, others, state }: Reading) {
  const from = others.find((other) => other.StudyInstanceUID === state.comparison?.StudyInstanceUID) ?? study
  const rest = [study, ...others].filter((one) => one !== from)
  const older = neighbourInTime(from, rest, 'older')
  return older === study ? neighbourInTime(study, others, 'older') : older
}

/** What is read of the open study: in the active cell, else in the first that shows some of it. */
function ownContent({ state, items, study }: Reading): Content | null {
  const own = items.filter(({ series }) => series.StudyInstanceUID === study.StudyInstanceUID)
  const isOwn = (content: Content | null | undefined): content is Content =>
    !!content && own.some((item) => item.kind !== 'pending' && isSameContent(item.content, content))
  if (state.mpr) {
    const content = { kind: 'images', displaySetId: state.mpr.displaySetId } as const
    if (isOwn(content)) return content
  }
  const active = state.cells[state.active]
  if (isOwn(active)) return active
  return state.cells.slice(0, cellCount(state.layout)).find(isOwn) ?? firstContent(own, false)
}

/** What stands in the way of showing the compared study. */
export type Obstacle = 'gone' | 'reading' | 'arriving' | 'studyUnread' | 'unread' | 'nothing'

/** What of the compared study belongs beside the open one's series, or why there is nothing yet. */
export function comparedContent(reading: Reading): { content: Content } | { obstacle: Obstacle } {
  const { state, items, others, guestReadings } = reading
  const StudyInstanceUID = state.comparison?.StudyInstanceUID
  const row = others.find((other) => other.StudyInstanceUID === StudyInstanceUID)
  if (!row) return { obstacle: 'gone' }
  const of = items.filter(({ series }) => series.StudyInstanceUID === StudyInstanceUID)
  const progress = guestReadings.get(row.StudyInstanceUID)
  if (progress?.isUnread) return { obstacle: 'studyUnread' }
  const isPending = of.some((item) => item.kind === 'pending' && !item.isUnread)
  if (isPending || !(progress?.isRead ?? of.length > 0)) return { obstacle: 'reading' }
  const images = of.filter((item) => item.kind === 'images')
  const own = shownItem(items, state.cells[comparisonCells.own])
  const match = own && matchingSeries(own, images)
  // While more is coming, only what is of the same kind will do: the picture is not to change under the reader's eyes.
  if (row.receiving && !match?.isOfSameKind) return { obstacle: 'arriving' }
  const content = match?.item.content ?? firstContent(of, false)
  if (content) return { content }
  return { obstacle: (progress?.failedSeries ?? 0) > 0 ? 'unread' : 'nothing' }
}

/** The stack of images that `content` is, where it is read. */
export const shownItem = (items: readonly StripItem[], content: Content | null | undefined): ImagesItem | undefined =>
  items.filter((item) => item.kind === 'images').find((item) => isSameContent(item.content, content))
