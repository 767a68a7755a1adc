/** Small writes beside the objects: what a person opened, what is proven and expected, what turned out not to be displayable. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { NotDisplayableReason } from '../../contract/image.ts'
import type { ArchiveProof, KnownOfContent, NotedChange, StudyReport, WithdrawnProof } from '../cache.ts'
import { durably } from './open-index.ts'

/** Keeps a proof that `values` gives; a first time stays. */
export const saveProof = (values: string): string => `
  INSERT INTO archive_proof (SOPInstanceUID, sha256, archive, sentAt, archivedAt, proof) ${values}
  ON CONFLICT (SOPInstanceUID, sha256, archive) DO UPDATE SET sentAt = coalesce(sentAt, excluded.sentAt),
    archivedAt = coalesce(archivedAt, excluded.archivedAt), proof = coalesce(proof, excluded.proof)`

/** Takes back a proof, unless it came since. */
const WITHDRAW = `
  DELETE FROM archive_proof WHERE SOPInstanceUID = @SOPInstanceUID AND sha256 = @sha256 AND archive = @archive
    AND (archivedAt IS NULL OR archivedAt <= @withdrawnAt)`

/** A version and whether it can be shown. */
interface MarkedVersion {
  StudyInstanceUID: string
  SeriesInstanceUID: string
  instanceKey: number
  seriesKey: number
  studyKey: number
  currentKey: number
  isImage: number
  notDisplayable: string | null
  /** What was found when it came. */
  reasonAsStored: string | null
}

export class NotesWriter {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  markOpened(StudyInstanceUID: string, at: string): void {
    const mark = this.#database.prepare('UPDATE study SET openedAt = ? WHERE StudyInstanceUID = ?')
    durably(this.#database, () => mark.run(at, StudyInstanceUID))
  }

