import { expect, test } from 'vitest'
import {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  uidFromUUID,
} from '../../../main/dicom/implementation.ts'
import { DimseStatus, statusClass } from '../../../main/dicom/status.ts'
import { isUID } from '../../../main/dicom/uid.ts'

test('the implementation names itself within the limits of the standard', () => {
  expect(isUID(IMPLEMENTATION_CLASS_UID)).toBe(true)
  expect(IMPLEMENTATION_VERSION_NAME).toMatch(/^[A-Z0-9_]{1,16}$/)
})

test('a UUID becomes the UID of its number (PS3.5 §B.2)', () => {
  expect(uidFromUUID('f81d4fae-7dec-11d0-a765-00a0c91e6bf6')).toBe('2.25.329800735698586629295641978511506172918')
})

test('statuses mean what PS3.7 Annex C says', () => {
  const codes = [
    0,
    0xff00,
    0xfe00,
    0xb007,
    0x0107,
    DimseStatus.OutOfResources,
    0xc123,
    DimseStatus.SOPClassNotSupported,
  ]
  expect(codes.map(statusClass)).toEqual([
    ...['success', 'pending', 'cancel', 'warning', 'warning'],
    ...['failure', 'failure', 'failure'],
  ])
})
