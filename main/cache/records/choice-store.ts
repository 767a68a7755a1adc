/** Which version of an instance a person chose to be shown, when and who: every choice, the last one counts. Versions are named by content. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ChosenVersion, VersionChoice } from '../cache.ts'

/** The choices that count: the last of each instance. */
const LAST = `
  SELECT max(choiceId) FROM version_choice GROUP BY SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID`

export class ChoiceStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  add(choice: VersionChoice): void {
    this.#database
      .prepare(`
        INSERT INTO version_choice (StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID, insteadOf,
          chosenAt, chosenBy)
        VALUES (@StudyInstanceUID, @SeriesInstanceUID, @SOPInstanceUID, @sha256, @TransferSyntaxUID, @insteadOf, @chosenAt,
          @chosenBy) ON CONFLICT DO NOTHING`)
      .run(choice)
  }

  /** What is to be shown of each instance that a person chose of. */
  chosen(): ChosenVersion[] {
    return this.#database
      .prepare(`
        SELECT StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID FROM version_choice
        WHERE choiceId IN (${LAST})`)
      .all() as ChosenVersion[]
  }

  /** The last choice for each of these instances, in whatever study. */
  of(SOPInstanceUIDs: readonly string[]): VersionChoice[] {
    return this.#database
      .prepare(`
        SELECT StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID, insteadOf, chosenAt, chosenBy
        FROM version_choice
        WHERE SOPInstanceUID IN (SELECT value FROM json_each(?)) AND choiceId IN (${LAST})`)
      .all(JSON.stringify(SOPInstanceUIDs)) as VersionChoice[]
  }
}
