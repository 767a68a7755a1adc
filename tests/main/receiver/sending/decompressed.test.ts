import { describe, expect, test } from 'vitest'
import type { StoredObject } from '../../../../main/cache/cache.ts'
import { TransferSyntaxUIDs } from '../../../../main/dicom/index.ts'
import { nativeFrame } from '../../../../main/pixels/decode/native-frame.ts'
import { decompressed, type FrameDecoder } from '../../../../main/receiver/sending/decompressed.ts'
import { toSend } from '../../../../main/receiver/sending/to-send.ts'
import { bytesOf, element, fragments, join, number, sequence, us } from '../../dataset/raw-data-set.ts'
import { encodeRle } from '../../pixels/rle-encoder.ts'

const { ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless, RLELossless } = TransferSyntaxUIDs

const decoder: FrameDecoder = {
  decode: async (format, bytes) => {
    try {
      return nativeFrame(bytes, format)
    } catch {
      return null
    }
  },
}

/** Three pixels of three samples; a frame of odd length. */
const frames = [Uint8Array.from({ length: 9 }, (_, i) => i), Uint8Array.from({ length: 9 }, (_, i) => 90 + i)]

interface Changes {
  compressed?: Uint8Array[]
  NumberOfFrames?: string
  PhotometricInterpretation?: string
  overlay?: Uint8Array
  icon?: Uint8Array
}

function image({ compressed, NumberOfFrames = '2', PhotometricInterpretation = 'RGB', overlay, icon }: Changes = {}) {
  return join(
    element('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7'),
    element('SOPInstanceUID', '1.2.3'),
    us('SamplesPerPixel', 3),
    element('PhotometricInterpretation', PhotometricInterpretation),
    us('PlanarConfiguration', 1),
    element('NumberOfFrames', NumberOfFrames),
    us('Rows', 1),
    us('Columns', 3),
    us('BitsAllocated', 8),
    us('BitsStored', 8),
    us('HighBit', 7),
    us('PixelRepresentation', 0),
    icon ?? new Uint8Array(0),
    overlay ?? new Uint8Array(0),
    element([0x7fe00001, 'OV'], new Uint8Array(16)),
    element([0x7fe00002, 'OV'], new Uint8Array(16)),
    element([0x7fe00003, 'UV'], new Uint8Array(8)),
    fragments([], compressed ?? frames.map((frame) => encodeRle(frame, 3, 1))),
    element([0xfffcfffc, 'OB'], bytesOf('behind')),
  )
}

/** An icon of three pixels beside the image. */
const icon = (samples: 1 | 3, pixels: Uint8Array, planar: number, encoding = {}) =>
  sequence(
    [0x00880200, 'SQ'],
    [
      join(
        us('SamplesPerPixel', samples, encoding),
        element('PhotometricInterpretation', samples === 1 ? 'MONOCHROME2' : 'RGB', encoding),
        samples === 3 ? us('PlanarConfiguration', planar, encoding) : new Uint8Array(0),
        ...[us('Rows', 1, encoding), us('Columns', 3, encoding), us('BitsAllocated', 8, encoding)],
        ...[us('BitsStored', 8, encoding), us('HighBit', 7, encoding), us('PixelRepresentation', 0, encoding)],
        pixels,
      ),
    ],
    encoding,
  )

