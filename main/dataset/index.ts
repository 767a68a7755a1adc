/** Data sets: scanning, attributes, character sets, DICOM JSON, Part 10 files, frames, writing. */
export type { CharacterSet } from './charset.ts'
export { concatenate } from './concatenate.ts'
export { type DataElement, DataSet } from './data-set.ts'
export {
  type Decompression,
  decodedLength,
  decompressedHead,
  decompressedTail,
  decompressionOf,
  pixelFormatOf,
  type Surroundings,
} from './decompression.ts'
export { type DicomJson, type DicomJsonElement, type DicomJsonOptions, toDicomJson } from './dicom-json.ts'
export { type FrameFormat, type FrameRanges, frameRanges, joinFrame } from './frame-ranges.ts'
export { HeaderScan, type HeaderScanOptions, type HeaderScanResult } from './header-scan.ts'
export { type ImageHeaderWithoutKey, imageHeader, type ScannedImage } from './image-header.ts'
export { fragmentsIn } from './item-fragments.ts'
export { type Part10Head, type Part10Meta, parsePart10, part10Header } from './part10.ts'
export type { PixelDataLayout } from './pixel-data-layout.ts'
export type { PixelFormat } from './pixel-format.ts'
export { pixelWord } from './pixel-layout.ts'
export {
  type DecodedPixels,
  type ElementChanges,
  isReEncodable,
  ReEncodeError,
  reEncode,
  uncompressedSyntaxes,
} from './re-encode.ts'
export { type ReadableDataSet, scanStored } from './scan-stored.ts'
export { searchWords } from './search-text.ts'
export {
  type IndexedAttributes,
  identifyingKeywords,
  indexedAttributes,
  type RequestAttributes,
  studySearchText,
} from './study-attributes.ts'
export { type DataSetContent, isLatin1, WriteError, writeDataSet } from './write.ts'
