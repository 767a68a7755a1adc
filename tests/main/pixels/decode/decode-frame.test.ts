/** Every codec on frames that its own encoder made; real samples of each syntax are compared in tests/peers. */
import codecs from 'dcmjs-codecs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PixelFormat } from '../../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../../main/dicom/transfer-syntaxes.ts'
import { initializeCodecs } from '../../../../main/pixels/decode/codecs.ts'
import { decodeFrame } from '../../../../main/pixels/decode/decode-frame.ts'
import { DecodeError } from '../../../../main/pixels/decode/decoded-frame.ts'
import { encodeRle } from '../rle-encoder.ts'

const { Context, NativeCodecs } = codecs
type Encode = (context: InstanceType<typeof Context>) => InstanceType<typeof Context>

beforeAll(initializeCodecs)

const side = 32
const grey: PixelFormat = {
  ...{ TransferSyntaxUID: '', Rows: side, Columns: side, SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2' },
  ...{
    PlanarConfiguration: 0,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    pixelValueType: 'integer',
  },
}
const greyValues = Uint16Array.from({ length: side * side }, (_, i) => (i * 7 + (i >> 5) * 31) % 4096)
const colour: PixelFormat = {
  ...grey,
  SamplesPerPixel: 3,
  PhotometricInterpretation: 'RGB',
  BitsAllocated: 8,
  BitsStored: 8,
  HighBit: 7,
}
const colourValues = Uint8Array.from({ length: side * side * 3 }, (_, i) => (i % 3 === 0 ? i >> 4 : 255 - (i >> 5)))

const encode = (encoder: Encode, format: PixelFormat, values: Uint8Array | Uint16Array): Uint8Array => {
  const context = new Context({
    ...{ width: side, height: side, bitsAllocated: format.BitsAllocated, bitsStored: format.BitsStored },
    ...{ samplesPerPixel: format.SamplesPerPixel, pixelRepresentation: 0, planarConfiguration: 0 },
    photometricInterpretation: format.PhotometricInterpretation,
    decodedBuffer: new Uint8Array(values.buffer),
  })
  return encoder(context).getEncodedBuffer() ?? new Uint8Array(0)
}

const lossless: [string, string, Encode][] = [
  [
    'JPEG lossless SV1',
    TransferSyntaxUIDs.JPEGLosslessSV1,
    (c) => NativeCodecs.encodeJpeg(c, { lossy: false, predictor: 1, pointTransform: 0 }),
  ],
  [
    'JPEG lossless, predictor 6',
    TransferSyntaxUIDs.JPEGLossless,
    (c) => NativeCodecs.encodeJpeg(c, { lossy: false, predictor: 6, pointTransform: 0 }),
  ],
  ['JPEG-LS', TransferSyntaxUIDs.JPEGLSLossless, (c) => NativeCodecs.encodeJpegLs(c, { lossy: false })],
  ['JPEG 2000', TransferSyntaxUIDs.JPEG2000Lossless, (c) => NativeCodecs.encodeJpeg2000(c, { lossy: false })],
  ['HTJ2K', TransferSyntaxUIDs.HTJ2KLossless, (c) => NativeCodecs.encodeHtJpeg2000(c, { lossy: false })],
  [
    'HTJ2K RPCL',
    TransferSyntaxUIDs.HTJ2KLosslessRPCL,
    (c) => NativeCodecs.encodeHtJpeg2000(c, { lossy: false, progressionOrder: 2 }),
  ],
]

describe.each(lossless)('%s', (_, TransferSyntaxUID, encoder) => {
  test('grey comes back exactly', () => {
    const { samples } = decodeFrame(encode(encoder, grey, greyValues), { ...grey, TransferSyntaxUID })
    expect(samples).toEqual(greyValues)
  })
  test('colour comes back exactly, as RGB', () => {
    const { samples, PhotometricInterpretation } = decodeFrame(encode(encoder, colour, colourValues), {
      ...colour,
      TransferSyntaxUID,
    })
    expect([PhotometricInterpretation, samples]).toEqual(['RGB', colourValues])
  })
  test('a frame cut in half is an error or has all its samples, and the decoder goes on working', () => {
    const whole = encode(encoder, grey, greyValues)
    try {
      expect(decodeFrame(whole.subarray(0, whole.length >> 1), { ...grey, TransferSyntaxUID }).samples).toHaveLength(
        side * side,
      )
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError)
    }
    expect(decodeFrame(whole, { ...grey, TransferSyntaxUID }).samples).toEqual(greyValues)
  })
})

