import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ElementDigest } from '../../../../main/archive/outbox/element-digest.ts'
import { TransferSyntaxUIDs } from '../../../../main/dicom/transfer-syntaxes.ts'
import { dataSet } from '../../cache/data-sets.ts'

const { ExplicitVRLittleEndian, ImplicitVRLittleEndian } = TransferSyntaxUIDs

const digestOf = (bytes: Uint8Array, syntax: string = ExplicitVRLittleEndian, cuts: readonly number[] = []) => {
  const digest = new ElementDigest(syntax)
  let at = 0
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    const end = Math.min(Math.max(at, cut), bytes.length)
    digest.push(bytes.subarray(at, end))
    at = end
  }
  return digest.end()
}

const tag = (hex: string) => Buffer.from(hex, 'hex')
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const text = (value: string) => Buffer.from(value, 'latin1')
const item = (body: Buffer, isOpen: boolean) =>
  isOpen
    ? Buffer.concat([tag('feff00e0ffffffff'), body, tag('feff0de000000000')])
    : Buffer.concat([tag('feff00e0'), u32(body.length), body])
const sequence = (items: Buffer, isOpen: boolean) =>
  isOpen
    ? Buffer.concat([tag('08001511'), text('SQ\0\0'), u32(0xffffffff), items, tag('feffdde000000000')])
    : Buffer.concat([tag('08001511'), text('SQ\0\0'), u32(items.length), items])
const uidElement = Buffer.concat([tag('08005511'), text('UI'), Buffer.of(4, 0), text('1.2\0')])

it('takes given and open lengths for the same', () => {
  const forms = [true, false].flatMap((outer) => [true, false].map((inner) => sequence(item(uidElement, inner), outer)))
  expect(new Set(forms.map((form) => digestOf(form))).size).toBe(1)
  const nested = sequence(item(sequence(item(uidElement, true), false), true), true)
  expect(digestOf(nested)).not.toBe(digestOf(forms[0] ?? Buffer.alloc(0)))
})

it('tells structures apart that hold the same values', () => {
  const one = sequence(item(Buffer.concat([uidElement]), false), false)
  const two = sequence(Buffer.concat([item(uidElement, false), item(Buffer.alloc(0), false)]), false)
  const bare = Buffer.concat([uidElement])
  expect(new Set([one, two, bare].map((form) => digestOf(form))).size).toBe(3)
})

it('passes over group lengths and padding behind the last element', () => {
  const values = dataSet({ SOPInstanceUID: '1.2.3', PatientName: 'A^B' })
  const groupLength = Buffer.concat([tag('08000000'), text('UL'), Buffer.of(4, 0), u32(16)])
  const padding = Buffer.concat([tag('fcfffcff'), text('OB\0\0'), u32(4), Buffer.alloc(4)])
  const expected = digestOf(values)
  expect(digestOf(Buffer.concat([groupLength, values, padding]))).toBe(expected)
  expect(digestOf(Buffer.concat([values, Buffer.alloc(20)]))).toBe(expected)
})

it('is none for what is no whole data set, however it is cut', () => {
  const values = dataSet({ SOPInstanceUID: '1.2.3', PixelData: Buffer.alloc(100_000, 7) })
  expect(digestOf(values)).not.toBeNull()
  for (const length of [3, 9, 20, 30, values.length - 1])
    expect(digestOf(values.subarray(0, length)), `${length}`).toBeNull()
  expect(digestOf(text('no data set at all, only words'), ImplicitVRLittleEndian)).toBeNull()
})

it('reads any bytes without failing, and the same however they come', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      fc.boolean(),
      (bytes, cuts, isImplicit) => {
        const syntax = isImplicit ? ImplicitVRLittleEndian : ExplicitVRLittleEndian
        expect(digestOf(bytes, syntax, cuts)).toBe(digestOf(bytes, syntax))
      },
    ),
  )
})
