/** Person names of the contract as groups of a PN value. */
import type { PersonName } from '../../contract/studies.ts'
import { type PersonNameGroups, parsePersonName } from '../../dicom/index.ts'

/** The groups that are there. */
export const nameGroups = ({ Alphabetic = '', Ideographic = '', Phonetic = '' }: PersonName): PersonNameGroups =>
  parsePersonName([Alphabetic, Ideographic, Phonetic].join('='))
