/**
 * The writing side of the index. Everything here is synchronous and runs in the store worker, inside one transaction per committed group.
 * Counts of studies and series are kept up to date here, so that lists never count.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { isImageSOPClass } from '../../dicom/sop-classes.ts'
import { attributeNumber, levelAttributes } from '../attribute-levels.ts'
import type { StoredChange } from '../cache.ts'
import type { ObjectRow, RecordPlace } from '../object-row.ts'
import { ChosenVersions } from './chosen-versions.ts'
import { DamageNotes } from './damage-notes.ts'
import { isDisplayable, saveProof } from './notes-writer.ts'
import { mergeSeriesAttributes, newSeriesState, type SeriesState } from './series-state.ts'
import { type Statements, statementsOf } from './statements.ts'
import { removeStudy, type StudyRemoval, type Tombstone } from './study-removal.ts'
import { mergeStudyAttributes, newStudyState, type StudyState } from './study-state.ts'

/** A record to be indexed. */
export interface IndexEntry {
  row: ObjectRow
  place: RecordPlace
}

/** What the index already holds under a SOPInstanceUID. */
export interface KnownVersion {
  instanceKey: number
  instanceId: number
  sha256: string
  TransferSyntaxUID: string
  StudyInstanceUID: string
  SeriesInstanceUID: string
  packId: string
  keyId: string
  recordOffset: number
  recordEnd: number
  notDisplayable: string | null
}

