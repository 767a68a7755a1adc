/**
 * What a remote AE has, by C-FIND in the study root, or in the patient root where it offers no other (PS3.4 §C.6). C-FIND knows no pages and no order: a search is asked once, up to a
 * bound, and its pages are those of that answer, newest first; what is beyond the bound is told, never left out silently.
 */
import type { RemoteStudy } from '../../contract/archive.ts'
import type { DataSet, DataSetContent } from '../../dataset/index.ts'
import { ArchiveError } from '../archive-error.ts'
import { KeptAnswers } from '../kept-answers.ts'
import { asksFor } from '../search-studies.ts'
import type { DescribedStudy, FoundStudies, RemoteSeries, StudySearch } from '../study-source.ts'
import type { KnownPatient, KnownPatients } from './known-patients.ts'
import { countIn, personNameIn, textIn, uidIn } from './match-values.ts'
import { type Matches, matchesOf, matching } from './matches.ts'
import { asFaultOfExchange, asFaultOfSearch, peerUnknown } from './peer-faults.ts'
import type { AskPeer, PeerLink, QueryRoot } from './peer-link.ts'
import { matchStudies } from './study-matches.ts'

/** Studies of one search. */
const MAX_STUDIES = 500
/** Series of one study, and instances; more are no study. */
const MAX_SERIES = 5_000
const MAX_INSTANCES = 200_000

/** Whom is asked. */
export interface AskedArchive {
  link: Pick<PeerLink, 'query'>
  aeTitle: string
  patients: KnownPatients
}

/** Lets `work` ask; throws {@link ArchiveError}. */
export async function asking<T>(
  { link, aeTitle }: AskedArchive,
  signal: AbortSignal,
  work: (ask: AskPeer, root: QueryRoot) => Promise<T>,
  asFault: (error: unknown) => unknown = (error) => asFaultOfExchange(error, 'C-FIND'),
): Promise<T> {
  let answered: { answer: T } | null
  try {
    answered = await link.query(aeTitle, { signal }, work)
  } catch (error) {
    if (signal.aborted) throw new ArchiveError('cancelled', 'cancelled')
    throw asFault(error)
  }
  if (signal.aborted) throw new ArchiveError('cancelled', 'cancelled')
  if (!answered) throw peerUnknown()
  return answered.answer
}

/** Keys that are told of each study, beside those that are matched. */
const toldKeys = [
  ...(['IssuerOfPatientID', 'PatientBirthDate', 'PatientSex'] as const),
  ...(['StudyInstanceUID', 'StudyTime', 'StudyDescription'] as const),
  ...(['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances'] as const),
]

interface Answer extends Matches {
  /** Newest first. */
  studies: RemoteStudy[]
}

const newestFirst = (a: RemoteStudy, b: RemoteStudy): number =>
  `${b.StudyDate} ${b.StudyTime}`.localeCompare(`${a.StudyDate} ${a.StudyTime}`) ||
  a.StudyInstanceUID.localeCompare(b.StudyInstanceUID)

/** Archives need not match by modality (PS3.4 Table C.6-5); those that do not tell it are not left out. */
const hasModality = ({ ModalitiesInStudy }: RemoteStudy, modality: string): boolean =>
  modality === '' || ModalitiesInStudy.length === 0 || ModalitiesInStudy.includes(modality)

/** Searches for studies, page by page of answers that are kept for a while. */
export class PeerSearch {
  readonly #archive: AskedArchive
  readonly #kept: KeptAnswers<Answer>

  constructor(archive: AskedArchive, now: () => Date) {
    this.#archive = archive
    this.#kept = new KeptAnswers(now)
  }

