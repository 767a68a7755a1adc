/** One compressed frame → stored samples, by its transfer syntax (PS3.5 §8.2, Annex A.4). */
import { Decoder as LosslessDecoder } from 'jpeg-lossless-decoder-js'
import { TransferSyntaxUIDs } from '../../../../main/dicom/transfer-syntaxes.ts'
import { PixelError } from '../pixel-error.ts'
import type { StoredSamples } from '../pixel-values.ts'
import { markedAsRgb, readJpegHeader } from './jpeg-markers.ts'
import { decodeRle } from './rle.ts'
import { type DecodedFrame, decodeHtj2k, decodeJpeg, decodeJpeg2000, decodeJpegLs } from './wasm-codecs.ts'

/** What the header says of the frame that is to be decoded. */
export interface ImageShape {
  rows: number
  columns: number
  samplesPerPixel: number
  bitsAllocated: number
  bitsStored: number
  highBit: number
  isSigned: boolean
  photometricInterpretation: string
}

/** Baseline and extended JPEG; sequential and lossless streams are told apart by their own frame marker. */
const jpeg = async (frame: Uint8Array, image: ImageShape): Promise<DecodedFrame> => {
  const header = readJpegHeader(frame)
  if (!header) throw new PixelError('object-damaged', 'no JPEG frame header')
  if (header.process === 0xc3) return lossless(frame)
  if (header.precision !== 8) {
    throw new PixelError('unsupported-transfer-syntax', `JPEG of ${header.precision} bits per sample`)
  }
  return decodeJpeg(image.photometricInterpretation === 'RGB' ? markedAsRgb(frame, header) : frame)
}

const lossless = (frame: Uint8Array): DecodedFrame => {
  const header = readJpegHeader(frame)
  if (!header) throw new PixelError('object-damaged', 'no JPEG frame header')
  const decoder = new LosslessDecoder()
  // The decoder wants a buffer that holds this stream alone.
  const values = decoder.decode(frame.slice().buffer, 0, frame.byteLength, header.precision > 8 ? 2 : 1)
  return {
    bytes: new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength),
    width: decoder.xDim,
    height: decoder.yDim,
    bitsPerSample: header.precision,
    componentCount: decoder.numComp,
    isSigned: false,
    planarConfiguration: 0,
  }
}

const uids = TransferSyntaxUIDs
const decoders: Readonly<
  Record<string, (frame: Uint8Array, image: ImageShape) => Promise<DecodedFrame> | DecodedFrame>
> = {
  [uids.JPEGBaseline8Bit]: jpeg,
  [uids.JPEGExtended12Bit]: jpeg,
  [uids.JPEGLossless]: lossless,
  [uids.JPEGLosslessSV1]: lossless,
  [uids.JPEGLSLossless]: decodeJpegLs,
  [uids.JPEGLSNearLossless]: decodeJpegLs,
  [uids.JPEG2000Lossless]: decodeJpeg2000,
  [uids.JPEG2000]: decodeJpeg2000,
  [uids.HTJ2KLossless]: decodeHtj2k,
  [uids.HTJ2KLosslessRPCL]: decodeHtj2k,
  [uids.HTJ2K]: decodeHtj2k,
}

const rle = (frame: Uint8Array, image: ImageShape): StoredSamples => ({
  bytes: decodeRle(frame, {
    pixels: image.rows * image.columns,
    bitsAllocated: image.bitsAllocated,
    samplesPerPixel: image.samplesPerPixel,
  }),
  bitsAllocated: image.bitsAllocated,
  bitsStored: image.bitsStored,
  highBit: image.highBit,
  isSigned: image.isSigned,
  planarConfiguration: 0,
  photometricInterpretation: image.photometricInterpretation,
})

/** JPEG and JPEG 2000 decoders undo the colour transform that is part of their stream. */
const decodedInterpretation = (syntax: string, image: ImageShape, frame: DecodedFrame): string => {
  if (frame.componentCount === 1) return image.photometricInterpretation
  const isJpegLs = syntax === uids.JPEGLSLossless || syntax === uids.JPEGLSNearLossless
  const isLossless = syntax === uids.JPEGLossless || syntax === uids.JPEGLosslessSV1
  const { photometricInterpretation } = image
  if (photometricInterpretation === 'YBR_RCT' || photometricInterpretation === 'YBR_ICT') return 'RGB'
  if (isJpegLs || isLossless) return photometricInterpretation === 'YBR_FULL' ? 'YBR_FULL' : 'RGB'
  const isJpeg = syntax === uids.JPEGBaseline8Bit || syntax === uids.JPEGExtended12Bit
  return isJpeg || photometricInterpretation !== 'YBR_FULL' ? 'RGB' : 'YBR_FULL'
}

/** Decodes one frame; throws {@link PixelError} with the reason that its place will show. */
export const decodeFrame = async (syntax: string, frame: Uint8Array, image: ImageShape): Promise<StoredSamples> => {
  if (syntax === uids.RLELossless) return rle(frame, image)
  const decode = decoders[syntax]
  if (!decode) throw new PixelError('unsupported-transfer-syntax', syntax)
  const decoded = await decode(frame, image)
  const isAsDescribed =
    decoded.width === image.columns && decoded.height === image.rows && decoded.componentCount === image.samplesPerPixel
  if (!isAsDescribed)
    throw new PixelError('object-damaged', 'the compressed frame has another size than the header says')
  const bitsAllocated = decoded.bitsPerSample > 8 ? 16 : 8
  // Signed codestreams come sign-extended; unsigned ones may hold overlay bits above those stored (PS3.5 §8.1.2).
  const bits = decoded.isSigned ? bitsAllocated : Math.min(decoded.bitsPerSample, image.bitsStored, bitsAllocated)
  return {
    bytes: decoded.bytes,
    bitsAllocated,
    bitsStored: bits,
    highBit: bits - 1,
    isSigned: image.isSigned,
    planarConfiguration: decoded.planarConfiguration,
    photometricInterpretation: decodedInterpretation(syntax, image, decoded),
  }
}
