/** Modality and VOI LUTs and palettes (PS3.3 §C.11.1, §C.11.2, §C.7.6.3.1.5, §C.7.9.2). */
import type { ImageHeader } from '../contract/image.ts'
import type { Keyword } from '../dicom/elements.ts'
import type { DataSet } from './data-set.ts'
import { textOf } from './typed-values.ts'
import { readNumbers } from './values.ts'

type LookupTable = NonNullable<ImageHeader['ModalityLUTSequence']>
type Descriptor = LookupTable['LUTDescriptor']

/** Number of entries (0 stands for 65536), first value mapped (signed where the pixels are), bits of an entry. */
const descriptor = (attributes: DataSet, keyword: Keyword, signed: boolean): Descriptor | undefined => {
  const bytes = attributes.element(keyword)?.bytes
  if (bytes?.length !== 6) return undefined
  const [entries = 0, first = 0, bits = 0] = readNumbers(bytes, 'US', attributes.littleEndian)
  return [entries || 65_536, signed ? (first << 16) >> 16 : first, bits]
}

/** Entries of 16 bits, or of 8 where the data is half as long (PS3.3 §C.11.1.1.1). */
const entries = (attributes: DataSet, keyword: Keyword, [count]: Descriptor): number[] | undefined => {
  const bytes = attributes.element(keyword)?.bytes
  if (!bytes || count === 0) return undefined
  if (bytes.length >= count * 2) return readNumbers(bytes.subarray(0, count * 2), 'US', attributes.littleEndian)
  return bytes.length >= count ? [...bytes.subarray(0, count)] : undefined
}

const isSigned = (attributes: DataSet): boolean => attributes.number('PixelRepresentation') === 1

/** A table whose entries are damaged keeps its place without them: what was to be shown through it must not be shown as if it had none. */
const lookupTable = (item: DataSet, signed: boolean): LookupTable => {
  const LUTDescriptor = descriptor(item, 'LUTDescriptor', signed) ?? [0, 0, 0]
  const LUTData = entries(item, 'LUTData', LUTDescriptor) ?? []
  const LUTExplanation = textOf(item, 'LUTExplanation')
  return { LUTDescriptor, LUTData, ...(LUTExplanation ? { LUTExplanation } : {}) }
}

/** The modality LUT, without entries where it is damaged; undefined where a rescale takes its place. */
export const modalityLookupTable = (attributes: DataSet): LookupTable | undefined => {
  const item = attributes.items('ModalityLUTSequence')[0]
  return item && lookupTable(item, isSigned(attributes))
}

/**
 * Whether a VOI LUT's first input is signed (PS3.3 §C.11.2.1.1): as the pixels are; after a rescale, whether its output may be negative;
 * never after a modality LUT, whose output is not.
 */
const isVoiInputSigned = (attributes: DataSet): boolean => {
  if (attributes.items('ModalityLUTSequence').length > 0) return false
  const signed = isSigned(attributes)
  const intercept = attributes.number('RescaleIntercept')
  if (intercept === undefined) return signed
  const slope = attributes.number('RescaleSlope') ?? 1
  const values = 2 ** (attributes.number('BitsStored') ?? 16)
  const smallest = signed ? -values / 2 : 0
  return Math.min(smallest * slope, (smallest + values - 1) * slope) + intercept < 0
}

/** The VOI LUTs, of which a person may choose; where all are damaged, these, without entries. */
export const voiLookupTables = (attributes: DataSet): LookupTable[] | undefined => {
  const tables = attributes.items('VOILUTSequence').map((item) => lookupTable(item, isVoiInputSigned(attributes)))
  if (tables.length === 0) return undefined
  const whole = tables.filter(({ LUTData }) => LUTData.length > 0)
  return whole.length > 0 ? whole : tables
}

const colours = ['Red', 'Green', 'Blue'] as const

/** The palette of a PALETTE COLOR image, segmented ones expanded; undefined when it is incomplete. */
export const palette = (attributes: DataSet): ImageHeader['palette'] => {
  const tables = colours.map((colour) => paletteTable(attributes, colour))
  const [red, green, blue] = tables
  return red && green && blue ? [red, green, blue] : undefined
}

const paletteTable = (attributes: DataSet, colour: (typeof colours)[number]): LookupTable | undefined => {
  const LUTDescriptor = descriptor(attributes, `${colour}PaletteColorLookupTableDescriptor`, isSigned(attributes))
  if (!LUTDescriptor) return undefined
  const LUTData =
    entries(attributes, `${colour}PaletteColorLookupTableData`, LUTDescriptor) ??
    expandSegments(attributes, `Segmented${colour}PaletteColorLookupTableData`, LUTDescriptor)
  return LUTData && { LUTDescriptor, LUTData }
}

/** Segmented palette data: discrete, linear and indirect segments (PS3.3 §C.7.9.2). */
const expandSegments = (attributes: DataSet, keyword: Keyword, [count, , bits]: Descriptor): number[] | undefined => {
  const bytes = attributes.element(keyword)?.bytes
  if (!bytes) return undefined
  const words = bits === 8 ? [...bytes] : readNumbers(bytes, 'US', attributes.littleEndian)
  const table: number[] = []
  if (!expand(words, 0, words.length, table, count, bits === 8 ? 1 : 2, true)) return undefined
  return table.length === count ? table : undefined
}

const expand = (
  words: readonly number[],
  from: number,
  to: number,
  table: number[],
  count: number,
  wordBytes: number,
  indirectAllowed: boolean,
  maxSegments = Number.POSITIVE_INFINITY,
): boolean => {
  let at = from
  for (let segments = 0; at + 1 < to && segments < maxSegments && table.length < count; segments++) {
    const opcode = words[at]
    const length = words[at + 1] ?? 0
    at += 2
    if (opcode === 0) {
      table.push(...words.slice(at, at + length))
      at += length
    } else if (opcode === 1) {
      const start = table.at(-1)
      const end = words[at++]
      if (start === undefined || end === undefined) return false
      for (let i = 1; i <= length; i++) table.push(Math.round(start + ((end - start) * i) / length))
    } else if (opcode === 2 && indirectAllowed) {
      const offset =
        wordBytes === 1
          ? bytesToNumber(words.slice(at, at + 4))
          : ((words[at] ?? 0) | ((words[at + 1] ?? 0) << 16)) >>> 1
      at += wordBytes === 1 ? 4 : 2
      if (!expand(words, offset, words.length, table, count, wordBytes, false, length)) return false
    } else return false
  }
  return true
}

const bytesToNumber = (bytes: readonly number[]): number => bytes.reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0)
