/** Values that stand in the place of others: right for their VR, and telling nothing (PS3.15 §E.1.1, action D). */

import { type VR, vrInfo } from '../../dicom/vr.ts'
import type { RawElement } from '../writing/explicit-elements.ts'
import { sequenceElement, textElement } from '../writing/explicit-elements.ts'

const texts: Partial<Record<VR, string>> = {
  AE: 'REMOVED',
  AS: '000D',
  CS: 'REMOVED',
  DA: '19000101',
  DS: '0',
  DT: '19000101000000',
  IS: '0',
  LO: 'REMOVED',
  LT: 'REMOVED',
  PN: 'REMOVED',
  SH: 'REMOVED',
  ST: 'REMOVED',
  TM: '000000',
  UC: 'REMOVED',
  UR: 'urn:removed',
  UT: 'REMOVED',
}

/** A code that says only that another stood here. */
const removedCode = (): RawElement[] => [
  textElement(0x00080100, 'SH', 'REMOVED'),
  textElement(0x00080102, 'SH', '99REMOVED'),
  textElement(0x00080104, 'LO', 'Removed'),
]

/** A sequence of one such code. */
export const dummyCodes = (tag: number): RawElement => sequenceElement(tag, [removedCode()])

/** A dummy; null where no value of the VR would be safe. */
export function dummyValue(tag: number, VR: VR): RawElement | null {
  const text = texts[VR]
  if (text !== undefined) return textElement(tag, VR, text)
  const { kind, unit } = vrInfo(VR)
  return kind === 'number' ? { tag, VR, bytes: Buffer.alloc(unit) } : null
}
