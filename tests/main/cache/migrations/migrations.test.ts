/** Each migration: what an index of the version before holds is still there after it, and what is new works. */
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DamageNotes } from '../../../../main/cache/index-database/damage-notes.ts'
import { NotesWriter } from '../../../../main/cache/index-database/notes-writer.ts'
import { openIndexForReading, openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { migrations } from '../../../../main/cache/migrations/index.ts'
import { indexVersion, migrate } from '../../../../main/cache/migrations/migration.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY } from '../test-cache.ts'

const indexAt = (version: number): Database => {
  const database = openIndexForWriting(join(temporaryFolder(), 'index.sqlite'), STATION_KEY)
  onTestFinished(() => void database.close())
  migrate(
    database,
    migrations.filter((migration) => migration.version <= version),
  )
  return database
}

const STUDY = {
  StudyInstanceUID: '1.2',
  firstReceivedAt: '2026-01-01',
  lastReceivedAt: '2026-01-01',
  origin: 'received',
  sender: '',
  attributes: '{}',
}

const insertStudy = (database: Database): void => {
  const columns = (database.pragma('table_info(study)') as { name: string; notnull: number; dflt_value: unknown }[])
    .filter(({ name, notnull, dflt_value }) => name in STUDY || (notnull === 1 && dflt_value === null))
    .map(({ name }) => name)
  const values = columns.map((name) => STUDY[name as keyof typeof STUDY] ?? '')
  database.prepare(`INSERT INTO study (${columns.join()}) VALUES (${columns.map(() => '?').join()})`).run(...values)
}

const tablesOf = (database: Database): string[] =>
  database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'study_search%' ORDER BY name`)
    .pluck()
    .all() as string[]

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })

  it('0001 makes the tables of objects', () => {
    const database = indexAt(1)
    insertStudy(database)
    expect(tablesOf(database)).toEqual([
      'instance',
      'pack',
      'series',
      'study',
      'study_modality',
      'tombstone',
      'total',
      'version',
    ])
    expect(database.prepare('SELECT StudyInstanceUID FROM study').pluck().all()).toEqual(['1.2'])
    expect(database.prepare('SELECT * FROM total').get()).toMatchObject({ studies: 0, nextInstanceKey: 1 })
  })

  it('0002 adds settings and documents and leaves studies alone', () => {
    const database = indexAt(1)
    insertStudy(database)
    migrate(database, migrations.slice(0, 2))
    database.prepare('INSERT INTO setting VALUES (?, ?)').run('aeTitle', '"A"')
    database.prepare('INSERT INTO document VALUES (?, ?)').run('window', '{}')
    expect(database.prepare('SELECT count(*) FROM study').pluck().get()).toBe(1)
    expect(indexVersion(database)).toBe(2)
  })

  it('0003 adds proofs of archives and leaves settings alone', () => {
    const database = indexAt(2)
    database.prepare('INSERT INTO setting VALUES (?, ?)').run('aeTitle', '"A"')
    migrate(database, migrations.slice(0, 3))
    const add = database.prepare('INSERT INTO archive_proof (instanceKey, archive, proof) VALUES (?, ?, ?)')
    expect(() => add.run(1, 'ARCHIVE', 'hearsay')).toThrow(/CHECK/)
    expect(() => add.run(1, 'ARCHIVE', 'read-back')).toThrow(/FOREIGN KEY/)
    expect(database.prepare('SELECT value FROM setting').pluck().all()).toEqual(['"A"'])
  })

  it('0004 adds damaged objects, where revisions begin, and leaves totals alone', () => {
    const database = indexAt(3)
    database.prepare('UPDATE total SET studies = 3, nextInstanceKey = 9').run()
    migrate(database, migrations.slice(0, 4))
    expect(database.prepare('SELECT * FROM total').get()).toMatchObject({
      studies: 3,
      nextInstanceKey: 9,
      firstRevision: 0,
    })
    const add = database.prepare('INSERT INTO damaged_object VALUES (?, ?)')
    expect(() => add.run(1, '2026')).toThrow(/FOREIGN KEY/)
  })

  it('0005 adds choices of versions and leaves damaged objects alone', () => {
    const database = indexAt(4)
    database.prepare('UPDATE total SET studies = 3').run()
    migrate(database, migrations.slice(0, 5))
    expect(database.prepare('SELECT studies FROM total').pluck().get()).toBe(3)
    const add = database.prepare('INSERT INTO version_choice VALUES (?, ?, ?, ?, ?, ?)')
    expect(() => add.run(1, 1, 2, 1, '2026', '')).toThrow(/FOREIGN KEY/)
  })

  it('0006 names what is proven by its content', () => {
    const database = indexAt(5)
    insertStudy(database)
    database.exec(`
      INSERT INTO series (seriesKey, studyKey, SeriesInstanceUID, Modality, SeriesDescription, BodyPartExamined,
        ProtocolName, SeriesDate, SeriesTime, FrameOfReferenceUID, attributes) VALUES (1, 1, '1.2.1', '', '', '', '', '', '', '', '{}');
      INSERT INTO instance (instanceId, seriesKey, SOPInstanceUID, SOPClassUID, currentKey) VALUES (3, 1, '1.2.1.1', '1', 7);
      INSERT INTO pack VALUES (1, 'p', 'k', '1.2', 9);
      INSERT INTO version VALUES (7, 3, 'digest', 'ts', 1, 1, 0, 9, 0, 0, 'received', '', '', '2026', 1, NULL, 1, NULL, '{}', '{}');
      INSERT INTO archive_proof VALUES (7, 'ARCHIVE', NULL, '2026', 'read-back');`)
    migrate(database, migrations.slice(0, 6))
    const proof = { SOPInstanceUID: '1.2.1.1', sha256: 'digest', archive: 'ARCHIVE', sentAt: null }
    expect(database.prepare('SELECT * FROM archive_proof').all()).toEqual([
      { ...proof, archivedAt: '2026', proof: 'read-back' },
    ])
    expect(database.pragma('foreign_key_check')).toEqual([])
  })

  it('0007 gives what a person set away to the records, and lacks what these know', () => {
    const database = indexAt(6)
    database.prepare('UPDATE total SET studies = 3').run()
    migrate(database, migrations.slice(0, 7))
    for (const table of ['setting', 'document', 'version_choice']) expect(tablesOf(database)).not.toContain(table)
    expect(database.prepare('SELECT studies, isLacking FROM total').get()).toEqual({ studies: 3, isLacking: 1 })
    expect(database.pragma('foreign_key_check')).toEqual([])
  })

  it('0008 has no report of any study until the records say so, and knows it of one that comes later', () => {
    const database = indexAt(7)
    insertStudy(database)
    migrate(database, migrations.slice(0, 8))
    const reports = () => database.prepare('SELECT StudyInstanceUID, report FROM study ORDER BY studyKey').raw().all()
    expect(reports()).toEqual([['1.2', 'none']])
    database.exec("DELETE FROM study; INSERT INTO study_report VALUES ('1.2', 'final')")
    insertStudy(database)
    expect(reports()).toEqual([['1.2', 'final']])
  })

  it('0009 adds what is damaged and no object tells of, and leaves packs alone', () => {
    const database = indexAt(8)
    database.prepare("INSERT INTO pack (packId, keyId, StudyInstanceUID, indexedEnd) VALUES ('p', 'k', '1.2', 9)").run()
    migrate(database, migrations.slice(0, 9))
    const damage = new DamageNotes(database)
    damage.note({ packId: 'p', keyId: 'k' }, { start: 0, end: 9 }, [{ offset: 3, length: 2 }])
    damage.miss(['m'])
    expect(damage.places()).toEqual([
      { packId: 'p', keyId: 'k', beginsAt: 3, length: 2, isGone: false, isDismissed: false },
    ])
    expect(damage.stillMissed(['m', 'other'])).toEqual(['m'])
    expect(database.prepare('SELECT packId FROM pack').pluck().all()).toEqual(['p'])
  })

  it('do nothing the second time, and refuse an index that a later program made', () => {
    const database = indexAt(migrations.length)
    insertStudy(database)
    migrate(database, migrations)
    expect(database.prepare('SELECT count(*) FROM study').pluck().get()).toBe(1)
    database.pragma('user_version = 99')
    expect(() => migrate(database, migrations)).toThrow('newer')
  })

  it('leave nothing half done when one fails', () => {
    const database = indexAt(1)
    const broken = { version: 2, name: 'broken', up: 'CREATE TABLE half (a); CREATE TABLE study (b);' }
    expect(() => migrate(database, [...migrations.slice(0, 1), broken])).toThrow()
    expect(tablesOf(database)).not.toContain('half')
    expect(indexVersion(database)).toBe(1)
  })
})

describe('the index', () => {
  it('opens under its own key only, leaves the syncing of objects to their packs, and keeps nothing temporary on the disk', () => {
    const path = join(temporaryFolder(), 'index.sqlite')
    const database = openIndexForWriting(path, STATION_KEY)
    onTestFinished(() => void database.close())
    migrate(database, migrations)
    const pragma = (name: string) => database.pragma(name, { simple: true })
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('temp_store')]).toEqual(['wal', 1, 2])
    expect(() => openIndexForReading(path, Buffer.alloc(32, 8))).toThrowError(
      expect.objectContaining({ code: 'SQLITE_NOTADB' }),
    )
    const reader = openIndexForReading(path, STATION_KEY)
    expect(() => reader.exec('DELETE FROM study')).toThrow(/readonly/)
    reader.close()
  })

  it('syncs each commit of what no pack could bring back', () => {
    const database = openIndexForWriting(join(temporaryFolder(), 'index.sqlite'), STATION_KEY)
    onTestFinished(() => void database.close())
    migrate(database, migrations)
    const levels: string[] = []
    const watched = new Proxy(database, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        return (...values: unknown[]) => {
          if (name === 'pragma') levels.push(String(values[0]))
          return value.apply(target, values)
        }
      },
    })
    const notes = new NotesWriter(watched)
    for (const save of [
      () => notes.bringBack({ proofs: [], studies: [], isAll: true }),
      () => notes.markOpened('1.2.3', '2026-01-01T00:00:00.000Z'),
    ]) {
      levels.length = 0
      save()
      expect(levels).toEqual(['synchronous = FULL', 'synchronous = NORMAL'])
    }
  })
})
