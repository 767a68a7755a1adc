import { constants, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toDicomJson } from '../../../main/dataset/dicom-json.ts'
import { HeaderScan, type HeaderScanResult } from '../../../main/dataset/header-scan.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'
import {
  bytesOf,
  type Encoding,
  element,
  fragments,
  header,
  ITEM,
  ITEM_END,
  join,
  mark,
  number,
  SEQUENCE_END,
  smallImage,
  us,
} from './raw-data-set.ts'

const { ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian } =
  TransferSyntaxUIDs

const scan = (
  bytes: Uint8Array,
  TransferSyntaxUID: string = ExplicitVRLittleEndian,
  cuts: number[] = [],
): HeaderScanResult => {
  const scanner = new HeaderScan(TransferSyntaxUID)
  const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
  let at = 0
  for (const end of ends) {
    const chunk = bytes.slice(at, end)
    scanner.push(chunk)
    chunk.fill(0xee)
    at = end
  }
  return scanner.end()
}

const complete = (result: HeaderScanResult) => {
  if (result.kind !== 'complete') throw new Error(`${result.kind}: ${result.detail}`)
  return result
}

/** All that a scan has found, for comparison. */
const summary = (result: HeaderScanResult) =>
  result.kind === 'complete' ? { ...result, attributes: toDicomJson(result.attributes) } : result

const encodings: [string, string, Encoding][] = [
  ['implicit little endian', ImplicitVRLittleEndian, { implicit: true }],
  ['explicit little endian', ExplicitVRLittleEndian, {}],
  ['explicit big endian', ExplicitVRBigEndian, { bigEndian: true }],
]

describe.each(encodings)('%s', (_, UID, encoding) => {
  test.each([false, true])('elements, nested sequences and pixel data are found (delimited: %s)', (delimited) => {
    const bytes = smallImage(encoding, delimited)
    const { attributes, pixelData, length } = complete(scan(bytes, UID))
    const [first, second] = attributes.items('RequestAttributesSequence')
    expect({
      name: attributes.personName('PatientName'),
      rows: attributes.number('Rows'),
      description: first?.text('RequestedProcedureDescription'),
      code: first?.items('ScheduledProtocolCodeSequence')[0]?.text('CodeValue'),
      ids: [first?.text('RequestedProcedureID'), second?.text('RequestedProcedureID')],
      private: attributes.elements.get(0x00091001)?.bytes,
      length,
      pixelData,
    }).toEqual({
      name: { Alphabetic: 'Martin^Élise' },
      rows: 2,
      description: 'Scanner cérébral',
      code: 'X1',
      ids: ['RP1', 'RP2'],
      private: Uint8Array.of(1, 2, 3, 4),
      length: bytes.length,
      pixelData: {
        keyword: 'PixelData',
        encapsulated: false,
        offset: bytes.length - 12,
        length: 12,
        frames: null,
        ...(encoding.bigEndian ? { bigEndianWord: 2 } : {}),
      },
    })
  })

  test('any chunking gives the same scan', () => {
    const bytes = smallImage(encoding, true)
    const whole = summary(scan(bytes, UID))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        expect(summary(scan(bytes, UID, cuts))).toEqual(whole)
      }),
    )
    expect(
      summary(
        scan(
          bytes,
          UID,
          Array.from(bytes, (_byte, i) => i),
        ),
      ),
    ).toEqual(whole)
  })

  test('a data set that ends early is never called complete, unless it ends between two elements', () => {
    const bytes = smallImage(encoding, true)
    const boundaries = new Set<number>([0])
    for (const { offset, length } of complete(scan(bytes, UID)).attributes.elements.values())
      boundaries.add(offset + length)
    for (let end = 0; end < bytes.length; end++) {
      expect([end, scan(bytes.subarray(0, end), UID).kind]).toEqual([end, boundaries.has(end) ? 'complete' : 'cut'])
    }
  })
})

