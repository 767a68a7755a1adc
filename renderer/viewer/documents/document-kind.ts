/** Series that are no images: which kind of document each is, by its SOP class (PS3.4 Annex B.5). */

/** The UI has a word for each (`documents.*`). */
export type DocumentKind =
  | 'structuredReport'
  | 'keyObjects'
  | 'presentationState'
  | 'pdf'
  | 'cda'
  | 'model'
  | 'segmentation'
  | 'registration'
  | 'radiotherapy'
  | 'waveform'
  | 'rawData'
  | 'other'

const STORAGE = '1.2.840.10008.5.1.4.1.1.'

/** The first prefix that fits wins. */
const kinds: readonly (readonly [string, DocumentKind])[] = [
  ['88.59', 'keyObjects'],
  ['88.', 'structuredReport'],
  ['104.1', 'pdf'],
  ['104.2', 'cda'],
  ['104.', 'model'],
  ['11.', 'presentationState'],
  ['66.1', 'registration'],
  ['66.3', 'registration'],
  ['66.4', 'segmentation'],
  ['66.5', 'segmentation'],
  ['66.7', 'segmentation'],
  ['66', 'rawData'],
  ['481.', 'radiotherapy'],
  ['9.', 'waveform'],
]

/** What an instance of this class is to a reader. */
export function documentKind(SOPClassUID: string): DocumentKind {
  if (!SOPClassUID.startsWith(STORAGE)) return 'other'
  const rest = SOPClassUID.slice(STORAGE.length)
  return (
    kinds.find(([prefix]) => rest === prefix || rest.startsWith(prefix.endsWith('.') ? prefix : `${prefix}.`))?.[1] ??
    'other'
  )
}
