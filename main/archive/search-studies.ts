/** Looks for studies in the archive, and tells what of each is here. */
import type { Cache } from '../cache/cache.ts'
import type { RemoteStudy } from '../contract/archive.ts'
import type { Keyword } from '../dicom/elements.ts'
import type { JsonDataSet } from './dicom-web/answer-body.ts'
import type { ArchiveTarget } from './dicom-web/archive-target.ts'
import { jsonCount, jsonPersonName, jsonText, jsonTexts, jsonUID } from './dicom-web/json-values.ts'
import { searchArchive } from './dicom-web/search.ts'

/** As `archive.search` of the contract. */
export interface StudySearch {
  PatientName: string
  PatientID: string
  AccessionNumber: string
  StudyDateFrom: string
  StudyDateTo: string
  ModalitiesInStudy: string
  offset: number
  limit: number
}

const INCLUDED: readonly Keyword[] = [
  'StudyDescription',
  'IssuerOfPatientID',
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
]

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

const toStudy = (dataSet: JsonDataSet): RemoteStudy => ({
  StudyInstanceUID: jsonUID(dataSet, 'StudyInstanceUID'),
  PatientName: jsonPersonName(dataSet, 'PatientName'),
  PatientID: jsonText(dataSet, 'PatientID'),
  IssuerOfPatientID: jsonText(dataSet, 'IssuerOfPatientID'),
  PatientBirthDate: jsonText(dataSet, 'PatientBirthDate'),
  PatientSex: jsonText(dataSet, 'PatientSex'),
  StudyDate: jsonText(dataSet, 'StudyDate'),
  StudyTime: jsonText(dataSet, 'StudyTime'),
  AccessionNumber: jsonText(dataSet, 'AccessionNumber'),
  StudyDescription: jsonText(dataSet, 'StudyDescription'),
  ModalitiesInStudy: jsonTexts(dataSet, 'ModalitiesInStudy'),
  NumberOfStudyRelatedSeries: jsonCount(dataSet, 'NumberOfStudyRelatedSeries'),
  NumberOfStudyRelatedInstances: jsonCount(dataSet, 'NumberOfStudyRelatedInstances'),
  receivedInstances: 0,
})

/** Instances in the cache by study. */
const countHere = async (
  cache: Pick<Cache, 'searchAttributes'>,
  studies: readonly RemoteStudy[],
): Promise<Map<string, number>> => {
  if (studies.length === 0) return new Map()
  const StudyInstanceUID = studies.map((study) => study.StudyInstanceUID).join('\\')
  const rows = await cache.searchAttributes({
    level: 'study',
    match: { StudyInstanceUID },
    limit: studies.length,
    offset: 0,
  })
  return new Map(rows.map((row) => [String(row.StudyInstanceUID), Number(row.NumberOfStudyRelatedInstances)]))
}

/** One page of studies. `more`: the archive has others behind it. Throws `ArchiveError`. */
export const searchStudies = async (
  target: ArchiveTarget,
  cache: Pick<Cache, 'searchAttributes'>,
  search: StudySearch,
): Promise<{ studies: RemoteStudy[]; more: boolean }> => {
  const { PatientName, StudyDateFrom, StudyDateTo, limit, offset } = search
  const { dataSets, isPartial } = await searchArchive(target, {
    path: 'studies',
    match: {
      PatientName: namePattern(PatientName),
      PatientID: search.PatientID.trim(),
      AccessionNumber: search.AccessionNumber.trim(),
      StudyDate: dateRange(StudyDateFrom, StudyDateTo),
      ModalitiesInStudy: search.ModalitiesInStudy.trim(),
    },
    include: INCLUDED,
    // One more than wanted tells whether there are others.
    limit: limit + 1,
    offset,
  })
  const studies = dataSets.map(toStudy).filter((study) => study.StudyInstanceUID !== '')
  const page = studies.slice(0, limit)
  const here = await countHere(cache, page)
  return {
    studies: page.map((study) => ({ ...study, receivedInstances: here.get(study.StudyInstanceUID) ?? 0 })),
    more: studies.length > limit || isPartial,
  }
}