const insertInto = (table: string, columns: readonly string[]): string =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((column) => `@${column}`).join(', ')})`
const updateOf = (table: string, key: string, columns: readonly string[]): string =>
  `UPDATE ${table} SET ${columns.map((column) => `${column} = @${column}`).join(', ')} WHERE ${key} = @${key}`

const withoutKey = (state: object, key: string): string[] => Object.keys(state).filter((column) => column !== key)

/** Columns of a study's row that have writers of their own; a group changes the others. */
const WRITTEN_ELSEWHERE = ['openedAt', 'report']

const studyColumns = (study: StudyState): string[] =>
  withoutKey(study, 'studyKey').filter((column) => !WRITTEN_ELSEWHERE.includes(column))

/** Indexes records; one object per writing connection. */
export class IndexWriter {
  readonly damage: DamageNotes
  readonly #database: Database
  readonly #chosen: ChosenVersions
  readonly #sql: Statements
  /** States loaded by the running transaction. */
  readonly #studies = new Map<string, { state: StudyState; words: string; modalities: string }>()
  readonly #series = new Map<string, SeriesState>()

  constructor(database: Database, chosen = new ChosenVersions()) {
    this.#database = database
    this.#sql = statementsOf(database)
    this.damage = new DamageNotes(database)
    this.#chosen = chosen
  }

  /** Versions known under a SOPInstanceUID, in whatever study, oldest first. */
  findVersions(SOPInstanceUID: string): KnownVersion[] {
    // Nearly always there is none, which one look at an index tells.
    if (this.#sql('SELECT 1 FROM instance WHERE SOPInstanceUID = ?').get(SOPInstanceUID) === undefined) return []
    return this.#sql(`
      SELECT version.instanceKey, version.instanceId, sha256, TransferSyntaxUID, study.StudyInstanceUID, SeriesInstanceUID,
        packId, keyId, recordOffset, recordEnd, notDisplayable
      FROM instance JOIN version USING (instanceId) JOIN series USING (seriesKey) JOIN study USING (studyKey)
        JOIN pack USING (packKey)
      WHERE SOPInstanceUID = ? ORDER BY version.instanceKey`).all(SOPInstanceUID) as KnownVersion[]
  }

  /** Where the next keys begin. */
  nextInstanceKey(): number {
    return (this.#sql('SELECT nextInstanceKey FROM total').get() as { nextInstanceKey: number }).nextInstanceKey
  }

  /** Packs of a study that could take more, the emptiest first. */
  packsOfStudy(StudyInstanceUID: string): { packId: string; keyId: string; indexedEnd: number }[] {
    return this.#sql('SELECT packId, keyId, indexedEnd FROM pack WHERE StudyInstanceUID = ? ORDER BY indexedEnd').all(
      StudyInstanceUID,
    ) as { packId: string; keyId: string; indexedEnd: number }[]
  }

  /** Every pack with the place up to which it is indexed. */
  packs(): { packId: string; keyId: string; indexedEnd: number }[] {
    return this.#sql('SELECT packId, keyId, indexedEnd FROM pack').all() as {
      packId: string
      keyId: string
      indexedEnd: number
    }[]
  }

  /** Packs that are dead; their files may still be there. */
  tombstones(): Tombstone[] {
    return this.#sql('SELECT packId, keyId FROM tombstone').all() as Tombstone[]
  }

  /** The files of these packs are gone, and their keys. */
  forgetTombstones(packIds: readonly string[]): void {
    const forget = this.#sql('DELETE FROM tombstone WHERE packId = ?')
    this.#database.transaction(() => packIds.forEach((packId) => void forget.run(packId))).immediate()
  }

  /** Whether records of this pack are indexed. */
  knowsPack(packId: string): boolean {
    return this.#sql('SELECT 1 FROM pack WHERE packId = ?').get(packId) !== undefined
  }

  /** Takes a study out of the index, as {@link removeStudy} says. */
  removeStudy(request: Parameters<typeof removeStudy>[1]): StudyRemoval {
    return removeStudy(this.#database, request)
  }

  /** Indexes a group in one durable transaction; tells for each entry what it was. Throws SQLite's error and then changes nothing. */
  insert(entries: readonly IndexEntry[]): StoredChange[] {
    this.#studies.clear()
    this.#series.clear()
    return this.#database
      .transaction(() => {
        const changes = entries.map((entry) => this.#insertOne(entry))
        this.#saveStates()
        return changes
      })
      .immediate()
  }

  /** Writes what is there already. Throws SQLite's error when nothing can be written. */
  proveWritable(): void {
    this.#sql('UPDATE total SET studies = studies').run()
  }

  #insertOne({ row, place }: IndexEntry): StoredChange {
    const packKey = this.#savePack(row, place)
    this.#noteProof(row)
    const known = this.findVersions(row.SOPInstanceUID)
    const equal = known.find((version) => isEqualVersion(version, row))
    if (equal) return this.#insertEqual(equal, row, place, packKey)
    const study = this.#study(row)
    const series = this.#seriesOf(row, study)
    const instance = this.#instanceOf(row, series)
    const instanceId = instance?.instanceId ?? this.#insertInstance(row, series)
    this.#insertVersion(row, place, packKey, instanceId)
    series.revision += 1
    study.bytes += place.recordEnd - place.recordOffset
    if (!instance) {
      series.NumberOfSeriesRelatedInstances += 1
      study.NumberOfStudyRelatedInstances += 1
    }
    if (!instance || this.#takesPlaceOf(instance.currentKey, known, row)) {
      if (instance) this.#countCurrent(instance.currentKey, study, series, -1)
      this.#sql('UPDATE instance SET currentKey = ? WHERE instanceId = ?').run(row.instanceKey, instanceId)
      this.#countCurrent(row.instanceKey, study, series, 1)
    }
    if (known.length > 0) this.#noteConflict(row.SOPInstanceUID)
    this.#sql(
      'UPDATE total SET instances = instances + ?, bytes = bytes + ?, nextInstanceKey = max(nextInstanceKey, ?)',
    ).run(Number(!instance), place.recordEnd - place.recordOffset, row.instanceKey + 1)
    return change(known.length > 0 ? 'version' : 'stored', row, row.instanceKey)
  }

  /** What a person chose is current wherever it is here; else the first received, in whatever order a rebuild finds them. */
  #takesPlaceOf(currentKey: number, known: readonly KnownVersion[], row: ObjectRow): boolean {
    const chosen = this.#chosen.of(row)
    if (chosen && isEqualVersion(row, chosen)) return true
    const current = known.find(({ instanceKey }) => instanceKey === currentKey)
    const isChosen = chosen !== undefined && current !== undefined && isEqualVersion(current, chosen)
    return row.instanceKey < currentKey && !isChosen
  }

  /** Equal content under the key that it has already was stored again because its first record was damaged; else it is known. */
  #insertEqual(known: KnownVersion, row: ObjectRow, place: RecordPlace, packKey: number): StoredChange {
    const isInPlace = known.packId === place.packId && known.recordOffset === place.recordOffset
    if (isInPlace || known.instanceKey !== row.instanceKey) return change('duplicate', row, known.instanceKey)
    const study = this.#study(row)
    const series = this.#seriesOf(row, study)
    const isCurrent = this.#instanceOf(row, series)?.currentKey === row.instanceKey
    if (isCurrent) this.#countCurrent(row.instanceKey, study, series, -1)
    this.#sql(`
      UPDATE version SET packKey = @packKey, recordOffset = @recordOffset, recordEnd = @recordEnd, runOffset = @runOffset,
        recordNumber = @recordNumber, notDisplayable = @notDisplayable WHERE instanceKey = @instanceKey`).run({
      packKey,
      recordOffset: place.recordOffset,
      recordEnd: place.recordEnd,
      runOffset: place.runOffset,
      recordNumber: place.recordNumber,
      notDisplayable: row.header.notDisplayable,
      instanceKey: row.instanceKey,
    })
    this.#sql('DELETE FROM damaged_object WHERE instanceKey = ?').run(row.instanceKey)
    if (isCurrent) this.#countCurrent(row.instanceKey, study, series, 1)
    series.revision += 1
    return change('stored', row, row.instanceKey)
  }

  #savePack(row: ObjectRow, place: RecordPlace): number {
    const { packKey } = this.#sql(`
      INSERT INTO pack (packId, keyId, StudyInstanceUID, indexedEnd) VALUES (?, ?, ?, ?)
      ON CONFLICT (packId) DO UPDATE SET indexedEnd = max(indexedEnd, excluded.indexedEnd) RETURNING packKey`).get(
      place.packId,
      place.keyId,
      row.StudyInstanceUID,
      place.recordEnd,
    ) as { packKey: number }
    return packKey
  }

  /** What was retrieved is where it came from. */
  #noteProof({ archive, SOPInstanceUID, sha256, receivedAt }: ObjectRow): void {
    if (archive === undefined) return
    const save = this.#sql(saveProof(`VALUES (@SOPInstanceUID, @sha256, @archive, NULL, @receivedAt, 'retrieved')`))
    save.run({ SOPInstanceUID, sha256, archive, receivedAt })
  }

  #study(row: ObjectRow): StudyState {
    const cached = this.#studies.get(row.StudyInstanceUID)
    let state = cached?.state
    if (!state) {
      state = this.#sql('SELECT * FROM study WHERE StudyInstanceUID = ?').get(row.StudyInstanceUID) as
        | StudyState
        | undefined
      const entry = state
        ? { state, words: state.words, modalities: state.ModalitiesInStudy }
        : { state: newStudyState(row), words: '', modalities: '' }
      state = entry.state
      this.#studies.set(row.StudyInstanceUID, entry)
    }
    const isFirst = state.studyKey === 0
    mergeStudyAttributes(state, row, isFirst)
    if (isFirst) {
      state.studyKey = Number(this.#sql(insertInto('study', withoutKey(state, 'studyKey'))).run(state).lastInsertRowid)
      this.#sql('UPDATE total SET studies = studies + 1').run()
    }
    return state
  }

  #seriesOf(row: ObjectRow, study: StudyState): SeriesState {
    const cacheKey = `${study.studyKey} ${row.SeriesInstanceUID}`
    let state = this.#series.get(cacheKey)
    state ??= this.#sql('SELECT * FROM series WHERE studyKey = ? AND SeriesInstanceUID = ?').get(
      study.studyKey,
      row.SeriesInstanceUID,
    ) as SeriesState | undefined
    state ??= newSeriesState(row, study.studyKey, this.#firstRevision())
    this.#series.set(cacheKey, state)
    mergeSeriesAttributes(state, row)
    if (state.seriesKey === 0) {
      state.seriesKey = Number(
        this.#sql(insertInto('series', withoutKey(state, 'seriesKey'))).run(state).lastInsertRowid,
      )
      study.NumberOfStudyRelatedSeries += 1
    }
    return state
  }

  /** Behind those of every removed series: one that is back is not taken for what it was. */
  #firstRevision(): number {
    return (this.#sql('SELECT firstRevision FROM total').get() as { firstRevision: number }).firstRevision
  }

  /** Adds what a current version contributes to the counts, or takes it away. */
  #countCurrent(instanceKey: number, study: StudyState, series: SeriesState, sign: 1 | -1): void {
    const version = this.#sql(
      'SELECT NumberOfFrames, notDisplayable, isImage, pixelData IS NOT NULL AS hasPixels FROM version WHERE instanceKey = ?',
    ).get(instanceKey) as { NumberOfFrames: number; notDisplayable: string | null; isImage: number; hasPixels: number }
    const displayable = Number(isDisplayable(version.notDisplayable, version.isImage))
    series.numberOfFrames += sign * version.hasPixels * version.NumberOfFrames
    series.displayable += sign * displayable
    study.displayable += sign * displayable
  }

  #instanceOf(row: ObjectRow, series: SeriesState): { instanceId: number; currentKey: number } | undefined {
    return this.#sql('SELECT instanceId, currentKey FROM instance WHERE seriesKey = ? AND SOPInstanceUID = ?').get(
      series.seriesKey,
      row.SOPInstanceUID,
    ) as { instanceId: number; currentKey: number } | undefined
  }

  #insertInstance(row: ObjectRow, series: SeriesState): number {
    return Number(
      this.#sql(
        insertInto('instance', ['seriesKey', 'SOPInstanceUID', 'SOPClassUID', 'InstanceNumber', 'currentKey']),
      ).run({
        seriesKey: series.seriesKey,
        SOPInstanceUID: row.SOPInstanceUID,
        SOPClassUID: row.SOPClassUID,
        InstanceNumber: attributeNumber(row.attributes, 'InstanceNumber'),
        currentKey: row.instanceKey,
      }).lastInsertRowid,
    )
  }

  #insertVersion(row: ObjectRow, place: RecordPlace, packKey: number, instanceId: number): void {
    const values = {
      packKey,
      instanceId,
      NumberOfFrames: row.header.NumberOfFrames,
      isImage: Number(isImageSOPClass(row.SOPClassUID)),
      instanceKey: row.instanceKey,
      sha256: row.sha256,
      TransferSyntaxUID: row.TransferSyntaxUID,
      length: row.length,
      recordOffset: place.recordOffset,
      recordEnd: place.recordEnd,
      runOffset: place.runOffset,
      recordNumber: place.recordNumber,
      origin: row.origin,
      sender: row.peer.AETitle,
      senderAddress: row.peer.address,
      receivedAt: row.receivedAt,
      notDisplayable: row.header.notDisplayable,
      pixelData: row.pixelData && JSON.stringify(row.pixelData),
      attributes: JSON.stringify(levelAttributes(row.attributes, 'instance')),
      header: JSON.stringify(row.header),
    }
    this.#sql(insertInto('version', Object.keys(values))).run(values)
  }

  /** Marks all instances of a SOPInstanceUID as existing with different contents, and counts them in their studies. */
  #noteConflict(SOPInstanceUID: string): void {
    const fresh = this.#sql(`
      SELECT instanceId, StudyInstanceUID FROM instance JOIN series USING (seriesKey) JOIN study USING (studyKey)
      WHERE SOPInstanceUID = ? AND isConflicting = 0`).all(SOPInstanceUID) as {
      instanceId: number
      StudyInstanceUID: string
    }[]
    for (const { instanceId, StudyInstanceUID } of fresh) {
      this.#sql('UPDATE instance SET isConflicting = 1 WHERE instanceId = ?').run(instanceId)
      const loaded = this.#studies.get(StudyInstanceUID)
      if (loaded) loaded.state.conflictingInstances += 1
      else {
        this.#sql('UPDATE study SET conflictingInstances = conflictingInstances + 1 WHERE StudyInstanceUID = ?').run(
          StudyInstanceUID,
        )
      }
    }
  }

  #saveStates(): void {
    for (const { state, words, modalities } of this.#studies.values()) {
      this.#sql(updateOf('study', 'studyKey', studyColumns(state))).run(state)
      this.#saveModalities(state, modalities)
      if (state.words === words) continue
      if (words !== '') this.#sql('DELETE FROM study_search WHERE rowid = ?').run(state.studyKey)
      this.#sql('INSERT INTO study_search (rowid, words) VALUES (?, ?)').run(state.studyKey, state.words)
    }
    for (const state of this.#series.values()) {
      this.#sql(updateOf('series', 'seriesKey', withoutKey(state, 'seriesKey'))).run(state)
    }
  }

  #saveModalities(state: StudyState, before: string): void {
    if (state.ModalitiesInStudy === before) return
    for (const Modality of state.ModalitiesInStudy.split('\\').filter(Boolean)) {
      this.#sql('INSERT OR IGNORE INTO study_modality (Modality, studyKey) VALUES (?, ?)').run(Modality, state.studyKey)
    }
  }
}

/** Whether a stored version is what `row` says: equal bytes in the same transfer syntax. */
export const isEqualVersion = (
  version: { sha256: string; TransferSyntaxUID: string },
  row: { sha256: string; TransferSyntaxUID: string },
): boolean => version.sha256 === row.sha256 && version.TransferSyntaxUID === row.TransferSyntaxUID

const change = (kind: StoredChange['kind'], row: ObjectRow, instanceKey: number): StoredChange => ({
  kind,
  StudyInstanceUID: row.StudyInstanceUID,
  SeriesInstanceUID: row.SeriesInstanceUID,
  SOPInstanceUID: row.SOPInstanceUID,
  instanceKey,
})
