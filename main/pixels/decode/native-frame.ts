/** A stored frame as the bytes of a native one (PS3.5 §8.1): the same pixel values, little endian, all samples of a pixel side by side. */

import type { PixelFormat } from '../../dataset/index.ts'
import { transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'
import { decodeFrame } from './decode-frame.ts'
import { DecodeError, type Samples } from './decoded-frame.ts'
import { decodeRle } from './rle.ts'

export interface NativeFrame {
  bytes: Uint8Array
  /** MONOCHROME1, MONOCHROME2, PALETTE COLOR, RGB or YBR_FULL; that of the stored frame, when that was native already. */
  PhotometricInterpretation: string
}

const arrays = {
  8: [Uint8Array, Int8Array],
  16: [Uint16Array, Int16Array],
  32: [Uint32Array, Int32Array],
} as const

/** Samples in as many bytes as the object allocates. */
function inAllocatedBits(samples: Samples, { BitsAllocated, PixelRepresentation }: PixelFormat): Uint8Array {
  const Kind = arrays[BitsAllocated as keyof typeof arrays]?.[PixelRepresentation === 1 ? 1 : 0]
  if (!Kind || samples.BYTES_PER_ELEMENT * 8 > BitsAllocated) throw new DecodeError(`${BitsAllocated} bits allocated`)
  const { buffer, byteOffset, byteLength } = samples instanceof Kind ? samples : Kind.from(samples)
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** Decodes a frame of integers to native bytes. Throws {@link DecodeError}. */
export function nativeFrame(bytes: Uint8Array, format: PixelFormat): NativeFrame {
  const { PhotometricInterpretation, Rows, Columns, SamplesPerPixel, BitsAllocated } = format
  const codec = transferSyntaxes.get(format.TransferSyntaxUID)?.codec
  if (codec === 'none') return { bytes, PhotometricInterpretation }
  if (codec === 'rle') {
    // Every bit is kept, also those that are no part of a sample.
    const decoded = decodeRle(bytes, Rows * Columns, SamplesPerPixel, BitsAllocated / 8)
    const isSubsampled = PhotometricInterpretation === 'YBR_FULL_422'
    return { bytes: decoded, PhotometricInterpretation: isSubsampled ? 'YBR_FULL' : PhotometricInterpretation }
  }
  const frame = decodeFrame(bytes, format)
  return { bytes: inAllocatedBits(frame.samples, format), PhotometricInterpretation: frame.PhotometricInterpretation }
}
