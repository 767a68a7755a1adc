/** Looking for studies in an archive: what is asked for by the standard's keys, and what of each study is here. */
import type { Cache } from '../cache/cache.ts'
import type { RemoteStudy } from '../contract/archive.ts'
import type { StudySearch } from './study-source.ts'

/** The beginning of a name, words in their order whatever stands between them (PS3.4 §C.2.2.2.4). */
export const namePattern = (typed: string): string => {
  const words = typed
    .trim()
    .split(/[\s^*]+/)
    .filter(Boolean)
  return words.length > 0 ? `${words.join('*')}*` : ''
}

const dateRange = (from: string, to: string): string => {
  if (from === '' && to === '') return ''
  return from === to ? from : `${from}-${to}`
}

/** The matching keys of a search; empty ones match everything (PS3.4 §C.2.2.2). */
export const asksFor = (search: StudySearch) => ({
  PatientName: namePattern(search.PatientName),
  PatientID: search.PatientID.trim(),
  AccessionNumber: search.AccessionNumber.trim(),
  StudyDate: dateRange(search.StudyDateFrom, search.StudyDateTo),
  ModalitiesInStudy: search.ModalitiesInStudy.trim(),
})

const textKeys = [
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyDescription',
] as const
type TextKey = (typeof textKeys)[number]

/** What of a study is plain text, read by `textOf`. */
export const sharedKeys = (textOf: (keyword: TextKey) => string): Record<TextKey, string> =>
  Object.fromEntries(textKeys.map((keyword) => [keyword, textOf(keyword)])) as Record<TextKey, string>

/** The studies with how many instances of each are in the cache. */
export const withReceived = async (
  cache: Pick<Cache, 'searchAttributes'>,
  studies: readonly RemoteStudy[],
): Promise<RemoteStudy[]> => {
  if (studies.length === 0) return []
  const StudyInstanceUID = studies.map((study) => study.StudyInstanceUID).join('\\')
  const rows = await cache.searchAttributes({
    level: 'study',
    match: { StudyInstanceUID },
    limit: studies.length,
    offset: 0,
  })
  const here = new Map(rows.map((row) => [String(row.StudyInstanceUID), Number(row.NumberOfStudyRelatedInstances)]))
  return studies.map((study) => ({ ...study, receivedInstances: here.get(study.StudyInstanceUID) ?? 0 }))
}
