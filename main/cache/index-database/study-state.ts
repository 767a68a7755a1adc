/** One study as the index knows it, and how another object of the study changes it. */
import { identifyingKeywords, studySearchText } from '../../dataset/index.ts'
import { attributeNumber, attributeText, levelAttributes } from '../attribute-levels.ts'
import type { ObjectRow } from '../object-row.ts'
import { foldText } from './fold-text.ts'

/** Columns that take the first value that is not empty. */
const DESCRIPTIVE = [
  'PatientName',
  'PatientBirthName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'StudyTime',
  'StudyID',
  'AccessionNumber',
  'StudyDescription',
  'ReferringPhysicianName',
  'InstitutionName',
  'BodyPartExamined',
] as const

/** Identifying attributes that also differ when one of the values is empty; others are often left out by documents and captures. */
const NEVER_EMPTY: readonly string[] = ['PatientName', 'PatientID']
/** Limit of the words kept for searching, in UTF-16 code units. */
const MAX_WORDS_LENGTH = 8000

export type StudyState = Record<(typeof DESCRIPTIVE)[number], string> & {
  studyKey: number
  StudyInstanceUID: string
  /** Values separated by `\`, in order. */
  ModalitiesInStudy: string
  patientNameOrder: string
  NumberOfStudyRelatedSeries: number
  NumberOfStudyRelatedInstances: number
  /** NumberOfStudyRelatedInstances (0020,1208) as a sender stated it, the largest; null when none did. */
  statedInstances: number | null
  displayable: number
  bytes: number
  firstReceivedAt: string
  lastReceivedAt: string
  openedAt: string | null
  origin: string
  sender: string
  conflictingInstances: number
  /** Keywords separated by `\`. */
  conflictingAttributes: string
  /** Folded words of all objects of the study, by which it is found. */
  words: string
  attributes: string
}

/** A study before its first object. */
export const newStudyState = (row: ObjectRow): StudyState => ({
  studyKey: 0,
  StudyInstanceUID: row.StudyInstanceUID,
  PatientName: '',
  PatientBirthName: '',
  PatientID: '',
  IssuerOfPatientID: '',
  PatientBirthDate: '',
  PatientSex: '',
  StudyDate: '',
  StudyTime: '',
  StudyID: '',
  AccessionNumber: '',
  StudyDescription: '',
  ReferringPhysicianName: '',
  InstitutionName: '',
  BodyPartExamined: '',
  ModalitiesInStudy: '',
  patientNameOrder: '',
  NumberOfStudyRelatedSeries: 0,
  NumberOfStudyRelatedInstances: 0,
  statedInstances: null,
  displayable: 0,
  bytes: 0,
  firstReceivedAt: row.receivedAt,
  lastReceivedAt: row.receivedAt,
  openedAt: null,
  origin: row.origin,
  sender: row.peer.AETitle,
  conflictingInstances: 0,
  conflictingAttributes: '',
  words: '',
  attributes: JSON.stringify(levelAttributes(row.attributes, 'study')),
})

/** Joins a value into a `\`-separated, sorted list. */
export const addToList = (list: string, value: string): string =>
  value === '' ? list : [...new Set([...list.split('\\').filter(Boolean), value])].sort().join('\\')

const addWords = (words: string, more: string): string => {
  const all = new Set(words.split(' ').filter(Boolean))
  for (const word of more.split(' ')) all.add(word)
  return [...all].join(' ').slice(0, MAX_WORDS_LENGTH)
}

/** Takes over what an object says about its patient and study; the first value stays, differences are noted. */
export const mergeStudyAttributes = (study: StudyState, row: ObjectRow, isFirst: boolean): void => {
  for (const keyword of identifyingKeywords) {
    const known = foldText(study[keyword])
    const value = foldText(attributeText(row.attributes, keyword))
    if (isFirst || known === value) continue
    if (!NEVER_EMPTY.includes(keyword) && (known === '' || value === '')) continue
    study.conflictingAttributes = addToList(study.conflictingAttributes, keyword)
  }
  for (const keyword of DESCRIPTIVE) study[keyword] ||= attributeText(row.attributes, keyword)
  study.patientNameOrder = foldText(study.PatientName)
  study.words = addWords(study.words, studySearchText(row.attributes))
  const stated = attributeNumber(row.attributes, 'NumberOfStudyRelatedInstances')
  if (stated !== null && stated > 0) study.statedInstances = Math.max(stated, study.statedInstances ?? 0)
  study.ModalitiesInStudy = addToList(study.ModalitiesInStudy, attributeText(row.attributes, 'Modality'))
  if (row.receivedAt < study.firstReceivedAt) study.firstReceivedAt = row.receivedAt
  // What is made here was not received: the study keeps its place in the list and its sender.
  if (row.origin !== 'created' && row.receivedAt >= study.lastReceivedAt) {
    study.lastReceivedAt = row.receivedAt
    study.sender = row.peer.AETitle
  }
}