/** A JPEG-LS stream of three scans, one for each component (ITU-T T.87 §C.2.3: ILV 0), of streams of one component each. */
const scanAfterScan = (planes: readonly Uint8Array[]): Uint8Array => {
  const START_OF_SCAN = Buffer.from('ffda', 'hex')
  const header = Buffer.from(`fff7001108${'0020'.repeat(2)}03011100021100031100`, 'hex')
  const scans = planes.map((plane, at) => {
    const stream = Buffer.from(plane)
    const scan = stream.subarray(stream.indexOf(START_OF_SCAN), stream.lastIndexOf(Buffer.from('ffd9', 'hex')))
    // Behind marker, length and the number of components.
    scan[5] = at + 1
    return scan
  })
  return Buffer.concat([Buffer.from('ffd8', 'hex'), header, ...scans, Buffer.from('ffd9', 'hex')])
}

test('JPEG-LS of one scan for each colour comes back exactly, the samples of a pixel side by side', () => {
  const byte: PixelFormat = { ...grey, BitsAllocated: 8, BitsStored: 8, HighBit: 7 }
  const planes = [0, 1, 2].map((plane) => colourValues.filter((_, at) => at % 3 === plane))
  const streams = planes.map((plane) => encode((c) => NativeCodecs.encodeJpegLs(c, { lossy: false }), byte, plane))
  const TransferSyntaxUID = TransferSyntaxUIDs.JPEGLSLossless
  const { samples } = decodeFrame(scanAfterScan(streams), { ...colour, TransferSyntaxUID })
  expect(samples).toEqual(colourValues)
})

test('lossy syntaxes come back nearly', () => {
  const distance = (
    TransferSyntaxUID: string,
    encoder: Encode,
    format: PixelFormat,
    values: Uint8Array | Uint16Array,
  ): number => {
    const { samples } = decodeFrame(encode(encoder, format, values), { ...format, TransferSyntaxUID })
    return Math.max(...Array.from(samples, (sample, i) => Math.abs(sample - (values[i] ?? 0))))
  }
  const smooth = Uint8Array.from({ length: side * side * 3 }, (_, i) => 60 + Math.floor(i / 3 / side) * 4)
  const byte: PixelFormat = { ...grey, BitsAllocated: 8, BitsStored: 8, HighBit: 7 }
  const smoothGrey = smooth.filter((_, i) => i % 3 === 0)
  expect({
    baseline:
      distance(
        TransferSyntaxUIDs.JPEGBaseline8Bit,
        (c) => NativeCodecs.encodeJpeg(c, { lossy: true, quality: 95 }),
        byte,
        smoothGrey,
      ) <= 6,
    colour:
      distance(
        TransferSyntaxUIDs.JPEGBaseline8Bit,
        (c) => NativeCodecs.encodeJpeg(c, { lossy: true, quality: 95 }),
        colour,
        smooth,
      ) <= 6,
    jpegLs:
      distance(
        TransferSyntaxUIDs.JPEGLSNearLossless,
        (c) => NativeCodecs.encodeJpegLs(c, { lossy: true, allowedLossyError: 3 }),
        grey,
        greyValues,
      ) <= 3,
    htj2k:
      distance(
        TransferSyntaxUIDs.HTJ2K,
        (c) => NativeCodecs.encodeHtJpeg2000(c, { lossy: false }),
        grey,
        greyValues,
      ) === 0,
  }).toEqual({ baseline: true, colour: true, jpegLs: true, htj2k: true })
})

test('RLE and native frames need no codec', () => {
  const bytes = new Uint8Array(greyValues.buffer)
  expect(
    decodeFrame(encodeRle(bytes, 1, 2), { ...grey, TransferSyntaxUID: TransferSyntaxUIDs.RLELossless }).samples,
  ).toEqual(greyValues)
  expect(decodeFrame(bytes, { ...grey, TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian }).samples).toEqual(
    greyValues,
  )
})

test('noise, unknown syntaxes and frames of absurd size are errors', () => {
  const noise = Uint8Array.from({ length: 500 }, (_, i) => (i * 131) % 251)
  for (const [, TransferSyntaxUID] of lossless)
    expect(() => decodeFrame(noise, { ...grey, TransferSyntaxUID })).toThrow(DecodeError)
  expect(() => decodeFrame(noise, { ...grey, TransferSyntaxUID: '1.2.3' })).toThrow(DecodeError)
  expect(() => decodeFrame(noise, { ...grey, Rows: 65_535, Columns: 65_535 })).toThrow(DecodeError)
})