describe('bytes that mean harm', () => {
  const samples = [
    ...encodings.map(([, UID, encoding]) => [UID, smallImage(encoding, true)] as const),
    [
      ExplicitVRLittleEndian,
      join(us('Rows', 1), fragments([0, 12], [bytesOf('\xff\xd8\xff\xe0'), bytesOf('\xff\xd8\xff\xe0')])),
    ] as const,
    [DeflatedExplicitVRLittleEndian, new Uint8Array(deflateRawSync(smallImage()))] as const,
  ]

  test.each(samples)('mutated data sets give a declared result (%s)', (UID, bytes) => {
    const mutation = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(
        fc.array(mutation, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(bytes.length), { maxLength: 3 }),
        (mutations, cuts) => {
          const mutated = bytes.slice()
          for (const [at, value] of mutations) mutated[at] = value
          const result = scan(mutated, UID, cuts)
          expect(['complete', 'cut', 'unreadable']).toContain(result.kind)
          expect(summary(result)).toEqual(summary(scan(mutated, UID)))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a deflated stream that breaks behind lengths that do not fit is told alike in one piece and in bytes', () => {
    const cut = join(header('RequestAttributesSequence', 8), mark(ITEM, 100), new Uint8Array(100))
    const block = new Uint8Array(deflateRawSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }))
    const broken = join(block, new Uint8Array([0xff]))
    const everyByte = Array.from({ length: broken.length }, (_, at) => at)
    expect(scan(broken, DeflatedExplicitVRLittleEndian)).toMatchObject({ kind: 'cut' })
    expect(scan(broken, DeflatedExplicitVRLittleEndian, everyByte)).toMatchObject({ kind: 'cut' })
  })

  test('noise gives a declared result', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...samples.map(([UID]) => UID)), (noise, UID) => {
        expect(['complete', 'cut', 'unreadable']).toContain(scan(noise, UID).kind)
      }),
    )
  })

  test('a length of 4 GiB is not believed', () => {
    expect(scan(join(smallImage(), header([0x7fe10010, 'OB'], 0xfffffffe)))).toMatchObject({ kind: 'cut' })
  })

  test('sequences nested a thousand deep are refused without a stack overflow', () => {
    const open = join(header('RequestAttributesSequence', 0xffffffff), mark(ITEM, 0xffffffff))
    expect(scan(join(...Array.from({ length: 1000 }, () => open)))).toMatchObject({ kind: 'unreadable' })
  })

  test('more elements than memory is given for are left out, and the scan says so; named ones stay', () => {
    const many = Array.from({ length: 2000 }, (_, i) => element([0x00090000 + 0x1000 + i, 'LO'], 'x'.repeat(60)))
    const scanner = new HeaderScan(ExplicitVRLittleEndian, { maxBufferedBytes: 20_000 })
    scanner.push(join(...many, element('PatientID', 'P1'), element('StudyInstanceUID', '1.2.3')))
    const { attributes } = complete(scanner.end())
    expect([attributes.complete, attributes.elements.size < 200, attributes.text('PatientID')]).toEqual([
      false,
      true,
      'P1',
    ])
  })
})

describe('lengths that do not fit', () => {
  test.each([
    [
      'an item longer than its sequence',
      join(
        header('RequestAttributesSequence', 12),
        mark(ITEM, 20),
        element('RequestedProcedureID', 'RP1'),
        bytesOf('12345678'),
      ),
    ],
    [
      'an element longer than its item',
      join(
        header('RequestAttributesSequence', 20),
        mark(ITEM, 12),
        header('RequestedProcedureID', 40),
        new Uint8Array(60),
      ),
    ],
    [
      'a sequence that goes on with something else',
      join(header('RequestAttributesSequence', 0xffffffff), element('PatientID', 'P1')),
    ],
    [
      'a sequence without end',
      join(header('RequestAttributesSequence', 0xffffffff), mark(ITEM, 0xffffffff), mark(ITEM_END, 0)),
    ],
    [
      'fragments without end',
      join(header('PixelData', 0xffffffff), mark(ITEM, 0), mark(ITEM, 4), bytesOf('\xff\xd8\xff\xe0')),
    ],
    ['a fragment of undefined length', join(header('PixelData', 0xffffffff), mark(ITEM, 0), mark(ITEM, 0xffffffff))],
  ])('%s is told as a cut data set', (_, bytes) => {
    expect(scan(bytes)).toMatchObject({ kind: 'cut' })
  })
})

