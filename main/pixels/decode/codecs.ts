/** Decoding JPEG, JPEG-LS, JPEG 2000 and HTJ2K, and writing JPEG, by the WebAssembly codecs of dcmjs-codecs. Used in the pixel worker only. */
import codecs from 'dcmjs-codecs'
import type { PixelFormat } from '../../dataset/index.ts'
import type { TransferSyntax } from '../../dicom/transfer-syntaxes.ts'
import { DecodeError } from './decoded-frame.ts'
import { holdsPlainRgb } from './jpeg-colour.ts'

const { Context, NativeCodecs } = codecs

type Decode = (context: InstanceType<typeof Context>) => InstanceType<typeof Context>

/** Colour JPEG comes back as RGB. */
const decodeJpeg: Decode = (context) => {
  const isRgb =
    context.getPhotometricInterpretation() === 'RGB' && holdsPlainRgb(context.getEncodedBuffer() ?? new Uint8Array(0))
  return NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: !isRgb })
}

const decoders: Partial<Record<TransferSyntax['codec'], Decode>> = {
  jpeg: decodeJpeg,
  'jpeg-lossless': (context) => NativeCodecs.decodeJpeg(context),
  'jpeg-ls': (context) => NativeCodecs.decodeJpegLs(context),
  'jpeg-2000': (context) => NativeCodecs.decodeJpeg2000(context),
  htj2k: (context) => NativeCodecs.decodeHtJpeg2000(context),
}

/** What came out of a decoder: little-endian samples, interleaved. */
export interface CodecOutput {
  bytes: Uint8Array
  PhotometricInterpretation: string
}

/** Must have resolved before {@link decodeWithCodec}. */
export const initializeCodecs = async (): Promise<void> => {
  if (!NativeCodecs.isInitialized()) await NativeCodecs.initializeAsync()
}

/** Decodes one compressed frame. Throws {@link DecodeError}. */
export const decodeWithCodec = (
  codec: TransferSyntax['codec'],
  frame: Uint8Array,
  format: PixelFormat,
): CodecOutput => {
  const decode = decoders[codec]
  if (!decode) throw new DecodeError(`no decoder for ${codec}`)
  const context = new Context({
    width: format.Columns,
    height: format.Rows,
    bitsAllocated: format.BitsAllocated,
    bitsStored: format.BitsStored,
    samplesPerPixel: format.SamplesPerPixel,
    pixelRepresentation: format.PixelRepresentation,
    planarConfiguration: 0,
    photometricInterpretation: format.PhotometricInterpretation,
    encodedBuffer: frame,
  })
  try {
    const decoded = decode(context)
    const bytes = decoded.getDecodedBuffer()
    if (!bytes) throw new DecodeError('the decoder gave nothing')
    return {
      bytes,
      PhotometricInterpretation: decoded.getPhotometricInterpretation() ?? format.PhotometricInterpretation,
    }
  } catch (error) {
    throw error instanceof DecodeError ? error : new DecodeError(`${codec} decoder`, { cause: error })
  }
}

/** A JPEG of 8-bit grey levels or RGB, `quality` 1 to 100. Throws {@link DecodeError}. */
export const encodeJpeg = (
  picture: { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number; channels: 1 | 3 },
  quality: number,
): Uint8Array => {
  const context = new Context({
    width: picture.width,
    height: picture.height,
    bitsAllocated: 8,
    bitsStored: 8,
    samplesPerPixel: picture.channels,
    pixelRepresentation: 0,
    planarConfiguration: 0,
    photometricInterpretation: picture.channels === 1 ? 'MONOCHROME2' : 'RGB',
    decodedBuffer: new Uint8Array(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength),
  })
  const bytes = NativeCodecs.encodeJpeg(context, { lossy: true, quality }).getEncodedBuffer()
  if (!bytes) throw new DecodeError('the JPEG encoder gave nothing')
  return bytes.slice()
}
