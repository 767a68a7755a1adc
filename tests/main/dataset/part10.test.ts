import { describe, expect, test } from 'vitest'
import { parsePart10, part10Header } from '../../../main/dataset/part10.ts'
import { IMPLEMENTATION_CLASS_UID } from '../../../main/dicom/implementation.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'
import { bytesOf, element, join, number, smallImage } from './raw-data-set.ts'

const { ExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian, JPEG2000 } = TransferSyntaxUIDs
const object = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: '1.2.3.4.5',
  TransferSyntaxUID: ExplicitVRLittleEndian,
}
const preamble = join(new Uint8Array(128), bytesOf('DICM'))

describe('written heads', () => {
  test('are read back and point at the data set', () => {
    const header = part10Header({ ...object, SourceApplicationEntityTitle: 'SCANNER1' })
    const head = parsePart10(join(header, smallImage()))
    if (head.kind !== 'part-10') throw new Error(head.kind)
    expect({
      offset: head.dataSetOffset,
      syntax: head.TransferSyntaxUID,
      meta: [
        head.meta.text('MediaStorageSOPInstanceUID'),
        head.meta.text('ImplementationClassUID'),
        head.meta.text('SourceApplicationEntityTitle'),
      ],
      groupLength: head.meta.number('FileMetaInformationGroupLength'),
    }).toEqual({
      offset: header.length,
      syntax: ExplicitVRLittleEndian,
      meta: ['1.2.3.4.5', IMPLEMENTATION_CLASS_UID, 'SCANNER1'],
      groupLength: header.length - 132 - 12,
    })
  })

  test('say that they go on when they are cut', () => {
    const header = part10Header(object)
    for (const length of [133, 150, header.length - 1]) {
      expect([length, parsePart10(header.subarray(0, length)).kind]).toEqual([length, 'incomplete'])
    }
  })
})

describe('heads as some write them', () => {
  test('without preamble, without group length, with a wrong one', () => {
    const meta = element('TransferSyntaxUID', JPEG2000)
    const wrong = join(element('FileMetaInformationGroupLength', number(meta.length - 6, 4)), meta)
    for (const head of [meta, join(preamble, meta), join(preamble, wrong)]) {
      expect(parsePart10(join(head, smallImage()))).toMatchObject({
        kind: 'part-10',
        dataSetOffset: head.length,
        TransferSyntaxUID: JPEG2000,
      })
    }
  })

  test('a bare data set tells its syntax by its first element', () => {
    expect(parsePart10(smallImage())).toEqual({
      kind: 'data-set',
      dataSetOffset: 0,
      TransferSyntaxUID: ExplicitVRLittleEndian,
    })
    expect(parsePart10(join(preamble, smallImage({ implicit: true })))).toEqual({
      kind: 'data-set',
      dataSetOffset: 132,
      TransferSyntaxUID: ImplicitVRLittleEndian,
    })
    expect(parsePart10(smallImage({ bigEndian: true }))).toEqual({
      kind: 'data-set',
      dataSetOffset: 0,
      TransferSyntaxUID: ExplicitVRBigEndian,
    })
  })

  test('meta information without a transfer syntax leaves it to the data set', () => {
    const meta = element('MediaStorageSOPInstanceUID', '1.2.3')
    expect(parsePart10(join(preamble, meta, smallImage({ implicit: true })))).toMatchObject({
      TransferSyntaxUID: ImplicitVRLittleEndian,
    })
  })
})

test('other files are no DICOM', () => {
  const files = [
    '%PDF-1.7 something long enough',
    'GET / HTTP/1.1\r\nHost: x\r\n',
    '',
    '\xff\xd8\xff\xe0JFIF....',
    'PK\x03\x04'.padEnd(200, 'x'),
  ]
  for (const text of files) expect(parsePart10(bytesOf(text)).kind).toBe('not-dicom')
})
