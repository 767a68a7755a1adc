/** One stored frame to numbers, whatever its transfer syntax. */

import type { PixelFormat } from '../../dataset/index.ts'
import { transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'
import { type CodecOutput, decodeWithCodec } from './codecs.ts'
import { type DecodedFrame, DecodeError, type Samples } from './decoded-frame.ts'
import { hasScanForEachComponent } from './jpeg-ls-scans.ts'
import { expandYbr422, interleave, toSamples } from './native.ts'
import { decodeRle } from './rle.ts'

/** Larger frames are not decoded: whole-slide levels have other viewers. */
const MAX_SAMPLES = 400_000_000

/**
 * Decodes a frame: native ones in little endian, compressed ones as stored. {@link initializeCodecs} has to have run for the codecs.
 * Throws {@link DecodeError}.
 */
export const decodeFrame = (bytes: Uint8Array, format: PixelFormat): DecodedFrame => {
  const pixels = format.Rows * format.Columns
  if (pixels * format.SamplesPerPixel > MAX_SAMPLES) throw new DecodeError('the frame is too large')
  const codec = transferSyntaxes.get(format.TransferSyntaxUID)?.codec ?? 'other'
  if (codec === 'none') return decodeNative(bytes, format, pixels)
  if (codec === 'rle') return decodeRleFrame(bytes, format, pixels)
  const output = decodeWithCodec(codec, bytes, format)
  const samples = codecSamples(output, format, pixels)
  const isPlanar = codec === 'jpeg-ls' && format.SamplesPerPixel > 1 && hasScanForEachComponent(bytes)
  return {
    samples: isPlanar ? interleave(samples, format.SamplesPerPixel) : samples,
    PhotometricInterpretation: decodedInterpretation(output),
  }
}

const decodeNative = (bytes: Uint8Array, format: PixelFormat, pixels: number): DecodedFrame => {
  const { PhotometricInterpretation, SamplesPerPixel } = format
  if (PhotometricInterpretation === 'YBR_FULL_422' && SamplesPerPixel === 3 && format.BitsAllocated === 8) {
    return { samples: expandYbr422(bytes, pixels), PhotometricInterpretation: 'YBR_FULL' }
  }
  const samples = toSamples(bytes, format, pixels * SamplesPerPixel)
  const isPlanar = SamplesPerPixel > 1 && format.PlanarConfiguration === 1
  return { samples: isPlanar ? interleave(samples, SamplesPerPixel) : samples, PhotometricInterpretation }
}

const decodeRleFrame = (bytes: Uint8Array, format: PixelFormat, pixels: number): DecodedFrame => {
  const decoded = decodeRle(bytes, pixels, format.SamplesPerPixel, Math.ceil(format.BitsAllocated / 8))
  const { PhotometricInterpretation } = format
  return {
    samples: toSamples(decoded, format, pixels * format.SamplesPerPixel),
    PhotometricInterpretation: PhotometricInterpretation === 'YBR_FULL_422' ? 'YBR_FULL' : PhotometricInterpretation,
  }
}

/** Decoders put samples into the low bits, in as many bytes as they need: that is not always what the header says. */
const codecSamples = ({ bytes }: CodecOutput, format: PixelFormat, pixels: number): Samples => {
  const count = pixels * format.SamplesPerPixel
  const BitsAllocated = (bytes.length / count) * 8
  const BitsStored = Math.min(format.BitsStored, BitsAllocated)
  return toSamples(bytes, { ...format, BitsAllocated, BitsStored, HighBit: BitsStored - 1 }, count)
}

/** JPEG 2000's own colour transforms were undone by its decoder (PS3.5 §8.2.4). */
const decodedInterpretation = ({ PhotometricInterpretation }: CodecOutput): string => {
  if (PhotometricInterpretation === 'YBR_ICT' || PhotometricInterpretation === 'YBR_RCT') return 'RGB'
  return PhotometricInterpretation === 'YBR_FULL_422' ? 'YBR_FULL' : PhotometricInterpretation
}
