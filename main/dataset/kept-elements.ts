/** Which values a header scan keeps: short ones, and the tables without which pixels cannot be read or shown. */
import { elements } from '../dicom/elements.ts'

/** Longer values are passed over by offset, except the tables below. */
const MAX_KEPT_VALUE = 65_536
/** Longest table that is kept, in bytes. */
export const MAX_KEPT_TABLE = 4 * 1024 * 1024

const tables = new Set<number>([
  elements.LUTData.tag,
  elements.RedPaletteColorLookupTableData.tag,
  elements.GreenPaletteColorLookupTableData.tag,
  elements.BluePaletteColorLookupTableData.tag,
  elements.SegmentedRedPaletteColorLookupTableData.tag,
  elements.SegmentedGreenPaletteColorLookupTableData.tag,
  elements.SegmentedBluePaletteColorLookupTableData.tag,
  elements.ExtendedOffsetTable.tag,
  elements.ExtendedOffsetTableLengths.tag,
])

const pixelTags = new Set<number>([
  elements.PixelData.tag,
  elements.FloatPixelData.tag,
  elements.DoubleFloatPixelData.tag,
])

/** Elements that the program knows by name. */
export const knownTags: ReadonlySet<number> = new Set(Object.values(elements).map(({ tag }) => tag))

/** Pixel data of whatever kind; never kept. */
export const isPixelTag = (tag: number): boolean => pixelTags.has(tag)

/** The longest value of an element that is kept, in bytes; -1 for pixel data. */
export const maxKeptLength = (tag: number): number =>
  isPixelTag(tag) ? -1 : tables.has(tag) ? MAX_KEPT_TABLE : MAX_KEPT_VALUE
