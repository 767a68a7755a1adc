/** Pages of the study list. A page is found by walking the index of its order, or from few candidates; rows are fetched by key. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { SeriesRow, StudyFilter, StudyReportState, StudyRow } from '../../contract/studies.ts'
import { isDisplayable } from '../index-database/notes-writer.ts'
import type { SeriesState } from '../index-database/series-state.ts'
import type { StudyState } from '../index-database/study-state.ts'
import { type SeriesSums, toSeriesRow, toStudyRow } from './rows.ts'
import { type Condition, FEW, type StudyPageRequest, studyQuestion } from './study-filter.ts'

/** Study list, counts of the quick filters, one study with its series. */
export class StudyQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  listStudies(request: StudyPageRequest): { total: number; rows: StudyRow[] } {
    const { page, total } = studyQuestion(request, this.#sizeOf)
    const keys = this.#database.prepare(page.sql).pluck().all(page.values) as number[]
    // A page that is not full is the last one.
    const isEnd = keys.length < request.limit && (keys.length > 0 || request.offset === 0)
    return { total: isEnd ? request.offset + keys.length : this.#number(total), rows: this.#rows(keys) }
  }

  /** How many studies a filter selects. */
  countFiltered(filter: StudyFilter): number {
    const page = { sort: 'lastReceivedAt', descending: true, offset: 0, limit: 1 }
    return this.#number(studyQuestion({ ...filter, ...page }, this.#sizeOf).total)
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
      reports: this.#database.prepare('SELECT report AS state, count(*) AS count FROM study GROUP BY report').all() as {
        state: StudyReportState
        count: number
      }[],
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

  /** How many `keys` gives; counts no further than `atMost` + 1. */
  readonly #sizeOf = ({ sql, values }: Condition, atMost = FEW): number =>
    this.#number({ sql: `SELECT count(*) FROM (${sql} LIMIT ${atMost + 1})`, values })

  #number(wanted: Condition | number): number {
    if (typeof wanted === 'number') return wanted
    return this.#database.prepare(wanted.sql).pluck().get(wanted.values) as number
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
