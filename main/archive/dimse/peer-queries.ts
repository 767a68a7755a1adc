/**
 * What a remote AE has, by C-FIND in the study root (PS3.4 §C.6.2). C-FIND knows no pages and no order: a search is asked once, up to a
 * bound, and its pages are those of that answer, newest first; what is beyond the bound is told, never left out silently.
 */
import type { RemoteStudy } from '../../contract/archive.ts'
import type { PersonName } from '../../contract/studies.ts'
import type { DataSet } from '../../dataset/index.ts'
import { type DataSetContent, isLatin1 } from '../../dataset/index.ts'
import { DimseStatus, statusClass } from '../../dicom/index.ts'
import { ArchiveError } from '../archive-error.ts'
import { asksFor } from '../search-studies.ts'
import type { FoundStudies, RemoteSeries, StudySearch } from '../study-source.ts'
import { countIn, personNameIn, studyIn, textIn, uidIn } from './match-values.ts'
import { asFaultOfExchange, asFaultOfSearch, faultOfQuery, peerUnknown } from './peer-faults.ts'
import type { AskPeer, PeerLink } from './peer-link.ts'

/** Studies of one search. */
const MAX_STUDIES = 500
/** Series of one study, and instances; more are no study. */
const MAX_SERIES = 5_000
const MAX_INSTANCES = 200_000
/** Answers that are kept for their further pages, and for how many ms. */
const KEPT_ANSWERS = 4
const KEPT_FOR = 5 * 60_000

type Link = Pick<PeerLink, 'query'>

