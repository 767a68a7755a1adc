/** Why studies stay on this station, as far as the records tell: pins, reports that are not final, measurements, what is under way. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ReportContent } from '../../contract/report.ts'
import type { KeepReason } from '../../contract/space.ts'
import type { ReportStore } from './report-store.ts'

/** Reasons found by one question to the records; `?` is a JSON list of studies. */
const REASONS: readonly { reason: KeepReason; sql: string }[] = [
  {
    reason: 'pinned',
    sql: 'SELECT StudyInstanceUID FROM pin WHERE StudyInstanceUID IN (SELECT value FROM json_each(?))',
  },
  {
    reason: 'retrieving',
    sql: `
      SELECT DISTINCT StudyInstanceUID FROM retrieval
      WHERE state IN ('waiting', 'running', 'interrupted') AND StudyInstanceUID IN (SELECT value FROM json_each(?))`,
  },
  {
    reason: 'report',
    sql: `
      SELECT DISTINCT StudyInstanceUID FROM report
      WHERE StudyInstanceUID IN (SELECT value FROM json_each(?)) AND (state IN ('draft', 'preliminary') OR EXISTS (
        SELECT 1 FROM report_issue WHERE report_issue.reportId = report.reportId AND deliveredAt IS NULL))`,
  },
  {
    reason: 'outbox',
    sql: `
      SELECT DISTINCT StudyInstanceUID FROM outbox
      WHERE StudyInstanceUID IN (SELECT value FROM json_each(?)) AND state <> 'archived'`,
  },
]

/** Measurements that a report quotes, each as `id revision`. */
const quotedIn = ({ sections }: ReportContent): string[] =>
  sections.flatMap(({ blocks }) =>
    blocks.flatMap(({ runs }) =>
      runs.flatMap((run) => (run.kind === 'measurement' ? [`${run.measurementId} ${run.revision}`] : [])),
    ),
  )

/** Studies of other images that a report shows or measures: a draft needs them to be signed. */
const studiesIn = ({ sections, keyImages }: ReportContent): string[] => [
  ...keyImages.map(({ image }) => image.StudyInstanceUID),
  ...sections.flatMap(({ blocks }) =>
    blocks.flatMap(({ runs }) =>
      runs.flatMap((run) => {
        const study = run.kind === 'measurement' ? (run.StudyInstanceUID ?? run.image?.StudyInstanceUID) : undefined
        return study === undefined ? [] : [study]
      }),
    ),
  ),
]

export class RetentionStore {
  readonly #database: Database
  readonly #reports: Pick<ReportStore, 'contentOf'>

  constructor(database: Database, reports: Pick<ReportStore, 'contentOf'>) {
    this.#database = database
    this.#reports = reports
  }

  pin(StudyInstanceUID: string, pinnedAt: string): void {
    this.#database.prepare('INSERT OR IGNORE INTO pin VALUES (?, ?)').run(StudyInstanceUID, pinnedAt)
  }

  unpin(StudyInstanceUID: string): void {
    this.#database.prepare('DELETE FROM pin WHERE StudyInstanceUID = ?').run(StudyInstanceUID)
  }

  /** Those of these studies that are pinned. */
  pinned(StudyInstanceUIDs: readonly string[]): string[] {
    return this.#database
      .prepare('SELECT StudyInstanceUID FROM pin WHERE StudyInstanceUID IN (SELECT value FROM json_each(?))')
      .pluck()
      .all(JSON.stringify(StudyInstanceUIDs)) as string[]
  }

  /** What keeps each of these studies, as far as the records tell; those that nothing keeps are absent. */
  reasonsOf(StudyInstanceUIDs: readonly string[]): Record<string, KeepReason[]> {
    const found: Record<string, KeepReason[]> = {}
    const list = JSON.stringify(StudyInstanceUIDs)
    const add = (reason: KeepReason, studies: readonly string[]): void => {
      for (const study of studies) found[study] = [...(found[study] ?? []), reason]
    }
    for (const { reason, sql } of REASONS) add(reason, this.#database.prepare(sql).pluck().all(list) as string[])
    add('measurements', this.#withUnquoted(list))
    const needed = this.#neededByDrafts()
    add(
      'report',
      StudyInstanceUIDs.filter((study) => needed.has(study) && !found[study]?.includes('report')),
    )
    return found
  }

  /** Studies whose images are in a report that is not final. */
  #neededByDrafts(): Set<string> {
    const drafts = this.#database
      .prepare(`SELECT reportId FROM report WHERE state IN ('draft', 'preliminary')`)
      .pluck()
      .all() as string[]
    return new Set(drafts.flatMap((reportId) => studiesIn(this.#reports.contentOf(reportId))))
  }

  /** Studies with a measurement whose present revision no final report of the study quotes. */
  #withUnquoted(list: string): string[] {
    const present = this.#database
      .prepare(`
        SELECT StudyInstanceUID, measurementId || ' ' || revision AS measured FROM measurement
        WHERE removedAt IS NULL AND StudyInstanceUID IN (SELECT value FROM json_each(?))`)
      .all(list) as { StudyInstanceUID: string; measured: string }[]
    const studies = Map.groupBy(present, ({ StudyInstanceUID }) => StudyInstanceUID)
    return [...studies].flatMap(([study, measurements]) => {
      const quoted = this.#quotedIn(study)
      return measurements.every(({ measured }) => quoted.has(measured)) ? [] : [study]
    })
  }

  #quotedIn(StudyInstanceUID: string): Set<string> {
    const reports = this.#database
      .prepare(`SELECT reportId FROM report WHERE StudyInstanceUID = ? AND state = 'final'`)
      .pluck()
      .all(StudyInstanceUID) as string[]
    return new Set(reports.flatMap((reportId) => quotedIn(this.#reports.contentOf(reportId))))
  }
}