  /** The records have them, so that a commit that is lost comes again at the next start. Gives the studies for which that is new. */
  noteReports(reports: readonly StudyReport[], isAll = false): string[] {
    const [known, keep, forget, show] = [
      this.#database.prepare('SELECT report FROM study_report WHERE StudyInstanceUID = ?').pluck(),
      this.#database.prepare(`
        INSERT INTO study_report (StudyInstanceUID, report) VALUES (?, ?)
        ON CONFLICT (StudyInstanceUID) DO UPDATE SET report = excluded.report`),
      this.#database.prepare('DELETE FROM study_report WHERE StudyInstanceUID = ?'),
      this.#database.prepare('UPDATE study SET report = ? WHERE StudyInstanceUID = ?'),
    ]
    const note = ({ StudyInstanceUID, state }: StudyReport): string[] => {
      if ((known.get(StudyInstanceUID) ?? 'none') === state) return []
      if (state === 'none') forget.run(StudyInstanceUID)
      else keep.run(StudyInstanceUID, state)
      show.run(state, StudyInstanceUID)
      return [StudyInstanceUID]
    }
    return this.#database
      .transaction(() => [...reports, ...(isAll ? this.#reportsBut(reports) : [])].flatMap(note))
      .immediate()
  }

  /** Those that are noted and not among these, as none. */
  #reportsBut(reports: readonly StudyReport[]): StudyReport[] {
    const given = new Set(reports.map(({ StudyInstanceUID }) => StudyInstanceUID))
    const noted = this.#database.prepare('SELECT StudyInstanceUID FROM study_report').pluck().all() as string[]
    return noted.filter((uid) => !given.has(uid)).map((StudyInstanceUID) => ({ StudyInstanceUID, state: 'none' }))
  }

  /** A first time stays; a proof is of the content, whatever becomes of it here. Versions that are gone are passed over. */
  saveArchiveProofs(proofs: readonly ArchiveProof[]): void {
    const save = this.#database.prepare(
      saveProof(`SELECT SOPInstanceUID, sha256, @archive, @sentAt, @archivedAt, @proof
        FROM version JOIN instance USING (instanceId) WHERE version.instanceKey = @instanceKey`),
    )
    const saveAll = this.#database.transaction(() => {
      for (const proof of proofs) save.run(proof)
    })
    // Once it is here, nobody asks the archive again.
    durably(this.#database, () => saveAll.immediate())
  }

  /** The archive no longer holds it: nothing may be removed here because it did. */
  withdrawProofs(withdrawn: readonly WithdrawnProof[]): void {
    const withdraw = this.#database.prepare(WITHDRAW)
    const withdrawAll = this.#database.transaction(() => {
      for (const proof of withdrawn) withdraw.run(proof)
    })
    durably(this.#database, () => withdrawAll.immediate())
  }

  /** What the records know and an index that was made anew does not: the later time and the larger number stay. */
  bringBack({ proofs, withdrawn = [], studies, isAll = false }: KnownOfContent): void {
    const save = this.#database.prepare(
      saveProof('VALUES (@SOPInstanceUID, @sha256, @archive, @sentAt, @archivedAt, @proof)'),
    )
    const withdraw = this.#database.prepare(WITHDRAW)
    const note = this.#database.prepare(`
      UPDATE study SET openedAt = nullif(max(coalesce(openedAt, ''), coalesce(@openedAt, '')), ''),
        statedInstances = nullif(max(coalesce(statedInstances, 0), coalesce(@expectedInstances, 0)), 0)
      WHERE StudyInstanceUID = @StudyInstanceUID`)
    const bringBack = this.#database.transaction(() => {
      for (const proof of proofs) save.run(proof)
      for (const proof of withdrawn) withdraw.run(proof)
      for (const study of studies) note.run(study)
      if (isAll) this.#database.prepare('UPDATE total SET isLacking = 0').run()
    })
    // The last one makes those before it durable.
    if (isAll) durably(this.#database, () => bringBack.immediate())
    else bringBack.immediate()
  }

  /** Null when that is not new. */
  expectInstances(StudyInstanceUID: string, count: number): NotedChange | null {
    const state = this.#database.prepare(
      'UPDATE study SET statedInstances = @count WHERE StudyInstanceUID = @StudyInstanceUID AND statedInstances IS NOT @count',
    )
    const { changes } = durably(this.#database, () => state.run({ count, StudyInstanceUID }))
    return changes > 0 ? { StudyInstanceUID, SeriesInstanceUIDs: [] } : null
  }

  /** Notes the reason; counts of series and study follow when the instance's current version was displayable. Null when that is not new. */
  markNotDisplayable(instanceKey: number, reason: NotDisplayableReason): NotedChange | null {
    return this.#database
      .transaction(() => {
        const found = this.#find(instanceKey)
        if (found && isDamage(reason)) this.#noteDamage(instanceKey)
        if (!found || found.notDisplayable === reason) return null
        return this.#setReason(found, reason)
      })
      .immediate()
  }

  /** It was read again, whole: it is what its header says. Null when it was not marked. */
  takeMarkAway(instanceKey: number): NotedChange | null {
    return this.#database
      .transaction(() => {
        const found = this.#find(instanceKey)
        if (!found || !isDamage(found.notDisplayable)) return null
        this.#database.prepare('DELETE FROM damaged_object WHERE instanceKey = ?').run(instanceKey)
        return this.#setReason(found, found.reasonAsStored)
      })
      .immediate()
  }

  #find(instanceKey: number): MarkedVersion | undefined {
    return this.#database
      .prepare(`
        SELECT version.instanceKey, seriesKey, studyKey, StudyInstanceUID, SeriesInstanceUID, notDisplayable, isImage, currentKey,
          header ->> 'notDisplayable' AS reasonAsStored
        FROM version JOIN instance USING (instanceId) JOIN series USING (seriesKey) JOIN study USING (studyKey)
        WHERE version.instanceKey = ?`)
      .get(instanceKey) as MarkedVersion | undefined
  }

  /** Counts of series and study follow when it is the current version. */
  #setReason({ instanceKey, currentKey, isImage, ...found }: MarkedVersion, reason: string | null): NotedChange {
    this.#database.prepare('UPDATE version SET notDisplayable = ? WHERE instanceKey = ?').run(reason, instanceKey)
    const countOf = (why: string | null): number => Number(currentKey === instanceKey && isDisplayable(why, isImage))
    const gained = countOf(reason) - countOf(found.notDisplayable)
    this.#database
      .prepare('UPDATE series SET displayable = displayable + ?, revision = revision + 1 WHERE seriesKey = ?')
      .run(gained, found.seriesKey)
    this.#database
      .prepare('UPDATE study SET displayable = displayable + ? WHERE studyKey = ?')
      .run(gained, found.studyKey)
    const { StudyInstanceUID, SeriesInstanceUID } = found
    return { StudyInstanceUID, SeriesInstanceUIDs: [SeriesInstanceUID] }
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
