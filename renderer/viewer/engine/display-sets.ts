/**
 * From the headers of a series to its display sets: images that belong together, in geometric order, none dropped.
 * An instance that cannot be shown keeps its place and its reason.
 */
import type { ImageHeader } from '../../../main/contract/image.ts'
import { byOrientation, splitEntries } from './display-set-splitting.ts'
import type { DisplaySet, FrameRef, NoMprReason } from './engine.ts'
import { frameHeaderOf, isColour } from './frame-header.ts'
import { dot, isOrientation, planeAxes, type Vector3 } from './vectors.ts'
import { findGaps, irregularity, type SliceGeometry } from './volume-geometry.ts'

/** One frame with the attributes that hold for it. */
export interface Entry {
  header: ImageHeader
  frame: number
  attributes: ImageHeader
}

const entriesOf = (header: ImageHeader): Entry[] =>
  Array.from({ length: header.NumberOfFrames }, (_, frame) => ({
    header,
    frame,
    attributes: frameHeaderOf(header, frame),
  }))

const geometryOf = ({ header, attributes }: Entry): SliceGeometry => ({
  position: (attributes.ImagePositionPatient as Vector3 | undefined) ?? null,
  orientation: isOrientation(attributes.ImageOrientationPatient) ? attributes.ImageOrientationPatient : null,
  InstanceNumber: header.InstanceNumber ?? null,
})

const byNumber = (a: Entry, b: Entry): number =>
  (a.header.InstanceNumber ?? Number.MAX_SAFE_INTEGER) - (b.header.InstanceNumber ?? Number.MAX_SAFE_INTEGER) ||
  a.header.instanceKey - b.header.instanceKey ||
  a.frame - b.frame

/** Along the normal where every frame has a position, in the sense in which instance numbers mostly grow; else by instance number. */
const inOrder = (entries: readonly Entry[]): Entry[] => {
  const numbered = [...entries].sort(byNumber)
  const orientation = numbered.map((entry) => geometryOf(entry).orientation).find(Boolean)
  const shown = numbered.filter(({ attributes }) => attributes.ImagePositionPatient)
  // A frame without a position (damaged header) must not undo the order of the others: it stays next to its number's neighbour.
  if (!orientation || shown.length < 2 || shown.length < numbered.length * 0.5) return numbered
  const { normal } = planeAxes(orientation)
  const along = (entry: Entry): number => dot(entry.attributes.ImagePositionPatient ?? [0, 0, 0], normal)
  const rises = shown.slice(1).reduce((sum, entry, index) => {
    const before = shown[index]
    return sum + (before ? Math.sign(along(entry) - along(before)) : 0)
  }, 0)
  const sense = rises < 0 ? -1 : 1
  const placed = [...shown].sort((a, b) => sense * (along(a) - along(b)) || byNumber(a, b))
  for (const entry of numbered) {
    if (entry.attributes.ImagePositionPatient) continue
    const next = placed.findIndex((other) => byNumber(entry, other) < 0)
    placed.splice(next === -1 ? placed.length : next, 0, entry)
  }
  return placed
}

/** Longest side of a texture in voxels, and its size in bytes, that every graphics card is trusted with. */
export const volumeLimits = { side: 2048, bytes: 2 ** 30 }

const whyNoMpr = (entries: readonly Entry[]): NoMprReason | null => {
  const displayable = entries.filter(({ header }) => header.notDisplayable === null)
  const [first] = displayable
  if (!first) return 'not-a-stack'
  if (isColour(first.header)) return 'colour'
  const isCine = first.header.NumberOfFrames > 1 && !first.attributes.ImagePositionPatient
  if (isCine) return 'not-a-stack'
  if (displayable.length < 3) return 'too-few-images'
  const slices = displayable.map(geometryOf)
  if (slices.some(({ position, orientation }) => !position || !orientation)) return 'no-geometry'
  if (displayable.some(({ attributes }) => !attributes.PixelSpacing)) return 'no-geometry'
  if (byOrientation(displayable).length > 1) return 'mixed-orientation'
  if (new Set(displayable.map(({ header }) => header.FrameOfReferenceUID)).size > 1) return 'mixed-frame-of-reference'
  if (displayable.length < entries.length) return 'missing-images'
  const irregular = irregularity(slices)
  if (irregular) return irregular
  const { Rows = 0, Columns = 0 } = first.header
  const bytes = Rows * Columns * entries.length * ((first.header.BitsAllocated ?? 16) > 8 ? 2 : 1)
  const isTooLarge = Math.max(Rows, Columns, entries.length) > volumeLimits.side || bytes > volumeLimits.bytes
  return isTooLarge ? 'too-large' : null
}

const frameRef = ({ header, frame }: Entry): FrameRef => ({
  instanceKey: header.instanceKey,
  SOPInstanceUID: header.SOPInstanceUID,
  InstanceNumber: header.InstanceNumber ?? null,
  frame,
  notDisplayable: header.notDisplayable,
})

/** What the station knows of the series beside the headers. */
export interface SeriesFacts {
  SeriesNumber: number | null
  SeriesDescription: string
  Modality: string
}

const makeDisplaySet = (series: SeriesFacts, entries: readonly Entry[], label: string): DisplaySet => {
  const ordered = inOrder(entries)
  const [first] = ordered
  if (!first) throw new RangeError('a display set has at least one frame')
  // The instance that came first names the set, so that the name holds while a study is still arriving.
  const earliest = ordered.reduce((a, b) =>
    b.header.instanceKey < a.header.instanceKey || (b.header.instanceKey === a.header.instanceKey && b.frame < a.frame)
      ? b
      : a,
  )
  const displayable = ordered.find(({ header }) => header.notDisplayable === null) ?? first
  return {
    displaySetId: `${first.header.SeriesInstanceUID}/${earliest.header.instanceKey}.${earliest.frame}`,
    StudyInstanceUID: first.header.StudyInstanceUID,
    SeriesInstanceUID: first.header.SeriesInstanceUID,
    Modality: displayable.header.Modality ?? series.Modality,
    SeriesNumber: series.SeriesNumber,
    // What tells a part of a split series from the others; else the series' own name.
    label: label || series.SeriesDescription,
    frames: ordered.map(frameRef),
    headers: new Map(ordered.map(({ header }) => [header.instanceKey, header])),
    noMpr: whyNoMpr(ordered),
    gaps: findGaps(ordered.map(geometryOf)),
  }
}

/** Display sets of the instances of one series, the one with the lowest instance number first. */
export const buildDisplaySets = (series: SeriesFacts, headers: readonly ImageHeader[]): DisplaySet[] =>
  splitEntries(headers.flatMap(entriesOf))
    .map(({ entries, label }) => makeDisplaySet(series, entries, label))
    .sort((a, b) => lowestNumber(a) - lowestNumber(b) || a.displaySetId.localeCompare(b.displaySetId))

const lowestNumber = ({ frames }: DisplaySet): number =>
  Math.min(...frames.map(({ InstanceNumber }) => InstanceNumber ?? Number.MAX_SAFE_INTEGER))
