/** What is written beside the picture in compressed pixels is overwritten wherever it stands, and the picture decodes as before. */
import codecs from 'dcmjs-codecs'
import { beforeAll, describe, expect, it } from 'vitest'
import { TransferSyntaxUIDs } from '../../../../main/dicom/transfer-syntaxes.ts'
import { embeddedMetadata } from '../../../../main/exporter/deidentify/embedded-metadata.ts'
import { initializeCodecs } from '../../../../main/pixels/decode/codecs.ts'
import { decodeFrame } from '../../../../main/pixels/decode/decode-frame.ts'

const { Context, NativeCodecs } = codecs
type Encode = (context: InstanceType<typeof Context>) => InstanceType<typeof Context>

beforeAll(initializeCodecs)

const side = 32
const format = {
  ...{
    Rows: side,
    Columns: side,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    PlanarConfiguration: 0,
  },
  ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0, pixelValueType: 'integer' as const },
}
const encode = (encoder: Encode): Buffer => {
  const context = new Context({
    ...{ width: side, height: side, bitsAllocated: 8, bitsStored: 8, samplesPerPixel: 1 },
    ...{ pixelRepresentation: 0, planarConfiguration: 0, photometricInterpretation: 'MONOCHROME2' },
    decodedBuffer: Uint8Array.from({ length: side * side }, (_, i) => (i * 7 + (i >> 5) * 31) & 0xff),
  })
  return Buffer.from(encoder(context).getEncodedBuffer() ?? [])
}

const SECRET = 'Mme DURAND, 12 rue des Lilas'
const zeros = '\0'.repeat(SECRET.length)
const segment = (marker: number, content: string): Buffer => {
  const bytes = Buffer.from(content, 'latin1')
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(bytes.length + 2, 2)
  return Buffer.concat([head, bytes])
}

/** A JPEG with writing in EXIF, in a small picture, before or behind its scan, and behind its end. */
const writtenIn = (whole: Buffer, text: string, isBehindScan: boolean): Buffer => {
  const end = whole.lastIndexOf(Buffer.from('ffd9', 'hex'))
  return Buffer.concat([
    whole.subarray(0, 2),
    segment(0xe1, text),
    segment(0xe0, text === zeros ? `\0\0\0\0\0${text}` : `JFXX\0${text}`),
    isBehindScan ? Buffer.alloc(0) : segment(0xfe, text),
    whole.subarray(2, end),
    isBehindScan ? segment(0xfe, text) : Buffer.alloc(0),
    Buffer.from('ffd9', 'hex'),
    Buffer.from(text, 'latin1'),
  ])
}
const writtenJpeg = (whole: Buffer, text: string): Buffer => writtenIn(whole, text, true)
/** Decoders of JPEG-LS bear nothing between a scan and the end. */
const writtenJpegLs = (whole: Buffer, text: string): Buffer => writtenIn(whole, text, false)
/** A codestream with comments in the headers of the whole and of its first tile-part, and writing behind its end. */
const writtenCodestream = (whole: Buffer, text: string): Buffer => {
  const size = 4 + whole.readUInt16BE(4)
  const tile = whole.indexOf(Buffer.from('ff90000a', 'hex'))
  const comment = segment(0x64, `\0\x01${text}`)
  const start = Buffer.from(whole.subarray(tile, tile + 12))
  if (start.readUInt32BE(6) !== 0) start.writeUInt32BE(start.readUInt32BE(6) + comment.length, 6)
  const parts = [
    whole.subarray(0, size),
    comment,
    whole.subarray(size, tile),
    start,
    comment,
    whole.subarray(tile + 12),
  ]
  return Buffer.concat([...parts, Buffer.from(text, 'latin1')])
}
/** The encoder's own comment goes as well. */
const withoutOwnComments = (whole: Buffer): Buffer => {
  const at = whole.indexOf(Buffer.from('ff64', 'hex'))
  if (at < 0 || at > whole.indexOf(Buffer.from('ff90000a', 'hex'))) return whole
  const clean = Buffer.from(whole)
  return clean.fill(0, at + 6, at + 2 + whole.readUInt16BE(at + 2))
}

const item = (bytes: Buffer): Buffer => {
  const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
  const head = Buffer.from('feff00e000000000', 'hex')
  head.writeUInt32LE(padded.length, 4)
  return Buffer.concat([head, padded])
}
/** Encapsulated frames, each cut at these places. */
const encapsulated = (frames: readonly Buffer[], ...cuts: number[]): Buffer => {
  const fragments = frames.flatMap((frame) =>
    [0, ...cuts].map((from, index) => frame.subarray(from, cuts[index] ?? frame.length)),
  )
  return Buffer.concat([item(Buffer.alloc(0)), ...fragments.map(item), Buffer.from('feffdde000000000', 'hex')])
}
const cleaned = async (pixelData: Buffer): Promise<Buffer> => {
  const clean = Buffer.from(pixelData)
  const read = async (start: number, end: number) => pixelData.subarray(start, end)
  for await (const { start, bytes } of embeddedMetadata(read, 0, pixelData.length)) clean.set(bytes, start)
  return clean
}

