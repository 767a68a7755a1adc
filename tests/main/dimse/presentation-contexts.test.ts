import { expect, test } from 'vitest'
import { isStorableTransferSyntax, isStorageSOPClass, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { answerRoles, negotiate } from '../../../main/dimse/presentation-contexts.ts'

const rules = { acceptsSOPClass: isStorageSOPClass, acceptsTransferSyntax: isStorableTransferSyntax }
const CT = '1.2.840.10008.5.1.4.1.1.2'
const { ImplicitVRLittleEndian, ExplicitVRLittleEndian, JPEG2000Lossless, JPIPReferenced } = TransferSyntaxUIDs
const XMLEncoding = '1.2.840.10008.1.2.6.2'

test('the first proposed transfer syntax that can be stored is taken, whatever else is refused', () => {
  const { answers, accepted, refusedSOPClassUIDs } = negotiate(
    [
      { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: [ImplicitVRLittleEndian] },
      { id: 3, abstractSyntax: CT, transferSyntaxes: [XMLEncoding, JPEG2000Lossless, ExplicitVRLittleEndian] },
      { id: 5, abstractSyntax: CT, transferSyntaxes: [XMLEncoding] },
      { id: 7, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: [ImplicitVRLittleEndian] },
      { id: 9, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: [ExplicitVRLittleEndian] },
      { id: 11, abstractSyntax: 'DOE^JANE', transferSyntaxes: [ImplicitVRLittleEndian] },
      { id: 13, abstractSyntax: CT, transferSyntaxes: [ExplicitVRLittleEndian] },
    ],
    rules,
    6,
  )
  expect(answers).toEqual([
    { id: 1, result: 'acceptance', transferSyntax: ImplicitVRLittleEndian },
    { id: 3, result: 'acceptance', transferSyntax: JPEG2000Lossless },
    { id: 5, result: 'transfer-syntaxes-not-supported', transferSyntax: XMLEncoding },
    { id: 7, result: 'abstract-syntax-not-supported', transferSyntax: ImplicitVRLittleEndian },
    { id: 9, result: 'abstract-syntax-not-supported', transferSyntax: ExplicitVRLittleEndian },
    { id: 11, result: 'abstract-syntax-not-supported', transferSyntax: ImplicitVRLittleEndian },
    { id: 13, result: 'no-reason', transferSyntax: ExplicitVRLittleEndian },
  ])
  expect([...accepted.keys()]).toEqual([1, 3])
  expect(refusedSOPClassUIDs).toEqual(['1.2.840.10008.5.1.4.1.2.2.1', 'not a UID'])
})

test('pixels are taken before a word of where they are, which is taken where there is nothing else', () => {
  const taken = (...transferSyntaxes: string[]) =>
    negotiate([{ id: 1, abstractSyntax: CT, transferSyntaxes }], rules, 1).accepted.get(1)?.transferSyntax
  expect(taken(JPIPReferenced, XMLEncoding, JPEG2000Lossless)).toBe(JPEG2000Lossless)
  expect(taken(XMLEncoding, JPIPReferenced)).toBe(JPIPReferenced)
})

test('a requestor may be SCU where it asked to, never SCP', () => {
  expect(
    answerRoles([
      { SOPClassUID: CT, scuRole: true, scpRole: true },
      { SOPClassUID: '1.2.3', scuRole: false, scpRole: true },
    ]),
  ).toEqual([
    { SOPClassUID: CT, scuRole: true, scpRole: false },
    { SOPClassUID: '1.2.3', scuRole: false, scpRole: false },
  ])
})

test('roles are answered once for each class, and not beyond 128, so that the answer always fits', () => {
  const proposed = Array.from({ length: 5000 }, (_, index) => ({
    SOPClassUID: `1.2.${index % 2500}`,
    scuRole: true,
    scpRole: false,
  }))
  expect(answerRoles(proposed, rules)).toEqual(proposed.slice(0, 128))
})
