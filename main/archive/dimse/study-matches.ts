/**
 * Studies of a remote AE. In the study root one question finds them. In the patient root (PS3.4 §C.6.1) a peer need not look for studies of
 * more than one patient, nor by a patient's name: the patients are asked for first, then the studies of each.
 */
import type { RemoteStudy } from '../../contract/archive.ts'
import type { DataSet, DataSetContent } from '../../dataset/index.ts'
import type { Keyword } from '../../dicom/index.ts'
import { ArchiveError } from '../archive-error.ts'
import { personNameIn, studyIn, textIn } from './match-values.ts'
import { type Matches, matchesOf, matching } from './matches.ts'
import type { AskPeer, QueryRoot } from './peer-link.ts'

/** Patients that are listed, and of how many of them the studies are asked for; what is beyond is told. */
const MAX_PATIENTS = 10_000
const MAX_PATIENTS_ASKED = 200

/** Keys of the patient; `matched`: by them patients are found. */
const matchedKeys = ['PatientName', 'PatientID'] as const
const patientKeys = [...matchedKeys, 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex'] as const
const isOfPatient = (keyword: string): boolean => patientKeys.some((each) => each === keyword)

/** What is looked for: values that are matched, empty ones matching everything, and keys that are only to be told. */
export interface StudyQuestion {
  matched: Partial<Record<Keyword, string>>
  told: readonly Keyword[]
}

const pick = (question: StudyQuestion, isWanted: (keyword: string) => boolean): StudyQuestion => ({
  matched: Object.fromEntries(Object.entries(question.matched).filter(([keyword]) => isWanted(keyword))),
  told: question.told.filter(isWanted),
})

/** The identifier of a question at a level. */
const identifierOf = (QueryRetrieveLevel: 'PATIENT' | 'STUDY', { matched, told }: StudyQuestion): DataSetContent => ({
  QueryRetrieveLevel,
  ...Object.fromEntries(told.map((keyword) => [keyword, null])),
  ...matching(matched),
})

/** A study that matches, without UID where the peer does not say. */
type OnStudy = (study: RemoteStudy) => void

/** What a match of a study leaves open, from that of its patient. */
function completed(study: RemoteStudy, patient: DataSet): RemoteStudy {
  const texts = patientKeys.filter((keyword) => keyword !== 'PatientName')
  const missing = texts.filter((keyword) => study[keyword] === '')
  const isNameless = Object.keys(study.PatientName).length === 0
  return {
    ...study,
    ...Object.fromEntries(missing.map((keyword) => [keyword, textIn(patient, keyword)])),
    ...(isNameless ? { PatientName: personNameIn(patient, 'PatientName') } : {}),
  }
}

/** Of all patients at once; null from peers that do not answer that, which may say so or find nothing. */
async function ofAnyPatient(
  ask: AskPeer,
  question: StudyQuestion,
  most: number,
  onStudy: OnStudy,
): Promise<Matches | null> {
  let count = 0
  try {
    const found = await matchesOf(ask, identifierOf('STUDY', question), most, (match) => {
      count += 1
      onStudy(studyIn(match))
    })
    return count + found.unreadable > 0 ? found : null
  } catch (error) {
    if (count === 0 && error instanceof ArchiveError && error.fault === 'refused') return null
    throw error
  }
}

async function ofEachPatient(ask: AskPeer, question: StudyQuestion, most: number, onStudy: OnStudy): Promise<Matches> {
  const patients = new Map<string, DataSet[]>()
  const asked = identifierOf('PATIENT', pick(question, isOfPatient))
  const listed = await matchesOf(ask, asked, MAX_PATIENTS, (match) => {
    const PatientID = textIn(match, 'PatientID')
    patients.set(PatientID, [...(patients.get(PatientID) ?? []), match])
  })
  if (listed.isCut) throw new ArchiveError('too-many', `C-FIND: more than ${patients.size} patients`)
  let unreadable = listed.unreadable + (patients.get('')?.length ?? 0)
  patients.delete('')
  const { matched, told } = pick(question, (keyword) => !isOfPatient(keyword))
  const refusals: ArchiveError[] = []
  let count = 0
  let isCut = patients.size > MAX_PATIENTS_ASKED
  for (const [PatientID, sameID] of [...patients].slice(0, MAX_PATIENTS_ASKED)) {
    // Where several have one PatientID, nobody knows whose study it is unless the study says so.
    const [patient] = sameID.length === 1 ? sameID : []
    const content = identifierOf('STUDY', { matched: { ...matched, PatientID }, told })
    const asking = matchesOf(ask, content, most - count, (match) => {
      count += 1
      onStudy(patient ? completed(studyIn(match), patient) : studyIn(match))
    })
    const found = await asking.catch((error: unknown): Matches => {
      // One patient that it does not answer for, as for the form of an identifier, hides no others.
      if (!(error instanceof ArchiveError) || error.fault !== 'refused') throw error
      refusals.push(error)
      return { isCut: false, unreadable: 1 }
    })
    unreadable += found.unreadable
    isCut ||= found.isCut
    // A peer that was told to stop may have been hung up on.
    if (found.isCut || count >= most) return { isCut: true, unreadable }
  }
  if (refusals.length > 0 && refusals.length === patients.size) throw refusals[0]
  return { isCut, unreadable }
}

/** Tells the studies that match, `most` of them at most, each perhaps more than once. Throws {@link ArchiveError}. */
export async function matchStudies(
  ask: AskPeer,
  root: QueryRoot,
  question: StudyQuestion,
  most: number,
  onStudy: OnStudy,
): Promise<Matches> {
  if (root === 'study') {
    return matchesOf(ask, identifierOf('STUDY', question), most, (match) => onStudy(studyIn(match)))
  }
  const isByPatient = matchedKeys.some((keyword) => Boolean(question.matched[keyword]))
  const found = isByPatient ? null : await ofAnyPatient(ask, question, most, onStudy)
  return found ?? ofEachPatient(ask, question, most, onStudy)
}
