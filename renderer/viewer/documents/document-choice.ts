/** Which object of a series of documents is shown: the newest, or the one that was chosen; and the images that selections mark. */
import { create } from 'zustand'
import type { ImageHeader } from '../../../main/contract/image.ts'
import type { DocumentItem } from '../strip/strip-items.ts'

interface Choices {
  /** SOPInstanceUID by series. */
  chosen: Readonly<Record<string, string>>
  choose(SeriesInstanceUID: string, SOPInstanceUID: string): void
}

export const useDocumentChoice = create<Choices>((set) => ({
  chosen: {},
  choose: (SeriesInstanceUID, SOPInstanceUID) =>
    set(({ chosen }) => ({ chosen: { ...chosen, [SeriesInstanceUID]: SOPInstanceUID } })),
}))

const when = ({ ContentDate = '', ContentTime = '' }: ImageHeader): string => `${ContentDate} ${ContentTime}`

/** Newest first: by the date of the content, then by arrival. */
export const newestFirst = (instances: readonly ImageHeader[]): ImageHeader[] =>
  [...instances].sort((a, b) => when(b).localeCompare(when(a)) || b.instanceKey - a.instanceKey)

/** The object of a series that is shown. */
export function shownDocument(item: DocumentItem, chosen: Choices['chosen']): ImageHeader | undefined {
  const wanted = chosen[item.series.SeriesInstanceUID]
  const sorted = newestFirst(item.instances)
  return sorted.find(({ SOPInstanceUID }) => SOPInstanceUID === wanted) ?? sorted[0]
}