describe('a private sequence whose inner lengths do not fit', () => {
  const PRIVATE = [0x00091001, 'SQ'] as const
  const spoiled = join(mark(ITEM, 20), element('RequestedProcedureID', 'RP1'), bytesOf('abcdefgh'))
  const image = smallImage()

  test('is passed over to its end, and kept as bytes without meaning', () => {
    const before = element('Modality', 'CT')
    const bytes = join(before, header(PRIVATE, spoiled.length), spoiled, element('PatientID', 'P1'))
    for (const cuts of [[], Array.from(bytes, (_byte, i) => i)]) {
      const { attributes } = complete(scan(bytes, ExplicitVRLittleEndian, cuts))
      expect(attributes.text('PatientID')).toBe('P1')
      expect(attributes.elements.get(PRIVATE[0])).toEqual({
        tag: PRIVATE[0],
        VR: 'UN',
        offset: before.length + 12,
        length: spoiled.length,
        items: null,
        bytes: null,
      })
    }
  })

  test('also inside of another sequence', () => {
    const inner = join(header(PRIVATE, spoiled.length), spoiled)
    const outer = join(header('ReferencedStudySequence', inner.length + 8), mark(ITEM, inner.length), inner)
    const { attributes } = complete(scan(join(outer, image)))
    expect(attributes.items('ReferencedStudySequence')[0]?.elements.get(PRIVATE[0])?.VR).toBe('UN')
  })

  test('is not passed over when what follows does not follow', () => {
    const wrongEnd = join(header(PRIVATE, spoiled.length + 14), spoiled, element('PatientID', 'P1'))
    expect(scan(join(element('Modality', 'CT'), wrongEnd, element([0x00081030, 'LO'], 'x'))).kind).toBe('cut')
    expect(scan(join(header(PRIVATE, spoiled.length + 9), spoiled, image)).kind).not.toBe('complete')
    expect(scan(join(header(PRIVATE, spoiled.length), spoiled.subarray(0, 20))).kind).toBe('cut')
  })
})

describe('what equipment really writes', () => {
  test('zeros after the last element are padding, anything after them is not', () => {
    expect(scan(join(smallImage(), new Uint8Array(1003))).kind).toBe('complete')
    expect(scan(join(smallImage(), new Uint8Array(1003), Uint8Array.of(1))).kind).toBe('unreadable')
  })

  test('a group length of group 0000 before everything, as dcmtk makes of zeros after a data set, is passed over', () => {
    for (const encoding of [{}, { implicit: true }]) {
      const groupLength = element([0, 'UL'], new Uint8Array(4), encoding)
      const syntax = encoding.implicit ? ImplicitVRLittleEndian : ExplicitVRLittleEndian
      const rest = join(element('Modality', 'MR', encoding), element('PatientID', 'P1', encoding))
      const { attributes } = complete(scan(join(groupLength, rest), syntax, [3, 9, 14]))
      expect([attributes.text('Modality'), attributes.text('PatientID')]).toEqual(['MR', 'P1'])
      expect(scan(join(rest, groupLength), syntax).kind).toBe('unreadable')
      expect(scan(join(groupLength, groupLength, rest), syntax).kind).toBe('unreadable')
    }
  })

  test('a left-over sequence delimiter is ignored', () => {
    expect(scan(join(element('Modality', 'MR'), mark(SEQUENCE_END, 0), element('PatientID', 'P1')))).toMatchObject({
      kind: 'complete',
    })
  })

  test('implicit items inside of explicit UN sequences are read', () => {
    const inner = element('CodeValue', 'T1', { implicit: true })
    const { attributes } = complete(
      scan(
        join(
          header([0x00091002, 'UN'], 0xffffffff),
          mark(ITEM, inner.length),
          inner,
          mark(SEQUENCE_END, 0),
          element('PatientID', 'P1'),
        ),
      ),
    )
    expect([attributes.elements.get(0x00091002)?.items?.[0]?.text('CodeValue'), attributes.text('PatientID')]).toEqual([
      'T1',
      'P1',
    ])
  })

  test('an element without VR in an explicit data set is read as implicit', () => {
    const { attributes } = complete(
      scan(join(element('Modality', 'MR'), element('PatientID', 'P1', { implicit: true }), element('StudyID', 'S'))),
    )
    expect([attributes.text('PatientID'), attributes.text('StudyID')]).toEqual(['P1', 'S'])
  })

  test('data sets in the other VR encoding than was said are read as what they are', () => {
    const asExplicit = complete(scan(smallImage({ implicit: true }), ExplicitVRLittleEndian))
    const asImplicit = complete(scan(smallImage(), ImplicitVRLittleEndian))
    expect([asExplicit.TransferSyntaxUID, asExplicit.attributes.text('PatientName')]).toEqual([
      ImplicitVRLittleEndian,
      'Martin^Élise',
    ])
    expect([asImplicit.TransferSyntaxUID, asImplicit.attributes.text('PatientName')]).toEqual([
      ExplicitVRLittleEndian,
      'Martin^Élise',
    ])
  })

  test('a standard element stored as UN is read by its own VR', () => {
    const { attributes } = complete(
      scan(join(element([0x00100010, 'UN'], bytesOf('Martin^Paul')), element([0x00280010, 'UN'], number(512, 2)))),
    )
    expect([attributes.personName('PatientName'), attributes.number('Rows')]).toEqual([
      { Alphabetic: 'Martin^Paul' },
      512,
    ])
  })

  test('odd lengths are tolerated', () => {
    const { attributes } = complete(scan(join(header('PatientID', 3), bytesOf('ABC'), element('StudyID', 'S1'))))
    expect([attributes.text('PatientID'), attributes.text('StudyID')]).toEqual(['ABC', 'S1'])
  })

  test('a sequence delimiter inside of compressed pixels ends nothing', () => {
    const fragment = join(bytesOf('\xff\xd8\xff\xe0'), mark(SEQUENCE_END, 0), new Uint8Array(20))
    const { pixelData } = complete(scan(join(us('Rows', 1), fragments([], [fragment]))))
    expect(pixelData?.frames?.[0]?.[0]?.[1]).toBe(fragment.length)
  })
})

