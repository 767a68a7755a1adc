/** Data sets: scanning, attributes, character sets, DICOM JSON, Part 10 files, frames. */
export { type CharacterSet, characterSet } from './charset.ts'
export { type DataElement, DataSet } from './data-set.ts'
export { type FrameFormat, type FrameRanges, frameLength, frameRanges, joinFrame } from './frame-ranges.ts'
export { HeaderScan, type HeaderScanOptions, type HeaderScanResult } from './header-scan.ts'
export { type ImageHeaderWithoutKey, imageHeader, type ScannedImage } from './image-header.ts'
export type { PixelDataLayout } from './pixel-data-layout.ts'
export { searchText, searchWords } from './search-text.ts'
export {
  type IndexedAttributes,
  identifyingKeywords,
  indexedAttributes,
  type RequestAttributes,
  studySearchText,
} from './study-attributes.ts'
