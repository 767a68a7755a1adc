import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isReEncodable, ReEncodeError, reEncode, uncompressedSyntaxes } from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { type Encoding, element, fragments, header, join, mark, number, sequence, us } from './raw-data-set.ts'

const {
  ExplicitVRLittleEndian,
  ImplicitVRLittleEndian,
  ExplicitVRBigEndian,
  DeflatedExplicitVRLittleEndian,
  RLELossless,
} = TransferSyntaxUIDs

/** The same object in any encoding, with everything whose bytes depend on it. */
const object = (encoding: Encoding, undefinedLength = false): Uint8Array =>
  join(
    element('SpecificCharacterSet', 'ISO_IR 100', encoding),
    element('SOPInstanceUID', '1.2.3.4.5', encoding),
    sequence(
      'RequestAttributesSequence',
      [
        join(element('AccessionNumber', 'A1', encoding)),
        sequence('RequestAttributesSequence', [element('PatientName', 'Martin^\xc9lise', encoding)], encoding, true),
      ].map((item, index) => (index === 1 && !undefinedLength ? definedInside(encoding) : item)),
      encoding,
      undefinedLength,
    ),
    element([0x00090010, 'LO'], 'A VENDOR', encoding),
    element([0x00091001, 'UN'], Uint8Array.of(1, 2, 3, 4), encoding),
    us('Rows', 258, encoding),
    us('PixelRepresentation', 1, encoding),
    // US or SS: as the pixels are.
    element([0x00280106, 'SS'], number(-2, 2, encoding), encoding),
    // US or OW
    element([0x00283006, 'OW'], join(number(1, 2, encoding), number(65_000, 2, encoding)), encoding),
    element('PixelData', join(...[1, 2, 772, 65_535].map((value) => number(value, 2, encoding))), encoding),
  )

/** The nested sequence with its length, as it is written. */
function definedInside(encoding: Encoding): Uint8Array {
  return sequence('RequestAttributesSequence', [element('PatientName', 'Martin^\xc9lise', encoding)], encoding)
}

const encodings: Record<string, Encoding> = {
  [ImplicitVRLittleEndian]: { implicit: true },
  [ExplicitVRLittleEndian]: {},
  [DeflatedExplicitVRLittleEndian]: {},
  [ExplicitVRBigEndian]: { bigEndian: true },
}
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const converted = (source: Uint8Array, from: string, to: string) => hex(Buffer.concat(reEncode(source, from, to)))

describe('a data set', () => {
  const pairs = Object.keys(encodings).flatMap((from) => Object.keys(encodings).map((to) => [from, to] as const))
  test.each(pairs)('in %s becomes what it is in %s', (from, to) => {
    expect(converted(object(encodings[from] ?? {}), from, to)).toBe(hex(object(encodings[to] ?? {})))
    const isSame = JSON.stringify(encodings[from]) === JSON.stringify(encodings[to])
    const delimited = object(encodings[from] ?? {}, true)
    // Sequences get their lengths, unless there is nothing to be done.
    expect(converted(delimited, from, to)).toBe(isSame ? hex(delimited) : hex(object(encodings[to] ?? {})))
  })

  test('with pixels of more than 16 bits has the values that are shown', () => {
    const dose = (encoding: Encoding) =>
      join(
        us('BitsAllocated', 32, encoding),
        // A small picture in an item has bits of its own.
        sequence('RequestAttributesSequence', [us('BitsAllocated', 16, encoding)], encoding),
        element('PixelData', join(number(1_249_000, 4, encoding), number(7, 4, encoding)), encoding),
      )
    const big = dose({ bigEndian: true })
    expect(converted(big, ExplicitVRBigEndian, ExplicitVRLittleEndian)).toBe(hex(dose({})))
    // Receivers do not agree on the order of words in big endian (OW): they get little endian.
    expect(() => reEncode(dose({}), ExplicitVRLittleEndian, ExplicitVRBigEndian)).toThrow(ReEncodeError)
  })

  test('loses its group lengths, and a value that is too long for its VR becomes UN', () => {
    const long = 'x'.repeat(70_000)
    const source = join(
      element([0x00080000, 'UL'], number(1234, 4), { implicit: true }),
      element('PatientComments', long, { implicit: true }),
    )
    const expected = element([0x00104000, 'UN'], Buffer.from(long))
    expect(converted(source, ImplicitVRLittleEndian, ExplicitVRLittleEndian)).toBe(hex(expected))
  })

  test('has sequences of undefined length that went through equipment which did not know them', () => {
    const inner = { implicit: true }
    const items = [mark(0xfffee000, 0xffffffff), element('AccessionNumber', 'A1', inner), mark(0xfffee00d, 0)]
    const source = join(header([0x00091010, 'UN'], 0xffffffff), ...items, mark(0xfffee0dd, 0))
    const expected = sequence([0x00091010, 'SQ'], [element('AccessionNumber', 'A1', inner)], inner)
    expect(converted(source, ExplicitVRLittleEndian, ImplicitVRLittleEndian)).toBe(hex(expected))
  })

  test.each([
    ['cut', object({}).subarray(0, -3)],
    ['with compressed pixels', fragments([0], [Uint8Array.of(1, 2)])],
    ['with an item outside of a sequence', mark(0xfffee000, 0)],
    ['with half a number', element([0x00283006, 'OW'], Uint8Array.of(1, 2)).with(8, 1).subarray(0, 13)],
    [
      'with an item longer than its sequence',
      join(header('RequestAttributesSequence', 8), mark(0xfffee000, 8), new Uint8Array(8)),
    ],
  ])('%s is refused', (_name, source) => {
    expect(() => reEncode(source, ExplicitVRLittleEndian, ExplicitVRBigEndian)).toThrow(ReEncodeError)
  })

  test('of any bytes is encoded anew or refused, never anything else', () => {
    const from = fc.constantFrom(...uncompressedSyntaxes)
    const source = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(400), fc.nat(255)).map(([at, value]) => {
        const bytes = object({}, true)
        return bytes.with(at % bytes.length, value)
      }),
    )
    fc.assert(
      fc.property(source, from, from, (bytes, one, other) => {
        try {
          reEncode(bytes, one, other)
        } catch (error) {
          expect(error).toBeInstanceOf(ReEncodeError)
        }
      }),
    )
  })
})

test('only uncompressed transfer syntaxes are encoded anew', () => {
  expect(uncompressedSyntaxes.every(isReEncodable)).toBe(true)
  expect([RLELossless, '1.2.3', '1.2.840.10008.1.2.1.98'].some(isReEncodable)).toBe(false)
  expect(() => reEncode(object({}), ExplicitVRLittleEndian, RLELossless)).toThrow(ReEncodeError)
})