const { JPEGBaseline8Bit, JPEGLosslessSV1, JPEGLSLossless, JPEG2000Lossless, HTJ2KLossless } = TransferSyntaxUIDs
describe.each<[string, string, Encode, typeof writtenJpeg]>([
  ['JPEG', JPEGBaseline8Bit, (c) => NativeCodecs.encodeJpeg(c, { lossy: true, quality: 90 }), writtenJpeg],
  [
    'lossless JPEG',
    JPEGLosslessSV1,
    (c) => NativeCodecs.encodeJpeg(c, { lossy: false, predictor: 1, pointTransform: 0 }),
    writtenJpeg,
  ],
  ['JPEG-LS', JPEGLSLossless, (c) => NativeCodecs.encodeJpegLs(c, { lossy: false }), writtenJpegLs],
  ['JPEG 2000', JPEG2000Lossless, (c) => NativeCodecs.encodeJpeg2000(c, { lossy: false }), writtenCodestream],
  ['HTJ2K', HTJ2KLossless, (c) => NativeCodecs.encodeHtJpeg2000(c, { lossy: false }), writtenCodestream],
])('%s', (_, TransferSyntaxUID, encoder, written) => {
  const decode = (bytes: Uint8Array) => decodeFrame(bytes, { ...format, TransferSyntaxUID }).samples

  it('keeps every byte but those, and every pixel', async () => {
    const whole = encode(encoder)
    const [dirty, clean] = [written(whole, SECRET), written(withoutOwnComments(whole), zeros)]
    expect((await cleaned(encapsulated([dirty, dirty]))).equals(encapsulated([clean, clean]))).toBe(true)
    expect(decode(clean)).toEqual(decode(whole))
    // Without anything beside the picture nothing changes.
    const bare = encapsulated([withoutOwnComments(whole)])
    expect((await cleaned(bare)).equals(bare)).toBe(true)
  })

  it('is cleaned where a fragment ends within what is written, too', async () => {
    const whole = encode(encoder)
    const [dirty, clean] = [written(whole, SECRET), written(withoutOwnComments(whole), zeros)]
    const cuts = [2 * Math.ceil(dirty.indexOf('DURAND') / 2), dirty.length - (dirty.length % 2) - 40]
    expect((await cleaned(encapsulated([dirty, dirty], ...cuts))).equals(encapsulated([clean, clean], ...cuts))).toBe(
      true,
    )
  })
})

it('keeps what a decoder of JPEG needs, without what hangs on to it', async () => {
  const jpeg = (thumbnail: string, owner: string) =>
    Buffer.concat([
      Buffer.from('ffd8', 'hex'),
      segment(0xe0, `JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01${thumbnail}`),
      segment(0xe2, 'ICC_PROFILE\0\x01\x01colours'),
      segment(0xe8, 'mrfx\x01'),
      segment(0xe8, owner),
      segment(0xee, `Adobe\0\x64\0\0\0\0\x01${owner}`),
      Buffer.from('ffda0002', 'hex'),
      Buffer.from('scan \xff\0\xe1\xff\xd0\xff\x7f more', 'latin1'),
      Buffer.from('ffd9', 'hex'),
    ])
  const dirty = encapsulated([jpeg('RGB', 'Dr MARTIN')])
  expect((await cleaned(dirty)).toString('latin1')).toBe(
    encapsulated([jpeg('\0\0\0', '\0'.repeat(9))]).toString('latin1'),
  )
})

it('leaves a frame alone that begins like nothing that is known', async () => {
  const frames = [encode((c) => NativeCodecs.encodeJpegLs(c, { lossy: false })), Buffer.from('not a frame at all')]
  const pixelData = encapsulated(frames)
  expect((await cleaned(pixelData)).equals(pixelData)).toBe(true)
})

it('frees the boxes of JP2 and JPEG XL that tell who and where', async () => {
  const box = (type: string, content: string | Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(content.length + 8)
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, typeof content === 'string' ? Buffer.from(content, 'latin1') : content])
  }
  const codestream = (comment: string) =>
    Buffer.concat([Buffer.from('ff4f', 'hex'), segment(0x51, 'size'), segment(0x64, `\0\x01${comment}`)])
  const jp2 = (type: string, text: string) =>
    Buffer.concat([box('jP  ', '\r\n\x87\n'), box(type, text), box('jp2c', codestream(text))])
  const jxl = (type: string, text: string) =>
    Buffer.concat([box('JXL ', '\r\n\x87\n'), box(type, text), box('jxlc', 'codestream')])
  const dirty = encapsulated([jp2('xml ', SECRET), jxl('Exif', SECRET)])
  const clean = encapsulated([jp2('free', zeros), jxl('free', zeros)])
  expect((await cleaned(dirty)).toString('latin1')).toBe(clean.toString('latin1'))
})
