/** Pages of the study list. A page is found by walking the index of its order, or from few candidates; rows are fetched by key. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { SeriesRow, StudyFilter, StudyRow } from '../../contract/studies.ts'
import { searchWords } from '../../dataset/index.ts'
import { isDisplayable } from '../index-database/notes-writer.ts'
import type { SeriesState } from '../index-database/series-state.ts'
import type { StudyState } from '../index-database/study-state.ts'
import { type SeriesSums, toSeriesRow, toStudyRow } from './rows.ts'

export type StudyPageRequest = StudyFilter & { sort: string; descending: boolean; offset: number; limit: number }

/** Sort columns of the contract, as the columns of the index that serves each. */
const ORDERS: Record<string, readonly string[]> = {
  lastReceivedAt: ['lastReceivedAt', 'studyKey'],
  StudyDate: ['StudyDate', 'StudyTime', 'studyKey'],
  PatientName: ['patientNameOrder', 'studyKey'],
  PatientBirthDate: ['PatientBirthDate', 'studyKey'],
  StudyDescription: ['StudyDescription COLLATE NOCASE', 'studyKey'],
  InstitutionName: ['InstitutionName COLLATE NOCASE', 'studyKey'],
  ModalitiesInStudy: ['ModalitiesInStudy', 'studyKey'],
  NumberOfStudyRelatedInstances: ['NumberOfStudyRelatedInstances', 'studyKey'],
  AccessionNumber: ['AccessionNumber', 'studyKey'],
}

/** Up to so many candidates are sorted; beyond, the index of the order is walked and each row checked. */
const FEW = 2000

/** Words before a word that it is also looked for in one piece with (`Jean-Pierre` finds `JEANPIERRE`), and words of a question at most. */
const JOINED = 3
const MAX_WORDS = 16

/** The full-text query for words as typed: all of them, each as the beginning of a word. Null when there is none. */
export const searchQuery = (text: string): string | null => {
  const words = searchWords(text).slice(0, MAX_WORDS)
  const each = words.map((_, at) => {
    const starts = words.slice(Math.max(0, at - JOINED), at + 1)
    return `(${starts.map((_start, from) => `"${starts.slice(from).join('')}"*`).join(' OR ')})`
  })
  return each.length > 0 ? each.join(' AND ') : null
}

interface Condition {
  sql: string
  values: (string | number)[]
}

const placeholders = (values: readonly unknown[]): string => values.map(() => '?').join(', ')

/** SQL of a filter. `candidates` select few study keys to start from; null walks the order. */
const conditionsOf = (filter: StudyFilter, isFew: (condition: Condition) => boolean) => {
  const conditions: Condition[] = []
  let startsFromCandidates = false
  const addKeySet = (keys: Condition): void => {
    const few = !startsFromCandidates && isFew(keys)
    startsFromCandidates ||= few
    conditions.push({ sql: `${few ? '' : '+'}studyKey IN (${keys.sql})`, values: keys.values })
  }
  const search = searchQuery(filter.search)
  if (search) addKeySet({ sql: 'SELECT rowid FROM study_search WHERE study_search MATCH ?', values: [search] })
  if (filter.modalities.length > 0) {
    const sql = `SELECT studyKey FROM study_modality WHERE Modality IN (${placeholders(filter.modalities)})`
    addKeySet({ sql, values: filter.modalities })
  }
  if (filter.studyDateFrom) conditions.push({ sql: 'StudyDate >= ?', values: [filter.studyDateFrom] })
  if (filter.studyDateTo) conditions.push({ sql: `StudyDate <= ? AND StudyDate <> ''`, values: [filter.studyDateTo] })
  if (filter.receivedSince) conditions.push({ sql: 'lastReceivedAt >= ?', values: [filter.receivedSince] })
  return conditions
}