const stored = (dataSet: Uint8Array, TransferSyntaxUID: string = RLELossless): StoredObject => ({
  ...{ instanceKey: 1, StudyInstanceUID: '1', SeriesInstanceUID: '2', SOPInstanceUID: '1.2.3' },
  ...{ SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', TransferSyntaxUID, sha256: '', pixelData: null },
  length: dataSet.length,
  read: async (start, end) => dataSet.slice(start, end),
})

async function bytesIn(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const list: Uint8Array[] = []
  for await (const piece of pieces) list.push(piece)
  return Buffer.concat(list).toString('hex')
}

describe('a compressed object', () => {
  test.each([
    ['explicit', ExplicitVRLittleEndian, {}],
    ['implicit', ImplicitVRLittleEndian, { implicit: true }],
  ])('becomes what it is in %s VR, without the tables of its fragments', async (_, syntax, encoding) => {
    const native = join(
      element('SOPClassUID', '1.2.840.10008.5.1.4.1.1.7', encoding),
      element('SOPInstanceUID', '1.2.3', encoding),
      us('SamplesPerPixel', 3, encoding),
      element('PhotometricInterpretation', 'RGB', encoding),
      us('PlanarConfiguration', 0, encoding),
      element('NumberOfFrames', '2', encoding),
      ...[us('Rows', 1, encoding), us('Columns', 3, encoding), us('BitsAllocated', 8, encoding)],
      ...[us('BitsStored', 8, encoding), us('HighBit', 7, encoding), us('PixelRepresentation', 0, encoding)],
      element([0x7fe00010, 'OB'], join(...frames), encoding),
      element([0xfffcfffc, 'OB'], bytesOf('behind'), encoding),
    )
    expect(await bytesIn(decompressed(stored(image()), decoder, syntax))).toBe(Buffer.from(native).toString('hex'))
  })

  const noOverlay = join(us([0x60000100, 'US'], 1), us([0x60000102, 'US'], 0))
  const overlay = join(us([0x60000100, 'US'], 16), us([0x60000102, 'US'], 12))
  test.each<[string, Changes, string]>([
    ['whose frames cannot be told apart', { NumberOfFrames: '3' }, RLELossless],
    ['whose colours are of another kind', { PhotometricInterpretation: 'CMYK' }, RLELossless],
    ['with an overlay in its pixels, that a codec may have lost', { overlay }, JPEG2000Lossless],
    [
      'whose frames have another size',
      { compressed: frames.map(() => encodeRle(new Uint8Array(6), 3, 1)) },
      RLELossless,
    ],
  ])('%s is not decompressed', async (_, changes, syntax) => {
    const pieces = decompressed(stored(image(changes), syntax), decoder, ExplicitVRLittleEndian)
    await expect(bytesIn(pieces)).rejects.toThrow(/cannot be de/)
  })

  test('with an overlay beside its pixels is', async () => {
    const pieces = decompressed(stored(image({ overlay: noOverlay })), decoder, ExplicitVRLittleEndian)
    expect(await bytesIn(pieces)).toContain(Buffer.from(join(...frames)).toString('hex'))
  })

  test.each<[string, 1 | 3, string, object]>([
    ['grey', 1, ExplicitVRLittleEndian, {}],
    ['grey', 1, ImplicitVRLittleEndian, { implicit: true }],
    ['coloured', 3, ExplicitVRLittleEndian, {}],
    ['coloured', 3, ImplicitVRLittleEndian, { implicit: true }],
  ])('with a compressed icon, %s, has it decompressed too', async (_, samples, syntax, encoding) => {
    const pixels = Uint8Array.from({ length: 3 * samples }, (_, i) => 50 + i)
    const compressed = image({ icon: icon(samples, fragments([], [encodeRle(pixels, samples, 1)]), 1) })
    const before = compressed.slice()
    const native = icon(samples, element([0x7fe00010, 'OB'], pixels, encoding), 0, encoding)
    const hex = await bytesIn(decompressed(stored(compressed), decoder, syntax))
    expect(hex).toContain(Buffer.from(native).toString('hex'))
    expect(hex).toContain(Buffer.from(join(...frames)).toString('hex'))
    expect(compressed).toEqual(before)
  })

  test('with an icon that is not compressed keeps it', async () => {
    const native = icon(1, element([0x7fe00010, 'OB'], bytesOf('icon')), 0)
    expect(await bytesIn(decompressed(stored(image({ icon: native })), decoder, ExplicitVRLittleEndian))).toContain(
      Buffer.from(native).toString('hex'),
    )
  })

  test('with an icon that cannot be decoded is not decompressed', async () => {
    const broken = icon(1, fragments([], [bytesOf('no')]), 0)
    const pieces = decompressed(stored(image({ icon: broken })), decoder, ExplicitVRLittleEndian)
    await expect(bytesIn(pieces)).rejects.toThrow('an icon cannot be decoded')
  })

  test('with a frame that is broken gives not even its first piece', async () => {
    const [first = new Uint8Array(0)] = frames.map((frame) => encodeRle(frame, 3, 1))
    const broken = stored(image({ compressed: [first, first.slice(0, 66)] }))
    const given: Uint8Array[] = []
    const read = async () => {
      for await (const piece of toSend(broken, decoder).otherwise?.[0]?.dataSet() ?? []) given.push(piece)
    }
    await expect(read()).rejects.toThrow('a frame cannot be decoded')
    expect(given).toEqual([])
  })

  test('is offered in uncompressed syntaxes, first as it is stored', () => {
    const { TransferSyntaxUID, otherwise } = toSend(stored(image()), decoder)
    const offered = [TransferSyntaxUID, ...(otherwise ?? []).map((form) => form.TransferSyntaxUID)]
    expect(offered).toEqual([RLELossless, ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    expect(toSend(stored(image()), null).otherwise).toEqual([])
    expect(toSend(stored(image(), TransferSyntaxUIDs.MPEG4HP41), decoder).otherwise).toEqual([])
  })
})

test('what the transfer syntax says was lost is said when it is gone', async () => {
  const format = { ...{ Rows: 1, Columns: 3, SamplesPerPixel: 3, BitsAllocated: 8 } }
  const jpeg: FrameDecoder = {
    decode: async (asked, bytes) => {
      expect(asked).toMatchObject(format)
      return { bytes: bytes.slice(0, 9), PhotometricInterpretation: 'RGB' }
    },
  }
  const changes = {
    PhotometricInterpretation: 'YBR_FULL_422',
    compressed: frames.map((frame) => join(frame, number(0, 2))),
  }
  const compressed = stored(image(changes), TransferSyntaxUIDs.JPEGBaseline8Bit)
  const hex = await bytesIn(decompressed(compressed, jpeg, ExplicitVRLittleEndian))
  const says = (what: Uint8Array) => expect(hex).toContain(Buffer.from(what).toString('hex'))
  says(element('LossyImageCompression', '01'))
  says(element('PhotometricInterpretation', 'RGB'))
})
