/** Going to an image or measurement, wherever it is: on screen, in another series, in a study of the patient that is not read yet. */
import type { ImageReference } from '../../main/contract/measurement.ts'
import type { ImageLook } from '../../main/contract/report.ts'
import type { DisplaySet, View } from './engine/engine.ts'
import { displaySetOf, type MeasurementItem, type Measurements, positionOf } from './measurements/use-measurements.ts'
import { cellPlace, type Reading } from './reading-context.ts'
import { cellCount, isSameContent } from './reading-state.ts'
import type { Views } from './views.ts'

/**
 * Where an image is among the display sets; null when it is in none. The one in its own study goes before all: another study may have one of
 * the same UIDs.
 */
export function findImage(
  { StudyInstanceUID, SOPInstanceUID, frame }: Pick<ImageReference, 'StudyInstanceUID' | 'SOPInstanceUID' | 'frame'>,
  displaySets: ReadonlyMap<string, DisplaySet>,
): { displaySet: DisplaySet; position: number } | null {
  const all = [...displaySets.values()]
  const isOwn = (displaySet: DisplaySet) => displaySet.StudyInstanceUID === StudyInstanceUID
  for (const displaySet of [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))]) {
    const position = displaySet.frames.findIndex(
      (one) => one.SOPInstanceUID === SOPInstanceUID && one.frame === (frame ?? 1) - 1,
    )
    if (position >= 0) return { displaySet, position }
  }
  return null
}

/** What stands in the way of showing an image. */
export type Hindrance = 'not-here' | 'being-read' | 'unread' | 'in-other-study' | 'document'

/** How far the reading of a study's headers is, for one that is open or a guest. */
function stageOf(StudyInstanceUID: string, { items, study, guestReadings }: Reading): 'being-read' | 'unread' | 'read' {
  const of = items.filter(({ series }) => series.StudyInstanceUID === StudyInstanceUID)
  const pending = of.filter((item) => item.kind === 'pending')
  if (pending.some(({ isUnread }) => !isUnread)) return 'being-read'
  const progress = guestReadings.get(StudyInstanceUID)
  if (progress?.isUnread || pending.length > 0) return 'unread'
  const isRead = StudyInstanceUID === study.StudyInstanceUID || progress?.isRead || of.length > 0
  return isRead ? 'read' : 'being-read'
}

/** Why an image is in none of the display sets. */
export function whyNotFound(image: ImageReference, reading: Reading): Hindrance {
  const { items, study, guests, others } = reading
  const isOf = ({ StudyInstanceUID }: { StudyInstanceUID: string }) => StudyInstanceUID === image.StudyInstanceUID
  const isRead = isOf(study) || guests.some(isOf)
  if (!isRead) return others.some(isOf) ? 'in-other-study' : 'not-here'
  const hasDocument = items.some(
    (item) =>
      item.kind === 'document' && item.instances.some(({ SOPInstanceUID }) => SOPInstanceUID === image.SOPInstanceUID),
  )
  if (hasDocument) return 'document'
  const stage = stageOf(image.StudyInstanceUID, reading)
  return stage === 'read' ? 'not-here' : stage
}

/** Why a measurement cannot be shown: it was removed, or what it was made on is not on screen. */
export type MeasurementHindrance =
  | 'measurementGone'
  | 'measurementElsewhere'
  | 'measurementsUnread'
  | 'studyNotHere'
  | 'being-read'
  | 'unread'
  | 'in-other-study'

/** Why there is nothing to show of a measurement; `of`: its study, where that is known. It is gone only where its study's own list says so. */
export function whyUnknown(
  id: string,
  of: string | undefined,
  reading: Reading,
  { all, told, isUnread }: Pick<Measurements, 'all' | 'told' | 'isUnread'>,
): MeasurementHindrance {
  const { study, guests, others } = reading
  const item = all.find((candidate) => candidate.id === id)
  const measured = item?.entry?.content.StudyInstanceUID ?? of
  if (measured === undefined) return 'measurementElsewhere'
  const isOf = ({ StudyInstanceUID }: { StudyInstanceUID: string }) => StudyInstanceUID === measured
  if (!isOf(study) && !guests.some(isOf)) return others.some(isOf) ? 'in-other-study' : 'studyNotHere'
  const stage = stageOf(measured, reading)
  if (item) return stage === 'read' ? 'studyNotHere' : stage
  if (told.has(measured)) return 'measurementGone'
  return isUnread ? 'measurementsUnread' : 'being-read'
}