describe('deflated', () => {
  test.each([0, 1, 6, 9])('level %i is scanned as it streams, offsets are those of the inflated data set', (level) => {
    const plain = smallImage()
    const deflated = new Uint8Array(deflateRawSync(plain, { level }))
    const result = complete(
      scan(
        deflated,
        DeflatedExplicitVRLittleEndian,
        Array.from(deflated, (_byte, i) => i),
      ),
    )
    expect(toDicomJson(result.attributes)).toEqual(toDicomJson(complete(scan(plain)).attributes))
    expect([result.pixelData?.offset, result.length]).toEqual([plain.length - 12, deflated.length])
  })

  test('a deflated stream that is cut or broken is told', () => {
    const deflated = new Uint8Array(deflateRawSync(smallImage()))
    expect(scan(deflated.subarray(0, deflated.length - 5), DeflatedExplicitVRLittleEndian).kind).toBe('cut')
    expect(scan(Uint8Array.of(0xff, 0xff, 0xff, 0xff), DeflatedExplicitVRLittleEndian).kind).toBe('unreadable')
  })
})

test('a deflated bomb is refused before it costs much', () => {
  const zeros = 96 * 1024 * 1024
  const bomb = new Uint8Array(
    deflateRawSync(join(smallImage(), header([0x7fe10010, 'OB'], zeros), new Uint8Array(zeros))),
  )
  expect(scan(bomb, DeflatedExplicitVRLittleEndian)).toEqual({
    kind: 'unreadable',
    detail: 'deflate: expands more than any real object',
  })
  const blank = deflateRawSync(join(header([0x7fe10010, 'OB'], 1 << 25), new Uint8Array(1 << 25)))
  expect(scan(new Uint8Array(blank), DeflatedExplicitVRLittleEndian).kind).toBe('complete')
})

test('the study is known before the data set ends', () => {
  const bytes = smallImage()
  const scanner = new HeaderScan(ExplicitVRLittleEndian)
  const at = Buffer.from(bytes).indexOf('1.2.3.4\0', Buffer.from(bytes).indexOf('Martin'))
  scanner.push(bytes.subarray(0, at + 7))
  expect(scanner.StudyInstanceUID).toBeUndefined()
  scanner.push(bytes.subarray(at + 7, at + 8))
  expect(scanner.StudyInstanceUID).toBe('1.2.3.4')
})

test('long values are passed over by offset, look-up tables are kept', () => {
  const long = new Uint8Array(70_000).fill(7)
  const { attributes } = complete(scan(join(element([0x00091001, 'OB'], long), element([0x00283006, 'OW'], long))))
  expect(attributes.elements.get(0x00091001)).toMatchObject({ bytes: null, offset: 12, length: 70_000 })
  expect(attributes.element('LUTData')?.bytes).toEqual(long)
})

test('in implicit VR the sign of a pixel value is that of the pixels', () => {
  const implicit = { implicit: true }
  const signed = complete(
    scan(
      join(us('PixelRepresentation', 1, implicit), us('SmallestImagePixelValue', 0xff00, implicit)),
      ImplicitVRLittleEndian,
    ),
  )
  expect(signed.attributes.number('SmallestImagePixelValue')).toBe(-256)
})
