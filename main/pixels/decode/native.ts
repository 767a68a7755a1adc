/** Uncompressed frames (PS3.5 §8.1): little-endian bytes to numbers. */
import type { PixelFormat } from '../../dataset/index.ts'
import { DecodeError, type Samples } from './decoded-frame.ts'

const arrays = {
  8: [Uint8Array, Int8Array],
  16: [Uint16Array, Int16Array],
  32: [Uint32Array, Int32Array],
} as const

/** Samples of `count` values; bits beyond BitsStored are dropped and the sign is extended. Throws {@link DecodeError}. */
export const toSamples = (bytes: Uint8Array, format: PixelFormat, count: number): Samples => {
  if (format.pixelValueType !== 'integer') return floats(bytes, format.pixelValueType, count)
  if (format.BitsAllocated === 1) return bits(bytes, count)
  const pair = arrays[format.BitsAllocated as keyof typeof arrays]
  if (!pair) throw new DecodeError(`${format.BitsAllocated} bits allocated`)
  const buffer = aligned(bytes, (count * format.BitsAllocated) / 8)
  const samples = new pair[format.PixelRepresentation === 1 ? 1 : 0](buffer)
  return keepStoredBits(samples, format)
}

/** A copy of its own, as typed arrays need it. */
const aligned = (bytes: Uint8Array, length: number): ArrayBuffer => {
  if (bytes.length < length) throw new DecodeError(`${bytes.length} bytes where ${length} are needed`)
  return bytes.slice(0, length).buffer as ArrayBuffer
}

const floats = (bytes: Uint8Array, type: 'float' | 'double', count: number): Samples =>
  type === 'float' ? new Float32Array(aligned(bytes, count * 4)) : new Float64Array(aligned(bytes, count * 8))

/** Single-bit pixels, from the least significant bit up. */
const bits = (bytes: Uint8Array, count: number): Uint8Array => {
  if (bytes.length * 8 < count) throw new DecodeError('not enough single-bit pixels')
  return Uint8Array.from({ length: count }, (_, i) => ((bytes[i >> 3] ?? 0) >> (i & 7)) & 1)
}

const keepStoredBits = (
  samples: Samples,
  { BitsAllocated, BitsStored, HighBit, PixelRepresentation }: PixelFormat,
): Samples => {
  if (BitsStored === BitsAllocated) return samples
  const left = 32 - 1 - HighBit
  const right = 32 - BitsStored
  for (let i = 0; i < samples.length; i++) {
    const shifted = (samples[i] ?? 0) << left
    samples[i] = PixelRepresentation === 1 ? shifted >> right : shifted >>> right
  }
  return samples
}

/** RRR…GGG…BBB… to RGBRGB…  */
export const interleave = (samples: Samples, planes: number): Samples => {
  const pixels = samples.length / planes
  const interleaved = samples.slice()
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < pixels; i++) interleaved[i * planes + plane] = samples[plane * pixels + i] ?? 0
  }
  return interleaved
}

/** Two pixels share their colour differences: Y Y Cb Cr becomes Y Cb Cr, Y Cb Cr (PS3.3 §C.7.6.3.1.2). */
export const expandYbr422 = (bytes: Uint8Array, pixels: number): Uint8Array => {
  if (bytes.length < pixels * 2) throw new DecodeError('not enough YBR_FULL_422 pixels')
  const full = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) {
    const at = (i >> 1) * 4
    full[i * 3] = bytes[at + (i & 1)] ?? 0
    full[i * 3 + 1] = bytes[at + 2] ?? 0
    full[i * 3 + 2] = bytes[at + 3] ?? 0
  }
  return full
}
