/** Measurements by revision: a removed one leaves the list and stays readable, because a report may quote it. */
import { isDeepStrictEqual } from 'node:util'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Measurement, MeasurementContent } from '../../contract/measurement.ts'

interface Row {
  revision: number
  createdAt: string
  changedAt: string
  content: string
}

const SELECT = `
  SELECT measurement_revision.revision, createdAt, changedAt, content
  FROM measurement JOIN measurement_revision USING (measurementId)`

const toMeasurement = ({ content, ...row }: Row): Measurement => ({
  ...(JSON.parse(content) as MeasurementContent),
  ...row,
})

/** What makes a revision: all but how the viewer draws it. */
const measuredPart = ({ view: _, ...measured }: MeasurementContent): Omit<MeasurementContent, 'view'> => measured

export class MeasurementStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Those of a study that were not removed, oldest first. */
  list(StudyInstanceUID: string): Measurement[] {
    const rows = this.#database
      .prepare(`${SELECT}
        WHERE StudyInstanceUID = ? AND removedAt IS NULL AND measurement_revision.revision = measurement.revision
        ORDER BY createdAt, measurementId`)
      .all(StudyInstanceUID) as Row[]
    return rows.map(toMeasurement)
  }

  /** Keeps a measurement; the revision rises when anything but its `view` changed. One that was removed is back. */
  save(content: MeasurementContent, at: string): { revision: number } {
    const { measurementId, StudyInstanceUID } = content
    return this.#database
      .transaction(() => {
        const last = this.#last(measurementId)
        // What comes back from JSON has no -0 and no undefined: the new one goes the same way before it is compared.
        const text = JSON.stringify(content)
        const isSame =
          last !== null && isDeepStrictEqual(measuredPart(toMeasurementContent(last)), measuredPart(JSON.parse(text)))
        const revision = isSame ? last.revision : (last?.revision ?? 0) + 1
        this.#database
          .prepare(`
            INSERT INTO measurement (measurementId, StudyInstanceUID, revision, createdAt) VALUES (?, ?, ?, ?)
            ON CONFLICT (measurementId) DO UPDATE
            SET StudyInstanceUID = excluded.StudyInstanceUID, revision = excluded.revision, removedAt = NULL`)
          .run(measurementId, StudyInstanceUID, revision, at)
        this.#database
          .prepare(`
            INSERT INTO measurement_revision (measurementId, revision, changedAt, content) VALUES (?, ?, ?, ?)
            ON CONFLICT (measurementId, revision) DO UPDATE SET content = excluded.content`)
          .run(measurementId, revision, at, text)
        return { revision }
      })
      .immediate()
  }

  /** Takes it out of the list; gives the study it was of, null when there was none to remove. */
  remove(measurementId: string, at: string): string | null {
    const study = this.#database
      .prepare(`
        UPDATE measurement SET removedAt = ? WHERE measurementId = ? AND removedAt IS NULL RETURNING StudyInstanceUID`)
      .pluck()
      .get(at, measurementId) as string | undefined
    return study ?? null
  }

  /** Revisions that were ever kept, also of removed ones, in the order asked; what is unknown is left out. */
  revisions(quoted: readonly { measurementId: string; revision: number }[]): Measurement[] {
    const find = this.#database.prepare(
      `${SELECT} WHERE measurement_revision.measurementId = ? AND measurement_revision.revision = ?`,
    )
    return quoted.flatMap(({ measurementId, revision }) => {
      const row = find.get(measurementId, revision) as Row | undefined
      return row ? [toMeasurement(row)] : []
    })
  }

  /** The present revision of each, and whether it was removed; what is unknown is left out. */
  present(measurementIds: readonly string[]): { measurementId: string; revision: number; isRemoved: boolean }[] {
    const rows = this.#database
      .prepare(`
        SELECT measurementId, revision, removedAt IS NOT NULL AS isRemoved FROM measurement
        WHERE measurementId IN (SELECT value FROM json_each(?))`)
      .all(JSON.stringify(measurementIds)) as { measurementId: string; revision: number; isRemoved: number }[]
    return rows.map((row) => ({ ...row, isRemoved: row.isRemoved === 1 }))
  }

  #last(measurementId: string): Row | null {
    const row = this.#database
      .prepare(`${SELECT} WHERE measurementId = ? AND measurement_revision.revision = measurement.revision`)
      .get(measurementId) as Row | undefined
    return row ?? null
  }
}

const toMeasurementContent = ({ content }: Row): MeasurementContent => JSON.parse(content) as MeasurementContent