/** The statement that gives a page's study keys in order, and its values. */
export const studyPageStatement = (request: StudyPageRequest, isFew: (condition: Condition) => boolean): Condition => {
  const conditions = conditionsOf(request, isFew)
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''
  const direction = request.descending ? 'DESC' : 'ASC'
  const order = (ORDERS[request.sort] ?? ORDERS.lastReceivedAt ?? [])
    .map((column) => `${column} ${direction}`)
    .join(', ')
  return {
    sql: `SELECT studyKey FROM study ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
    values: [...conditions.flatMap(({ values }) => values), request.limit, request.offset],
  }
}

/** Study list, counts of the quick filters, one study with its series. */
export class StudyQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  listStudies(request: StudyPageRequest): { total: number; rows: StudyRow[] } {
    const isFew = this.#isFew
    const page = studyPageStatement(request, isFew)
    const keys = this.#database.prepare(page.sql).pluck().all(page.values) as number[]
    return { total: this.#count(request, isFew), rows: this.#rows(keys) }
  }

  countStudies({ today, receivedSince }: { today: string; receivedSince: string }) {
    const one = (sql: string, ...values: string[]): number =>
      this.#database
        .prepare(sql)
        .pluck()
        .get(...values) as number
    return {
      all: one('SELECT studies FROM total'),
      today: one('SELECT count(*) FROM study WHERE StudyDate = ?', today),
      receivedRecently: one('SELECT count(*) FROM study WHERE lastReceivedAt >= ?', receivedSince),
      modalities: this.#database
        .prepare(
          'SELECT Modality, count(*) AS count FROM study_modality GROUP BY Modality ORDER BY count DESC, Modality',
        )
        .all() as { Modality: string; count: number }[],
    }
  }

  getStudy(StudyInstanceUID: string): { study: StudyRow; series: SeriesRow[]; priors: StudyRow[] } | null {
    const state = this.#database.prepare('SELECT * FROM study WHERE StudyInstanceUID = ?').get(StudyInstanceUID) as
      | StudyState
      | undefined
    const [study] = state ? this.#rows([state.studyKey]) : []
    if (!state || !study) return null
    const priorKeys =
      state.PatientID === ''
        ? []
        : (this.#database
            .prepare(`
              SELECT studyKey FROM study WHERE PatientID = ? AND IssuerOfPatientID = ? AND studyKey <> ?
              ORDER BY StudyDate DESC LIMIT 500`)
            .pluck()
            .all(state.PatientID, state.IssuerOfPatientID, state.studyKey) as number[])
    return { study, series: this.#seriesOf(state), priors: this.#rows(priorKeys) }
  }

  /** Rows of these studies, in this order; those that are not here are left out. */
  rowsOf(StudyInstanceUIDs: readonly string[]): StudyRow[] {
    const find = this.#database.prepare('SELECT studyKey FROM study WHERE StudyInstanceUID = ?').pluck()
    return this.#rows(StudyInstanceUIDs.flatMap((uid) => (find.get(uid) as number | undefined) ?? []))
  }

  readonly #isFew = ({ sql, values }: Condition): boolean =>
    (this.#database
      .prepare(`SELECT count(*) FROM (${sql} LIMIT ${FEW + 1})`)
      .pluck()
      .get(values) as number) <= FEW

  #count(filter: StudyFilter, isFew: (condition: Condition) => boolean): number {
    const conditions = conditionsOf(filter, isFew)
    if (conditions.length === 0) return this.#database.prepare('SELECT studies FROM total').pluck().get() as number
    return this.#database
      .prepare(`SELECT count(*) FROM study WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`)
      .pluck()
      .get(conditions.flatMap(({ values }) => values)) as number
  }

  #rows(keys: readonly number[]): StudyRow[] {
    const study = this.#database.prepare('SELECT * FROM study WHERE studyKey = ?')
    // Only series of documents can be made here; they are few and short.
    const sums = this.#database.prepare(`
      SELECT sum(max(coalesce(statedInstances, 0), NumberOfSeriesRelatedInstances)) AS expected,
        max(CASE WHEN statedInstances >= NumberOfSeriesRelatedInstances THEN statedBy END) AS "from",
        coalesce(sum(CASE WHEN Modality IN ('SR', 'KO', 'DOC') THEN (
          SELECT count(*) FROM instance JOIN version ON version.instanceKey = instance.currentKey
          WHERE instance.seriesKey = series.seriesKey AND version.origin = 'created') END), 0) AS created
      FROM series WHERE studyKey = ?`)
    const now = Date.now()
    return keys.flatMap((key) => {
      const state = study.get(key) as StudyState | undefined
      return state ? [toStudyRow(state, sums.get(key) as SeriesSums, now)] : []
    })
  }

  #seriesOf(study: StudyState): SeriesRow[] {
    const states = this.#database
      .prepare(
        'SELECT * FROM series WHERE studyKey = ? ORDER BY SeriesNumber IS NULL, SeriesNumber, SeriesDate, SeriesTime, seriesKey',
      )
      .all(study.studyKey) as SeriesState[]
    return states.map((series) => toSeriesRow(series, study.StudyInstanceUID, this.#notDisplayable(series)))
  }

  #notDisplayable(series: SeriesState): SeriesRow['notDisplayable'] {
    if (series.displayable === series.NumberOfSeriesRelatedInstances) return []
    const counted = this.#database
      .prepare(`
        SELECT notDisplayable AS reason, isImage, count(*) AS count
        FROM instance JOIN version ON version.instanceKey = instance.currentKey
        WHERE seriesKey = ? AND notDisplayable IS NOT NULL GROUP BY notDisplayable, isImage ORDER BY reason`)
      .all(series.seriesKey) as { reason: string; isImage: number; count: number }[]
    return counted
      .filter(({ reason, isImage }) => !isDisplayable(reason, isImage))
      .map(({ reason, count }) => ({ reason, count }))
  }
}
