import { expect, test } from 'vitest'
import { toDicomJson } from '../../../main/dataset/dicom-json.ts'
import { HeaderScan } from '../../../main/dataset/header-scan.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'
import { bytesOf, type Encoding, element, join, type Name, number, sequence, us } from './raw-data-set.ts'

const json = (bytes: Uint8Array, UID: string = TransferSyntaxUIDs.ExplicitVRLittleEndian, withAddress = false) => {
  const scan = new HeaderScan(UID)
  scan.push(bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  return toDicomJson(result.attributes, withAddress ? { bulkDataURI: (path) => `/bulk/${path}` } : {})
}

test('each representation has its form (PS3.18 §F.2.3)', () => {
  const custom = (VR: string, value: string | Uint8Array, at = 0x10): Uint8Array =>
    element([0x00990000 + at, VR], value)
  const bytes = join(
    element('SpecificCharacterSet', 'ISO_IR 100'),
    element('ImageType', 'ORIGINAL\\PRIMARY\\\\AXIAL'),
    element('PatientName', 'B\xe9rard^L\xe9o'),
    element('PatientID', ''),
    element('SliceThickness', ' 1.50 '),
    element('PixelSpacing', '0.5\\abc'),
    element('InstanceNumber', '+7'),
    us('Rows', 512),
    element('FrameIncrementPointer', join(number(0x0018, 2), number(0x1063, 2))),
    custom('FD', new Uint8Array(Float64Array.of(0.1, Number.NaN).buffer)),
    custom('SV', new Uint8Array(BigInt64Array.of(5n, -(2n ** 60n)).buffer), 0x11),
    custom('OB', Uint8Array.of(1, 2, 3, 4), 0x12),
    custom('UT', ' keeps leading space ', 0x13),
  )
  expect(json(bytes)).toEqual({
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '00080008': { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', null, 'AXIAL'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Bérard^Léo' }] },
    '00100020': { vr: 'LO' },
    '00180050': { vr: 'DS', Value: [1.5] },
    '00200013': { vr: 'IS', Value: [7] },
    '00280009': { vr: 'AT', Value: ['00181063'] },
    '00280010': { vr: 'US', Value: [512] },
    '00280030': { vr: 'DS', Value: [0.5, 'abc'] },
    '00990010': { vr: 'FD', Value: [0.1, 'NaN'] },
    '00990011': { vr: 'SV', Value: [5, '-1152921504606846976'] },
    '00990012': { vr: 'OB', InlineBinary: 'AQIDBA==' },
    '00990013': { vr: 'UT', Value: [' keeps leading space'] },
  })
})

test('items nest, and what is long has an address', () => {
  const inner = join(element([0x00091001, 'OB'], new Uint8Array(2000)), element('CodeValue', 'X'))
  const bytes = join(
    element([0x00080000, 'UL'], number(10, 4)),
    sequence('RequestAttributesSequence', [new Uint8Array(0), inner]),
    element('PixelData', new Uint8Array(4)),
  )
  expect(json(bytes, undefined, true)).toEqual({
    '00400275': {
      vr: 'SQ',
      Value: [
        {},
        { '00080100': { vr: 'SH', Value: ['X'] }, '00091001': { vr: 'OB', BulkDataURI: '/bulk/00400275/1/00091001' } },
      ],
    },
    '7FE00010': { vr: 'OW', BulkDataURI: '/bulk/7FE00010' },
  })
  expect(json(bytes)['7FE00010']).toEqual({ vr: 'OW' })
})

test('big endian data sets give the same JSON as little endian ones', () => {
  const build = (encoding: Encoding): Uint8Array => {
    const words: Name = [0x00990010, 'OW']
    return join(
      us('Rows', 258, encoding),
      element('FrameIncrementPointer', join(number(0x0018, 2, encoding), number(0x1063, 2, encoding)), encoding),
      element(words, join(number(1, 2, encoding), number(770, 2, encoding)), encoding),
    )
  }
  expect(json(build({ bigEndian: true }), TransferSyntaxUIDs.ExplicitVRBigEndian)).toEqual(json(build({})))
})

test('a name of three groups is split, an unreadable byte stays visible', () => {
  const bytes = join(
    element('SpecificCharacterSet', 'ISO_IR 192'),
    element('PatientName', bytesOf('Yamada^T=\xe5\xb1\xb1=\xff')),
  )
  expect(json(bytes)['00100010']).toEqual({
    vr: 'PN',
    Value: [{ Alphabetic: 'Yamada^T', Ideographic: '山', Phonetic: '\ufffd' }],
  })
})
