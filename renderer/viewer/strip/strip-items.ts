/** The series of a study as the strip lists them: one item a display set, one for the documents of a series, none left out. */
import type { ImageHeader } from '../../../main/contract/image.ts'
import type { SeriesRow } from '../../../main/contract/studies.ts'
import { isImageSOPClass, isStorageSOPClass } from '../../../main/dicom/index.ts'
import { type DocumentKind, documentKind } from '../documents/document-kind.ts'
import type { DisplaySet } from '../engine/engine.ts'
import { type Content, contentKey } from '../reading-state.ts'
import { type PartFacts, partFacts } from './part-facts.ts'

/** What is known of one series: its row, the headers read so far, and what was made of them. */
export interface SeriesContents {
  series: SeriesRow
  /** Null while its headers are being read. */
  headers: readonly ImageHeader[] | null
  displaySets: readonly DisplaySet[]
  /** Its headers could not be read. */
  isUnread?: boolean
}

interface Item {
  key: string
  series: SeriesRow
}
export interface ImagesItem extends Item {
  kind: 'images'
  content: Content
  displaySet: DisplaySet
  /** What tells it from the others of its series; null when its series was not split. */
  part: PartFacts | null
}
export interface DocumentItem extends Item {
  kind: 'document'
  content: Content
  document: DocumentKind
  instances: readonly ImageHeader[]
}
/** A series whose headers are not read yet, or could not be. */
export interface PendingItem extends Item {
  kind: 'pending'
  isUnread: boolean
}
export type StripItem = ImagesItem | DocumentItem | PendingItem

/** Whether an instance is a document by nature, and not an image that lost its pixels. */
export function isDocument(header: Pick<ImageHeader, 'SOPClassUID' | 'notDisplayable'>): boolean {
  return isStorageSOPClass(header.SOPClassUID)
    ? !isImageSOPClass(header.SOPClassUID)
    : header.notDisplayable === 'no-pixel-data'
}

/** Items in the order of the series numbers, documents after images. */
export function stripItems(contents: readonly SeriesContents[]): StripItem[] {
  const items = [...contents].sort(byNumber).flatMap(itemsOf)
  return [...items.filter((item) => item.kind !== 'document'), ...items.filter((item) => item.kind === 'document')]
}

const byNumber = (a: SeriesContents, b: SeriesContents): number =>
  (a.series.SeriesNumber ?? Number.MAX_SAFE_INTEGER) - (b.series.SeriesNumber ?? Number.MAX_SAFE_INTEGER) ||
  a.series.SeriesInstanceUID.localeCompare(b.series.SeriesInstanceUID)

function itemsOf({ series, headers, displaySets, isUnread = false }: SeriesContents): StripItem[] {
  if (!headers) return [{ kind: 'pending', key: `pending ${series.SeriesInstanceUID}`, series, isUnread }]
  const parts = displaySets.length > 1 ? partFacts(displaySets, series.SeriesDescription) : []
  const images = displaySets.map((displaySet, index): ImagesItem => {
    const content: Content = { kind: 'images', displaySetId: displaySet.displaySetId }
    return { kind: 'images', key: contentKey(content), series, content, displaySet, part: parts[index] ?? null }
  })
  const instances = headers.filter(isDocument)
  const [first] = instances
  if (!first) return images
  const content: Content = { kind: 'document', SeriesInstanceUID: series.SeriesInstanceUID }
  const document = documentKind(first.SOPClassUID)
  return [...images, { kind: 'document', key: contentKey(content), series, content, document, instances }]
}

/**
 * What is shown first: the first stack that is not a localizer, else the first stack, else the first document. While more is being read
 * (`isPending`) only the first of these will do; null: not yet.
 */
export function firstContent(items: readonly StripItem[], isPending: boolean): Content | null {
  const images = items.filter((item) => item.kind === 'images')
  const main = images.find(({ displaySet }) => !isLocalizer(displaySet)) ?? (isPending ? undefined : images[0])
  if (isPending) return main?.content ?? null
  return main?.content ?? items.find((item) => item.kind === 'document')?.content ?? null
}

/** Whether a stack only shows where others lie (PS3.3 §C.8.2.1.1.1). */
export const isLocalizer = (displaySet: DisplaySet): boolean => {
  const header = displaySet.headers.values().next().value
  return header?.ImageType?.includes('LOCALIZER') ?? false
}

/** How many images a display set should have, has, and can show; what is missing by geometry or number counts as missing. */
export interface ItemCounts {
  /** Announced by the archive or the sender, for the whole series; null when nobody did. */
  expected: number | null
  received: number
  displayed: number
  gaps: number
  isIncomplete: boolean
}

/** The counts of an item; those of a split series are its own frames, because nobody announced them. */
export function itemCounts(item: ImagesItem): ItemCounts {
  const { series, displaySet } = item
  const isPart = item.part !== null
  const unshown = displaySet.frames.filter((frame) => frame.notDisplayable).length
  const received = isPart ? displaySet.frames.length : Math.max(series.completeness.received, displaySet.headers.size)
  const expected = isPart ? null : series.completeness.expected
  return {
    expected,
    received,
    displayed: displaySet.frames.length - unshown,
    gaps: displaySet.gaps.length,
    isIncomplete: unshown > 0 || displaySet.gaps.length > 0 || (expected !== null && received < expected),
  }
}