/** Lets `work` ask; throws {@link ArchiveError}. */
async function asking<T>(
  link: Link,
  aeTitle: string,
  signal: AbortSignal,
  work: (ask: AskPeer) => Promise<T>,
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

interface Matches {
  /** The peer had more, by its own word or by ours. */
  isCut: boolean
  /** Matches that could not be read. */
  unreadable: number
}

/** Asks one question; a status that is no success throws, but for a peer that gave what it bears to give. */
async function matchesOf(
  ask: AskPeer,
  content: DataSetContent,
  most: number,
  onMatch: (match: DataSet) => void,
): Promise<Matches> {
  let count = 0
  let unreadable = 0
  const { status, isCut } = await ask({
    ...{ content, most },
    onMatch: (match) => {
      count += 1
      if (match) onMatch(match)
      else unreadable += 1
    },
  })
  const isFull = status === DimseStatus.OutOfResources && count > 0
  if (isCut || isFull) return { isCut: true, unreadable }
  if (statusClass(status) !== 'success' && statusClass(status) !== 'warning') throw faultOfQuery(status)
  return { isCut: false, unreadable }
}

/** What no value of a query may hold: a separator of values, or a control. Any character stands for it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
const typedAs = (value: string): string => value.replace(/[\\\x00-\x1f\x7f]/g, '?')

/** The identifier of a search, in Latin-1 where that holds it, which older archives understand too. */
function identifierOf(search: StudySearch): DataSetContent {
  const asked = Object.fromEntries(Object.entries(asksFor(search)).map(([key, value]) => [key, typedAs(value) || null]))
  const text = Object.values(asked).join('')
  const isPlain = /^[ -~]*$/.test(text)
  return {
    QueryRetrieveLevel: 'STUDY',
    ...(isPlain ? {} : { SpecificCharacterSet: isLatin1(text) ? 'ISO_IR 100' : 'ISO_IR 192' }),
    ...{ IssuerOfPatientID: null, PatientBirthDate: null, PatientSex: null },
    ...{ StudyInstanceUID: null, StudyTime: null, StudyDescription: null },
    ...{ NumberOfStudyRelatedSeries: null, NumberOfStudyRelatedInstances: null },
    ...asked,
  }
}

interface Answer extends Matches {
  /** Newest first. */
  studies: RemoteStudy[]
  /** ms since 1970. */
  at: number
}

const newestFirst = (a: RemoteStudy, b: RemoteStudy): number =>
  `${b.StudyDate} ${b.StudyTime}`.localeCompare(`${a.StudyDate} ${a.StudyTime}`) ||
  a.StudyInstanceUID.localeCompare(b.StudyInstanceUID)

/** Archives need not match by modality (PS3.4 Table C.6-5); those that do not tell it are not left out. */
const hasModality = ({ ModalitiesInStudy }: RemoteStudy, modality: string): boolean =>
  modality === '' || ModalitiesInStudy.length === 0 || ModalitiesInStudy.includes(modality)

/** Searches for studies, page by page of answers that are kept for a while. */
export class PeerSearch {
  readonly #link: Link
  readonly #aeTitle: string
  readonly #now: () => Date
  readonly #kept = new Map<string, Answer>()

  constructor(link: Link, aeTitle: string, now: () => Date) {
    this.#link = link
    this.#aeTitle = aeTitle
    this.#now = now
  }

  /** The first page asks anew. Throws {@link ArchiveError}. */
  async page(search: StudySearch, signal: AbortSignal): Promise<FoundStudies> {
    const { offset, limit } = search
    const key = JSON.stringify(identifierOf(search))
    const { studies, isCut, unreadable } = this.#keptAnswer(key, offset) ?? (await this.#ask(search, key, signal))
    const page = { studies: studies.slice(offset, offset + limit), more: offset + limit < studies.length || isCut }
    const isLast = offset + limit >= studies.length
    if (isLast && isCut) return { ...page, fault: 'too-many', detail: `C-FIND: more than ${studies.length} studies` }
    if (isLast && unreadable > 0)
      return { ...page, fault: 'nonsense', detail: `C-FIND: unreadable matches ×${unreadable}` }
    return { ...page, fault: null, detail: '' }
  }

  forget(): void {
    this.#kept.clear()
  }

  #keptAnswer(key: string, offset: number): Answer | undefined {
    const oldest = this.#now().getTime() - KEPT_FOR
    for (const [each, { at }] of this.#kept) if (at < oldest) this.#kept.delete(each)
    return offset > 0 ? this.#kept.get(key) : undefined
  }

  async #ask(search: StudySearch, key: string, signal: AbortSignal): Promise<Answer> {
    const found = new Map<string, RemoteStudy>()
    let nameless = 0
    const work = (ask: AskPeer) =>
      matchesOf(ask, identifierOf(search), MAX_STUDIES, (match) => {
        const study = studyIn(match)
        if (study.StudyInstanceUID === '') nameless += 1
        else if (hasModality(study, search.ModalitiesInStudy.trim())) found.set(study.StudyInstanceUID, study)
      })
    const asFault = (error: unknown) => (found.size === 0 ? asFaultOfSearch(error) : asFaultOfExchange(error, 'C-FIND'))
    const { isCut, unreadable } = await asking(this.#link, this.#aeTitle, signal, work, asFault)
    const studies = [...found.values()].sort(newestFirst)
    const answer = { studies, isCut, unreadable: unreadable + nameless, at: this.#now().getTime() }
    this.#kept.delete(key)
    this.#kept.set(key, answer)
    const [first] = this.#kept.keys()
    if (this.#kept.size > KEPT_ANSWERS && first !== undefined) this.#kept.delete(first)
    return answer
  }
}

/** What a study is called; null when the archive does not say. Throws {@link ArchiveError}. */
export const describeStudy = (
  link: Link,
  aeTitle: string,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<{ PatientName: PersonName; StudyDescription: string } | null> =>
  asking(link, aeTitle, signal, async (ask) => {
    let found: { PatientName: PersonName; StudyDescription: string } | null = null
    const content = { QueryRetrieveLevel: 'STUDY', StudyInstanceUID, PatientName: null, StudyDescription: null }
    await matchesOf(ask, content, 2, (match) => {
      if (uidIn(match, 'StudyInstanceUID') !== StudyInstanceUID) return
      found = { PatientName: personNameIn(match, 'PatientName'), StudyDescription: textIn(match, 'StudyDescription') }
    })
    return found
  })

const isOfStudy = (match: DataSet, StudyInstanceUID: string): boolean =>
  ['', StudyInstanceUID].includes(textIn(match, 'StudyInstanceUID'))

async function seriesOf(ask: AskPeer, StudyInstanceUID: string): Promise<RemoteSeries[]> {
  const series = new Map<string, RemoteSeries>()
  const content = {
    ...{ QueryRetrieveLevel: 'SERIES', StudyInstanceUID, SeriesInstanceUID: null },
    ...{ Modality: null, NumberOfSeriesRelatedInstances: null },
  }
  const { isCut, unreadable } = await matchesOf(ask, content, MAX_SERIES, (match) => {
    const SeriesInstanceUID = uidIn(match, 'SeriesInstanceUID')
    if (!SeriesInstanceUID || !isOfStudy(match, StudyInstanceUID)) return
    const announced = countIn(match, 'NumberOfSeriesRelatedInstances')
    series.set(SeriesInstanceUID, { SeriesInstanceUID, Modality: textIn(match, 'Modality'), instances: [], announced })
  })
  if (isCut) throw new ArchiveError('too-large', `more than ${series.size} series`)
  // What cannot be read cannot be brought, and nobody would know of it.
  if (unreadable > 0) throw new ArchiveError('nonsense', `C-FIND: unreadable series ×${unreadable}`)
  return [...series.values()]
}

/** Lists the instances of a series; one that the archive does not list stays empty. */
async function addInstances(ask: AskPeer, StudyInstanceUID: string, series: RemoteSeries, most: number): Promise<void> {
  const { SeriesInstanceUID, instances } = series
  const known = new Set<string>()
  const content = {
    ...{ QueryRetrieveLevel: 'IMAGE', StudyInstanceUID, SeriesInstanceUID },
    ...{ SOPInstanceUID: null, SOPClassUID: null },
  }
  const listing = matchesOf(ask, content, most, (match) => {
    const SOPInstanceUID = uidIn(match, 'SOPInstanceUID')
    const isOfSeries = ['', SeriesInstanceUID].includes(textIn(match, 'SeriesInstanceUID'))
    if (!SOPInstanceUID || known.has(SOPInstanceUID) || !isOfSeries || !isOfStudy(match, StudyInstanceUID)) return
    known.add(SOPInstanceUID)
    instances.push({ SeriesInstanceUID, SOPInstanceUID, SOPClassUID: uidIn(match, 'SOPClassUID') })
  })
  const { isCut } = await listing.catch((error: unknown) => {
    // A level that it does not answer to is no reason to give up the series.
    if (error instanceof ArchiveError && error.fault === 'refused') return { isCut: false }
    throw error
  })
  if (isCut && instances.length >= most) throw new ArchiveError('too-large', `more than ${MAX_INSTANCES} instances`)
}

/** Every series of a study with its instances; `not-here` when there is none. Throws {@link ArchiveError}. */
export const listSeries = (
  link: Link,
  aeTitle: string,
  StudyInstanceUID: string,
  signal: AbortSignal,
): Promise<RemoteSeries[]> =>
  asking(link, aeTitle, signal, async (ask) => {
    const all = await seriesOf(ask, StudyInstanceUID)
    if (all.length === 0) throw new ArchiveError('not-here', 'the archive lists no series of the study')
    let left = MAX_INSTANCES
    for (const series of all) {
      if (signal.aborted) break
      await addInstances(ask, StudyInstanceUID, series, left)
      left -= series.instances.length
    }
    return all
  })
