/**
 * Searches an archive for studies by QIDO-RS (PS3.18 §10.6). Archives give fewer than they are asked for without a word, give the same page
 * again and again, or name a study twice: an archive is asked on until it has no more, each study counts once, and what it does not give is
 * told, never left out silently.
 */
import type { RemoteStudy } from '../../contract/archive.ts'
import type { Keyword } from '../../dicom/elements.ts'
import { ArchiveError } from '../archive-error.ts'
import { KeptAnswers } from '../kept-answers.ts'
import { asksFor, sharedKeys } from '../search-studies.ts'
import type { FoundStudies, StudySearch } from '../study-source.ts'
import type { JsonDataSet } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { jsonCount, jsonPersonName, jsonText, jsonTexts, jsonUID } from './json-values.ts'
import { type SearchAnswer, searchArchive } from './search.ts'

/** Those that an archive need not return without being asked. */
const INCLUDED: readonly Keyword[] = [
  'StudyDescription',
  'IssuerOfPatientID',
  'ModalitiesInStudy',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
]

/** No archive ends its pages before so many results: an answer of fewer is whole. */
const SMALLEST_PAGE = 10

const toStudy = (dataSet: JsonDataSet): RemoteStudy => ({
  StudyInstanceUID: jsonUID(dataSet, 'StudyInstanceUID'),
  PatientName: jsonPersonName(dataSet, 'PatientName'),
  ...sharedKeys((keyword) => jsonText(dataSet, keyword)),
  ModalitiesInStudy: jsonTexts(dataSet, 'ModalitiesInStudy'),
  NumberOfStudyRelatedSeries: jsonCount(dataSet, 'NumberOfStudyRelatedSeries'),
  NumberOfStudyRelatedInstances: jsonCount(dataSet, 'NumberOfStudyRelatedInstances'),
  receivedInstances: 0,
})

/** What an archive gave so far. */
interface Found {
  /** Each once, in the archive's order; those before `start` were given in an answer that is no longer kept. */
  studies: Map<string, RemoteStudy>
  start: number
  /** Results that it gave, to ask for those behind them. */
  taken: number
  /** Results without a study's UID. */
  nameless: number
  /** It said that it has more. */
  isPromised: boolean
  isEnd: boolean
  /** At the end: the archive has more, and does not give it. */
  isCut: boolean
}

const startingAt = (start: number): Found => ({
  ...{ studies: new Map(), start, taken: start, nameless: 0 },
  ...{ isPromised: false, isEnd: false, isCut: false },
})

/** Some archives refuse to be asked for what is behind their last result. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ArchiveError && [400, 404, 416].includes(error.status ?? 0)

export class WebSearch {
  readonly #target: ArchiveTarget
  readonly #kept: KeptAnswers<Found>

  constructor(target: ArchiveTarget, now: () => Date) {
    this.#target = target
    this.#kept = new KeptAnswers(now)
  }

  /** The first page asks anew. Throws {@link ArchiveError}. */
  async page(search: StudySearch, signal: AbortSignal): Promise<FoundStudies> {
    const { offset, limit } = search
    const key = JSON.stringify(asksFor(search))
    const kept = offset > 0 ? this.#kept.get(key) : undefined
    const found = kept && kept.start <= offset ? kept : startingAt(offset)
    const from = offset - found.start
    // One more than wanted tells whether there are others.
    while (!found.isEnd && found.studies.size <= from + limit) await this.#askOn(found, search, signal)
    this.#kept.keep(key, found)
    const studies = [...found.studies.values()]
    const page = { studies: studies.slice(from, from + limit), more: from + limit < studies.length || found.isCut }
    if (from + limit < studies.length) return { ...page, fault: null, detail: '' }
    if (found.isCut) return { ...page, fault: 'too-many', detail: `QIDO-RS: no page behind ${studies.length} studies` }
    if (found.nameless > 0)
      return { ...page, fault: 'nonsense', detail: `QIDO-RS: results without UID ×${found.nameless}` }
    return { ...page, fault: null, detail: '' }
  }

  forget(): void {
    this.#kept.forget()
  }

  /** Asks for what is behind the results so far. */
  async #askOn(found: Found, search: StudySearch, signal: AbortSignal): Promise<void> {
    const { taken } = found
    const limit = search.limit + 1
    let answer: SearchAnswer
    try {
      answer = await searchArchive(
        this.#target,
        { path: 'studies', match: asksFor(search), include: INCLUDED, limit, offset: taken },
        signal,
      )
    } catch (error) {
      if (taken === found.start || found.isPromised || !isRefusal(error)) throw error
      answer = { dataSets: [], isPartial: false }
    }
    // Another page was asked for meanwhile.
    if (found.taken !== taken) return
    const { dataSets, isPartial } = answer
    const before = found.studies.size
    for (const study of dataSets.map(toStudy)) {
      if (study.StudyInstanceUID === '') found.nameless += 1
      else if (!found.studies.has(study.StudyInstanceUID)) found.studies.set(study.StudyInstanceUID, study)
    }
    found.taken += dataSets.length
    found.isPromised = isPartial
    const isFull = isPartial || dataSets.length === limit
    const isNew = found.studies.size > before
    // Who gives more than asked for knows no pages, and has given everything.
    const isWhole = !isFull && (dataSets.length < SMALLEST_PAGE || dataSets.length > limit)
    found.isEnd = !isNew || isWhole
    found.isCut = found.isEnd && isFull && dataSets.length > 0
  }
}