  /** The first page asks anew. Throws {@link ArchiveError}. */
  async page(search: StudySearch, signal: AbortSignal): Promise<FoundStudies> {
    const { offset, limit } = search
    const key = JSON.stringify(asksFor(search))
    const { studies, isCut, unreadable } = (offset > 0 && this.#kept.get(key)) || (await this.#ask(search, key, signal))
    const page = { studies: studies.slice(offset, offset + limit), more: offset + limit < studies.length || isCut }
    const isLast = offset + limit >= studies.length
    if (isLast && isCut) return { ...page, fault: 'too-many', detail: `C-FIND: more than ${studies.length} studies` }
    if (isLast && unreadable > 0)
      return { ...page, fault: 'nonsense', detail: `C-FIND: unreadable matches ×${unreadable}` }
    return { ...page, fault: null, detail: '' }
  }

  forget(): void {
    this.#kept.forget()
  }

  async #ask(search: StudySearch, key: string, signal: AbortSignal): Promise<Answer> {
    const found = new Map<string, RemoteStudy>()
    let nameless = 0
    const question = { matched: asksFor(search), told: toldKeys }
    const work = (ask: AskPeer, root: QueryRoot) =>
      matchStudies(ask, root, question, MAX_STUDIES, (study) => {
        this.#archive.patients.note(study.StudyInstanceUID, study)
        if (study.StudyInstanceUID === '') nameless += 1
        else if (hasModality(study, search.ModalitiesInStudy.trim())) found.set(study.StudyInstanceUID, study)
      })
    const asFault = (error: unknown) => (found.size === 0 ? asFaultOfSearch(error) : asFaultOfExchange(error, 'C-FIND'))
    const { isCut, unreadable } = await asking(this.#archive, signal, work, asFault)
    const studies = [...found.values()].sort(newestFirst)
    const answer = { studies, isCut, unreadable: unreadable + nameless }
    this.#kept.keep(key, answer)
    return answer
  }
}

const isRefusal = (error: unknown): boolean => error instanceof ArchiveError && error.fault === 'refused'
const ignoreRefusal = (error: unknown): void => {
  if (!isRefusal(error)) throw error
}

/** What a study is called; null when the archive does not say. Throws {@link ArchiveError}. */
export const describeStudy = (
  archive: AskedArchive,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<DescribedStudy | null> =>
  asking(archive, signal, async (ask, root) => {
    const { patients } = archive
    const content = {
      ...{ QueryRetrieveLevel: 'STUDY', StudyInstanceUID },
      ...{ StudyDescription: null, NumberOfStudyRelatedInstances: null },
    }
    let found: DescribedStudy | null = null
    const noteFrom = (patientOf: (match: DataSet) => KnownPatient) => (match: DataSet) => {
      if (uidIn(match, 'StudyInstanceUID') !== StudyInstanceUID) return
      const patient = patientOf(match)
      patients.note(StudyInstanceUID, patient)
      found = {
        PatientName: patient.PatientName,
        StudyDescription: textIn(match, 'StudyDescription'),
        NumberOfStudyRelatedInstances: countIn(match, 'NumberOfStudyRelatedInstances'),
      }
    }
    const known = root === 'patient' ? await patients.of(StudyInstanceUID) : null
    if (known) {
      const { PatientID } = known
      const named = { ...content, ...matching({ PatientID }) }
      const asking = matchesOf(
        ask,
        named,
        2,
        noteFrom(() => known),
      )
      // It may know the patient under another one.
      await asking.catch(ignoreRefusal)
      if (found) return found
    }
    const told = (match: DataSet) => ({
      PatientID: textIn(match, 'PatientID'),
      PatientName: personNameIn(match, 'PatientName'),
    })
    const asking = matchesOf(ask, { ...content, PatientID: null, PatientName: null }, 2, noteFrom(told))
    // In the patient root it need not answer without its patient.
    await (root === 'patient' ? asking.catch(ignoreRefusal) : asking)
    return found
  })

const isOfStudy = (match: DataSet, StudyInstanceUID: string): boolean =>
  ['', StudyInstanceUID].includes(textIn(match, 'StudyInstanceUID'))

/** The study that is listed: its unique key, and in the patient root that of its patient, empty where nobody knows it. */
interface StudyKeys {
  StudyInstanceUID: string
  patient: DataSetContent
}

async function seriesOf(ask: AskPeer, study: StudyKeys): Promise<RemoteSeries[]> {
  const { StudyInstanceUID, patient } = study
  const series = new Map<string, RemoteSeries>()
  let nameless = 0
  const content = {
    ...{ ...patient, QueryRetrieveLevel: 'SERIES', StudyInstanceUID, SeriesInstanceUID: null },
    ...{ Modality: null, NumberOfSeriesRelatedInstances: null },
  }
  const { isCut, unreadable } = await matchesOf(ask, content, MAX_SERIES, (match) => {
    const SeriesInstanceUID = uidIn(match, 'SeriesInstanceUID')
    if (!isOfStudy(match, StudyInstanceUID)) return
    if (!SeriesInstanceUID) nameless += 1
    if (!SeriesInstanceUID) return
    const announced = countIn(match, 'NumberOfSeriesRelatedInstances')
    series.set(SeriesInstanceUID, { SeriesInstanceUID, Modality: textIn(match, 'Modality'), instances: [], announced })
  })
  if (isCut) throw new ArchiveError('too-large', `more than ${series.size} series`)
  // What cannot be read cannot be brought, and nobody would know of it.
  const lost = unreadable + nameless
  if (lost > 0) throw new ArchiveError('nonsense', `C-FIND: unreadable series ×${lost}`)
  return [...series.values()]
}

/** Lists the instances of a series; one that the archive does not list stays empty. */
async function addInstances(ask: AskPeer, study: StudyKeys, series: RemoteSeries, most: number): Promise<void> {
  const { StudyInstanceUID, patient } = study
  const { SeriesInstanceUID, instances } = series
  const known = new Set<string>()
  let nameless = 0
  const content = {
    ...{ ...patient, QueryRetrieveLevel: 'IMAGE', StudyInstanceUID, SeriesInstanceUID },
    ...{ SOPInstanceUID: null, SOPClassUID: null },
  }
  const listing = matchesOf(ask, content, most, (match) => {
    const SOPInstanceUID = uidIn(match, 'SOPInstanceUID')
    const isOfSeries = ['', SeriesInstanceUID].includes(textIn(match, 'SeriesInstanceUID'))
    if (known.has(SOPInstanceUID) || !isOfSeries || !isOfStudy(match, StudyInstanceUID)) return
    if (!SOPInstanceUID) nameless += 1
    if (!SOPInstanceUID) return
    known.add(SOPInstanceUID)
    instances.push({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID: uidIn(match, 'SOPClassUID') })
  })
  const { isCut, unreadable } = await listing.catch((error: unknown) => {
    // A level that it does not answer to is no reason to give up the series; a list that it broke off was none.
    if (isRefusal(error)) return { isCut: known.size + nameless > 0, unreadable: 0 }
    throw error
  })
  // What cannot be named, or was left out of the list, can only be had with the series as a whole, and is missed where it does not come.
  const lost = unreadable + nameless + (isCut ? 1 : 0)
  if (lost > 0) series.announced = Math.max(series.announced ?? 0, instances.length + lost)
  if (isCut && instances.length >= most) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} instances`)
}

/** Every series of a study with its instances; `not-here` when there is none. Throws {@link ArchiveError}. */
export const listSeries = (
  archive: AskedArchive,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<RemoteSeries[]> =>
  asking(archive, signal, async (ask, root) => {
    const { PatientID = '' } = (await archive.patients.of(StudyInstanceUID)) ?? {}
    const study = { StudyInstanceUID, patient: root === 'patient' ? matching({ PatientID }) : {} }
    const all = await seriesOf(ask, study)
    if (all.length === 0) throw new ArchiveError('not-here', 'the archive lists no series of the study')
    let left = MAX_INSTANCES
    for (const series of all) {
      if (signal.aborted) break
      await addInstances(ask, study, series, left)
      left -= series.instances.length
    }
    return all
  })
