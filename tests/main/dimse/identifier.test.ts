import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DataSet, DataSetContent } from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { decodeIdentifier, encodeIdentifier } from '../../../main/dimse/identifier.ts'

const { ExplicitVRLittleEndian, ImplicitVRLittleEndian } = TransferSyntaxUIDs
const uid = fc
  .array(fc.integer({ min: 0, max: 99_999 }), { minLength: 2, maxLength: 9 })
  .map((parts) => parts.join('.'))
const content = fc.record({
  QueryRetrieveLevel: fc.constantFrom('PATIENT', 'STUDY', 'SERIES', 'IMAGE'),
  PatientID: fc.stringMatching(/^[A-Z0-9^]{0,40}$/),
  PatientName: fc.stringMatching(/^[A-ZÉÀ山]{1,20}\^[a-zé]{1,9}$/u),
  FailedSOPInstanceUIDList: fc.array(uid, { minLength: 1, maxLength: 40 }),
  Rows: fc.integer({ min: 0, max: 65_535 }),
  ReferencedSOPSequence: fc.array(fc.record({ ReferencedSOPClassUID: uid, ReferencedSOPInstanceUID: uid }), {
    maxLength: 20,
  }),
})

const read = (dataSet: DataSet | null) => ({
  QueryRetrieveLevel: dataSet?.text('QueryRetrieveLevel'),
  PatientID: dataSet?.text('PatientID'),
  PatientName: dataSet?.text('PatientName'),
  FailedSOPInstanceUIDList: dataSet?.texts('FailedSOPInstanceUIDList'),
  Rows: dataSet?.number('Rows'),
  ReferencedSOPSequence: dataSet?.items('ReferencedSOPSequence').map((item) => ({
    ReferencedSOPClassUID: item.text('ReferencedSOPClassUID'),
    ReferencedSOPInstanceUID: item.text('ReferencedSOPInstanceUID'),
  })),
})

test.each([ExplicitVRLittleEndian, ImplicitVRLittleEndian])('what is written in %s is read again', (syntax) => {
  fc.assert(
    fc.property(content, (values) => {
      expect(read(decodeIdentifier(encodeIdentifier(values as DataSetContent, syntax), syntax))).toEqual(values)
    }),
  )
})

test('implicit VR is what PS3.5 §A.1 says, item by item', () => {
  const bytes = encodeIdentifier(
    { PatientID: 'A1', ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: '1.2' }] },
    ImplicitVRLittleEndian,
  )
  expect(Buffer.from(bytes).toString('hex')).toBe(
    [
      // (0008,1199), 20 bytes: one item of 12, (0008,1155) with 1.2 and its padding
      '08009911 14000000 feff00e0 0c000000 08005511 04000000 312e3200',
      // (0010,0020)
      '10002000 02000000 4131',
    ]
      .join('')
      .replaceAll(' ', ''),
  )
})

test('whatever comes, decoding ends with a data set or null', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isImplicit) => {
      decodeIdentifier(bytes, isImplicit ? ImplicitVRLittleEndian : ExplicitVRLittleEndian)
    }),
  )
  expect(decodeIdentifier(Buffer.from('0800520043530a00494d', 'hex'), ExplicitVRLittleEndian)).toBe(null)
})
