/** Values of the matches of a C-FIND: whatever is not as it should be reads as absent. */
import type { RemoteStudy } from '../../contract/archive.ts'
import type { PersonName } from '../../contract/studies.ts'
import type { DataSet } from '../../dataset/index.ts'
import { isUID, type Keyword } from '../../dicom/index.ts'
import { sharedKeys } from '../search-studies.ts'

/** Longest text that is taken over from an archive, and most values of one element. */
const MAX_TEXT = 1024
const MAX_VALUES = 64

/** The first value as text, or empty. */
export const textIn = (match: DataSet, keyword: Keyword): string => match.text(keyword).slice(0, MAX_TEXT)

/** The first value where it is a UID, or empty. */
export const uidIn = (match: DataSet, keyword: Keyword): string => {
  const text = textIn(match, keyword)
  return isUID(text) ? text : ''
}

/** The first value as a whole number that is not negative, or null. */
export const countIn = (match: DataSet, keyword: Keyword): number | null => {
  const count = match.number(keyword)
  return Number.isSafeInteger(count) && (count ?? -1) >= 0 ? (count ?? null) : null
}

/** The first value as a person name. */
export const personNameIn = (match: DataSet, keyword: Keyword): PersonName =>
  Object.fromEntries(
    Object.entries(match.personName(keyword)).map(([group, text]) => [group, String(text).slice(0, MAX_TEXT)]),
  )

/** The study that a match is; without UID where it does not say. */
export const studyIn = (match: DataSet): RemoteStudy => ({
  StudyInstanceUID: uidIn(match, 'StudyInstanceUID'),
  PatientName: personNameIn(match, 'PatientName'),
  ...sharedKeys((keyword) => textIn(match, keyword)),
  ModalitiesInStudy: match
    .texts('ModalitiesInStudy')
    .filter(Boolean)
    .slice(0, MAX_VALUES)
    .map((text) => text.slice(0, MAX_TEXT)),
  NumberOfStudyRelatedSeries: countIn(match, 'NumberOfStudyRelatedSeries'),
  NumberOfStudyRelatedInstances: countIn(match, 'NumberOfStudyRelatedInstances'),
  receivedInstances: 0,
})
