/** From what a scan has seen to the place of each frame (PS3.5 §8.2, Annex A.4). */
import { elements } from '../dicom/elements.ts'
import type { VR } from '../dicom/vr.ts'
import type { DataElement, DataSet } from './data-set.ts'
import { readUint32 } from './element-header.ts'
import type { Fragments } from './element-parser.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'
import { framesOfFragments } from './pixel-frames.ts'
import { readNumbers } from './values.ts'

const keywords = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'] as const

/** Where the pixel data of a data set is; null without. */
export const pixelDataLayout = (attributes: DataSet, fragments: Fragments | null): PixelDataLayout | null => {
  const keyword = keywords.find((candidate) => attributes.elements.has(elements[candidate].tag))
  const element = keyword && attributes.element(keyword)
  if (!keyword || !element) return null
  const { offset, length } = element
  if (!fragments) {
    const native = { keyword, encapsulated: false, offset, length, frames: null }
    return attributes.littleEndian ? native : { ...native, bigEndianWord: bigEndianWord(attributes, element) }
  }
  const frames = fragments.complete
    ? framesOfFragments(fragments.list, numberOfFrames(attributes), offsetTable(attributes, fragments))
    : null
  return { keyword, encapsulated: true, offset, length, frames }
}

const bigEndianWord = (attributes: DataSet, { VR }: DataElement): number =>
  pixelWord(attributes.number('BitsAllocated') ?? 8, VR)

/** Bytes that native pixels are swapped by in big endian; those of one byte in pairs when they are stored as OW (PS3.5 §8.1.2). */
export const pixelWord = (bitsAllocated: number, VR: VR): number => {
  const bytes = bitsAllocated / 8
  return bytes > 1 ? bytes : VR === 'OW' ? 2 : 1
}

/** More than any real object has: a whole slide has some hundred thousand tiles. */
const MAX_FRAMES = 1_000_000

/** NumberOfFrames; 1 where it is absent or makes no sense. */
export const numberOfFrames = (attributes: DataSet): number => {
  const value = attributes.number('NumberOfFrames')
  return value !== undefined && Number.isInteger(value) && value > 0 && value <= MAX_FRAMES ? value : 1
}

const offsetTable = (attributes: DataSet, { basicOffsetTable }: Fragments): number[] => {
  if (basicOffsetTable.length >= 4) {
    return Array.from({ length: basicOffsetTable.length >> 2 }, (_, i) => readUint32(basicOffsetTable, i * 4, true))
  }
  const bytes = attributes.element('ExtendedOffsetTable')?.bytes
  return bytes ? readNumbers(bytes, 'OV', true) : []
}
