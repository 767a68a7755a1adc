/** How another study stands to the one that is read: before or after it, and whether both name the same person. */
import type { PersonName, StudyRow } from '../../../main/contract/studies.ts'

type Dated = Pick<StudyRow, 'StudyDate' | 'StudyTime'>
type Person = Pick<StudyRow, (typeof identifying)[number]>

/** Where a study stands in time; `other`: at the same moment, or a date is not known. */
export type Standing = 'older' | 'newer' | 'other'

const identifying = ['PatientName', 'PatientBirthDate', 'PatientSex', 'PatientID', 'IssuerOfPatientID'] as const
export type IdentifyingAttribute = (typeof identifying)[number]

/** Where `other` stands to the study that is read. */
export function standingOf(other: Dated, read: Dated): Standing {
  if (other.StudyDate === '' || read.StudyDate === '') return 'other'
  const order =
    other.StudyDate.localeCompare(read.StudyDate) ||
    (other.StudyTime && read.StudyTime ? other.StudyTime.localeCompare(read.StudyTime) : 0)
  return order < 0 ? 'older' : order > 0 ? 'newer' : 'other'
}

/**
 * Which attributes of two studies do not name the same person; one that only one of them states counts too. Case, accents and padding of
 * names do not (PS3.4 §C.2.2.2.1).
 */
export function identityDifferences(one: Person, other: Person): IdentifyingAttribute[] {
  return identifying.filter((attribute) => comparable(one, attribute) !== comparable(other, attribute))
}

const comparable = (person: Person, attribute: IdentifyingAttribute): string =>
  attribute === 'PatientName' ? plainName(person.PatientName) : person[attribute].trim()

function plainName({ Alphabetic, Ideographic, Phonetic }: PersonName): string {
  return (Alphabetic || Ideographic || Phonetic || '')
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .split('^')
    .map((part) => part.trim().replace(/\s+/g, ' '))
    .join('^')
    .replace(/\^+$/, '')
}
