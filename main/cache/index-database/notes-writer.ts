/** Small writes beside the objects: settings, documents, what a person opened, what turned out not to be displayable. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { NotDisplayableReason } from '../../contract/image.ts'
import type { ArchiveProof } from '../cache.ts'
import { durably } from './open-index.ts'

/** Limit of a document, in UTF-16 code units. */
export const MAX_DOCUMENT_LENGTH = 256 * 1024

export class NotesWriter {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  saveSettings(settings: Record<string, unknown>): void {
    const save = this.#database.prepare(
      'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    const saveAll = this.#database.transaction(() => {
      for (const [name, value] of Object.entries(settings))
        if (value !== undefined) save.run(name, JSON.stringify(value))
    })
    durably(this.#database, saveAll)
  }

  saveDocument(name: string, text: string): void {
    if (text.length > MAX_DOCUMENT_LENGTH)
      throw new RangeError(`Document ${name} is longer than ${MAX_DOCUMENT_LENGTH}.`)
    const save = this.#database.prepare(
      'INSERT INTO document (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text',
    )
    durably(this.#database, () => save.run(name, text))
  }

  markOpened(StudyInstanceUID: string, at: string): void {
    const mark = this.#database.prepare('UPDATE study SET openedAt = ? WHERE StudyInstanceUID = ?')
    durably(this.#database, () => mark.run(at, StudyInstanceUID))
  }

  /** A first time stays; a proof is never taken back, and is of the content, whatever becomes of it here. Versions that are gone are passed over. */
  saveArchiveProofs(proofs: readonly ArchiveProof[]): void {
    const save = this.#database.prepare(`
      INSERT INTO archive_proof (SOPInstanceUID, sha256, archive, sentAt, archivedAt, proof)
      SELECT SOPInstanceUID, sha256, @archive, @sentAt, @archivedAt, @proof
      FROM version JOIN instance USING (instanceId) WHERE version.instanceKey = @instanceKey
      ON CONFLICT (SOPInstanceUID, sha256, archive) DO UPDATE SET sentAt = coalesce(sentAt, excluded.sentAt),
        archivedAt = coalesce(archivedAt, excluded.archivedAt), proof = coalesce(proof, excluded.proof)`)
    this.#database
      .transaction(() => {
        for (const proof of proofs) save.run(proof)
      })
      .immediate()
  }

  expectInstances(StudyInstanceUID: string, count: number): void {
    this.#database
      .prepare('UPDATE study SET statedInstances = ? WHERE StudyInstanceUID = ?')
      .run(count, StudyInstanceUID)
  }

  /** Notes the reason; counts of series and study follow when the instance's current version was displayable. */
  markNotDisplayable(instanceKey: number, reason: NotDisplayableReason): void {
    this.#database
      .transaction(() => {
        const found = this.#database
          .prepare(`
            SELECT seriesKey, studyKey, notDisplayable, isImage, currentKey
            FROM version JOIN instance USING (instanceId) JOIN series USING (seriesKey) WHERE instanceKey = ?`)
          .get(instanceKey) as
          | { seriesKey: number; studyKey: number; notDisplayable: string | null; isImage: number; currentKey: number }
          | undefined
        if (found && isDamage(reason)) this.#noteDamage(instanceKey)
        if (!found || found.notDisplayable === reason) return
        this.#database.prepare('UPDATE version SET notDisplayable = ? WHERE instanceKey = ?').run(reason, instanceKey)
        const lost = Number(
          found.currentKey === instanceKey &&
            isDisplayable(found.notDisplayable, found.isImage) &&
            !isDisplayable(reason, found.isImage),
        )
        this.#database
          .prepare('UPDATE series SET displayable = displayable - ?, revision = revision + 1 WHERE seriesKey = ?')
          .run(lost, found.seriesKey)
        this.#database
          .prepare('UPDATE study SET displayable = displayable - ? WHERE studyKey = ?')
          .run(lost, found.studyKey)
      })
      .immediate()
  }

  #noteDamage(instanceKey: number): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO damaged_object (instanceKey, foundAt) VALUES (?, ?)')
      .run(instanceKey, new Date().toISOString())
  }
}

/** Reasons that concern the stored bytes, whatever their nature. */
const DAMAGE: readonly string[] = ['object-damaged', 'object-missing']
/** Whether an instance was found damaged when it was read. */
export const isDamage = (notDisplayable: string | null): boolean =>
  notDisplayable !== null && DAMAGE.includes(notDisplayable)

/** Whether an instance counts as displayable: shown as an image, or no image by nature, and its bytes are there. */
export const isDisplayable = (notDisplayable: string | null, isImage: boolean | number): boolean =>
  notDisplayable === null || (!isImage && !isDamage(notDisplayable))