/** The cell for images of a study: the active one, but beside a document or images of another study where that can be. */
function cellFor({ state, dispatch, displaySets }: Reading, { StudyInstanceUID }: DisplaySet): number {
  const isDocument = (cell: number) => state.cells[cell]?.kind === 'document'
  const isOther = (cell: number) => {
    const content = state.cells[cell]
    const shown = content?.kind === 'images' ? displaySets.get(content.displaySetId) : undefined
    return shown !== undefined && shown.StudyInstanceUID !== StudyInstanceUID
  }
  const isFree = (cell: number) => !isDocument(cell) && !isOther(cell)
  const cells = Array.from({ length: cellCount(state.layout) }, (_, cell) => cell)
  const free = isFree(state.active) ? state.active : cells.find(isFree)
  if (free !== undefined) return free
  if (cells.length > 1) return cells.find((cell) => cell !== state.active && !isDocument(cell)) ?? state.active
  dispatch({ type: 'layout', layout: '1x2', available: [] })
  return 1
}

/** Shows an image of a display set in the viewport that has it, else in the active one. */
export function showImage(
  reading: Reading,
  displaySet: DisplaySet,
  position: number,
  look: ImageLook | null = null,
): void {
  const { state, dispatch, views, positions } = reading
  const content = { kind: 'images', displaySetId: displaySet.displaySetId } as const
  const cell = state.cells.slice(0, cellCount(state.layout)).findIndex((one) => isSameContent(one, content))
  positions.set(displaySet.displaySetId, position)
  const target = cell >= 0 ? cell : cellFor(reading, displaySet)
  if (cell >= 0 && !state.mpr) dispatch({ type: 'activate', cell })
  else dispatch({ type: 'place', cell: target, content })
  onceThere(
    views,
    () => {
      const view = views.get(cellPlace(target))
      return view?.displaySetId === displaySet.displaySetId && view.plane === null ? view : undefined
    },
    (view) => {
      view.scrollTo(position)
      if (!look) return
      const { voi } = view.state()
      if (look.window) view.setVoi(look.window.center, look.window.width, look.window.function)
      // Kept without a window, it was shown by its own table.
      else if (voi && !voi.table?.isApplied) view.reset()
      view.invert(look.invert ?? false)
    },
  )
}

/** Shows what was measured: its image, or the planes through it. False when its images are not here. */
export function showMeasurement(reading: Reading, item: MeasurementItem): boolean {
  const displaySet = displaySetOf(item, reading.displaySets)
  if (!displaySet) return false
  const position = positionOf(item, displaySet)
  const { content } = item.entry ?? {}
  const isInPlane = content ? content.image === null : item.drawn?.SOPInstanceUID === null
  if (!isInPlane) {
    showImage(reading, displaySet, position)
    return true
  }
  const { state, dispatch, views, engine } = reading
  const { displaySetId } = displaySet
  if (state.mpr?.displaySetId !== displaySetId) dispatch({ type: 'enterMpr', displaySetId, startIndex: position })
  const points = content?.points ?? []
  const center = [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / points.length)
  const [x = 0, y = 0, z = 0] = center
  if (points.length === 0) return true
  onceThere(
    views,
    () => {
      const view = views.get('sagittal')
      return view?.displaySetId === displaySetId ? view : undefined
    },
    () => engine.meetAt([x, y, z]),
  )
  return true
}

/** How long a viewport may take to come, ms. */
const PATIENCE = 20_000
let cancel: () => void = () => undefined

/** Acts once the viewport is mounted; only the last wish counts. */
function onceThere(views: Views, find: () => View | undefined, act: (view: View) => void): void {
  cancel()
  const view = find()
  if (view) {
    act(view)
    return
  }
  const timer = setTimeout(() => cancel(), PATIENCE)
  const stop = views.subscribe(() => {
    const mounted = find()
    if (!mounted) return
    cancel()
    act(mounted)
  })
  cancel = () => {
    clearTimeout(timer)
    stop()
    cancel = () => undefined
  }
}
