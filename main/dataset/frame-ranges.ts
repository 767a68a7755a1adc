/** Which bytes of a stored data set are one frame, and how they become what the pixel stream carries (contract/viewer.ts). */
import { concatenate } from './concatenate.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'
import { swapBytes } from './values.ts'

/** The attributes that give a native frame its size (PS3.5 §8.1.1). */
export interface FrameFormat {
  NumberOfFrames: number
  Rows?: number | undefined
  Columns?: number | undefined
  SamplesPerPixel?: number | undefined
  BitsAllocated?: number | undefined
  PhotometricInterpretation?: string | undefined
}

/** Bytes of one native frame, with a fraction where single-bit frames do not end on a byte; undefined when attributes are missing. */
export const frameLength = ({
  Rows,
  Columns,
  SamplesPerPixel = 1,
  BitsAllocated,
  PhotometricInterpretation,
}: FrameFormat): number | undefined => {
  if (!Rows || !Columns || !BitsAllocated) return undefined
  const samples = PhotometricInterpretation === 'YBR_FULL_422' && SamplesPerPixel === 3 ? 2 : SamplesPerPixel
  return (Rows * Columns * samples * BitsAllocated) / 8
}

/** Place of a frame's bytes: ranges to read and put together. */
export interface FrameRanges {
  /** `[start, end)` in the data set. */
  ranges: [start: number, end: number][]
  /** Bits to drop before the first pixel: frames need not begin on a byte (single-bit pixels) or on a big-endian word. */
  bitOffset: number
  /** Bytes of the frame once they are put together. */
  length: number
}

/** Where frame `frame` (from 0) is; null when the data set does not hold it. */
export const frameRanges = (layout: PixelDataLayout, format: FrameFormat, frame: number): FrameRanges | null => {
  if (!Number.isInteger(frame) || frame < 0 || frame >= format.NumberOfFrames) return null
  if (layout.encapsulated) {
    const fragments = layout.frames?.[frame]
    if (!fragments) return null
    const ranges = fragments.map(([offset, length]): [number, number] => [offset, offset + length])
    return { ranges, bitOffset: 0, length: fragments.reduce((sum, [, length]) => sum + length, 0) }
  }
  const bytes = frameLength(format)
  if (bytes === undefined) return null
  const start = frame * bytes
  const end = start + bytes
  if (end > layout.length) return null
  const word = layout.bigEndianWord ?? 1
  const from = Math.floor(start / word) * word
  const to = Math.min(Math.ceil(end / word) * word, layout.length)
  const range: [number, number] = [layout.offset + from, layout.offset + to]
  return { ranges: [range], bitOffset: Math.round((start - from) * 8), length: Math.ceil(bytes) }
}

/** Puts the ranges' bytes together, in little endian. Encapsulated frames are only joined. */
export const joinFrame = (
  parts: readonly Uint8Array[],
  { bitOffset, length }: FrameRanges,
  layout: PixelDataLayout,
): Uint8Array => {
  const bytes = parts.length === 1 && parts[0] ? parts[0] : concatenate(parts)
  if (layout.encapsulated) return bytes
  const word = layout.bigEndianWord ?? 1
  const ordered = word > 1 ? swapBytes(bytes, word) : bytes
  return bitOffset > 0
    ? shiftBits(ordered.subarray(bitOffset >> 3), bitOffset & 7, length)
    : ordered.subarray(0, length)
}

/** Single-bit pixels are packed from the least significant bit up (PS3.5 §8.1.1). */
const shiftBits = (bytes: Uint8Array, bitOffset: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8)) >>> bitOffset) & 0xff)
