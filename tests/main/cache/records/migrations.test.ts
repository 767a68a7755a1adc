/** Each migration of the records: what was there before it is still there after it, and what is new works. */
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { expect, it, onTestFinished } from 'vitest'
import { openForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { indexVersion, migrate } from '../../../../main/cache/migrations/migration.ts'
import { recordMigrations } from '../../../../main/cache/records/migrations/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const recordsAt = (version: number): Database => {
  const database = openForWriting(join(temporaryFolder(), 'records.sqlite'), Buffer.alloc(32, 5))
  onTestFinished(() => void database.close())
  migrate(database, recordMigrations.slice(0, version))
  return database
}

const insertReport = (database: Database): void => {
  database
    .prepare(
      `INSERT INTO report VALUES ('r', '1.2', 'report', NULL, 'draft', 't', '{}', 'fr', NULL, '{}', '2026', '2026', 0)`,
    )
    .run()
}

it('are numbered without gaps', () => {
  expect(recordMigrations.map(({ version }) => version)).toEqual(recordMigrations.map((_, index) => index + 1))
})

it('0001 makes the tables of reports, measurements and the reader', () => {
  const database = recordsAt(0)
  expect(indexVersion(database)).toBe(0)
  migrate(database, recordMigrations.slice(0, 1))
  insertReport(database)
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all()
  expect(tables).toEqual([
    'measurement',
    'measurement_revision',
    'reader',
    'report',
    'report_document',
    'report_event',
    'report_issue',
    'report_snapshot',
  ])
  expect(database.prepare('SELECT * FROM reader').all()).toEqual([{ id: 1, profile: null, pin: null }])
  const issue = database.prepare(`INSERT INTO report_issue VALUES ('r', ?, ?, ?, '2026', '{}', NULL)`)
  issue.run(1, 'final', 3)
  expect(() => issue.run(2, 'final', 4)).toThrow(/UNIQUE/)
  expect(() => issue.run(2, 'hearsay', 4)).toThrow(/CHECK/)
})

it('0002 adds the outbox, which counts itself, and leaves reports alone', () => {
  const database = recordsAt(1)
  insertReport(database)
  migrate(database, recordMigrations.slice(0, 2))
  const counts = () =>
    Object.fromEntries(database.prepare('SELECT state, count FROM outbox_count WHERE count > 0').raw().all() as [])
  const add = database.prepare(`
    INSERT INTO outbox (archive, SOPInstanceUID, sha256, instanceKey, StudyInstanceUID, SOPClassUID, bytes, isDocument, state, queuedAt)
    VALUES ('', ?, 'x', 1, '1.2', '1', 10, 0, ?, '2026')`)
  add.run('1.2.3', 'waiting')
  add.run('1.2.4', 'waiting')
  expect(() => add.run('1.2.3', 'waiting')).toThrow(/UNIQUE/)
  expect(() => add.run('1.2.5', 'lost')).toThrow(/CHECK/)
  expect(counts()).toEqual({ waiting: 2 })
  database.prepare(`UPDATE outbox SET state = 'archived' WHERE SOPInstanceUID = '1.2.3'`).run()
  expect(counts()).toEqual({ waiting: 1, archived: 1 })
  database.prepare('DELETE FROM outbox').run()
  expect(counts()).toEqual({})
  expect(database.prepare('SELECT * FROM archive').all()).toEqual([{ id: 1, archive: '', configuration: null }])
  expect(database.prepare('SELECT count(*) FROM report').pluck().get()).toBe(1)
})

it('0003 adds pins and leaves reports alone', () => {
  const database = recordsAt(2)
  insertReport(database)
  migrate(database, recordMigrations.slice(0, 3))
  const pin = database.prepare('INSERT INTO pin VALUES (?, ?)')
  pin.run('1.2', '2026')
  expect(() => pin.run('1.2', '2027')).toThrow(/UNIQUE/)
  expect(database.prepare('SELECT count(*) FROM report').pluck().get()).toBe(1)
})

it('0004 adds the audit log, to which entries are only ever added, and leaves reports alone', () => {
  const database = recordsAt(3)
  insertReport(database)
  migrate(database, recordMigrations.slice(0, 4))
  const add = database.prepare('INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?)')
  add.run(1, '{"kind":"opened","EventDateTime":"2026","ActiveParticipant":[{"UserID":"x"}]}', Buffer.alloc(32))
  expect(() => add.run(2, '{}', Buffer.alloc(31))).toThrow(/CHECK/)
  expect(database.prepare('SELECT kind, at, person FROM audit').all()).toEqual([
    { kind: 'opened', at: '2026', person: 'x' },
  ])
  expect(() => database.exec('DELETE FROM audit')).toThrow(/append-only/)
  expect(database.prepare('SELECT count(*) FROM report').pluck().get()).toBe(1)
})

it('0005 adds smart lists and leaves reports alone', () => {
  const database = recordsAt(4)
  insertReport(database)
  migrate(database, recordMigrations.slice(0, 5))
  const add = database.prepare('INSERT INTO smart_list (listId, position, name, question) VALUES (?, ?, ?, ?)')
  add.run('a', 0, 'CT', '{}')
  expect(() => add.run('a', 1, 'MR', '{}')).toThrow(/UNIQUE/)
  expect(database.prepare('SELECT count(*) FROM report').pluck().get()).toBe(1)
})

it('0006 names what is in the outbox by its content alone, and keeps it', () => {
  const database = recordsAt(5)
  database.exec(`
    INSERT INTO outbox (archive, SOPInstanceUID, sha256, instanceKey, StudyInstanceUID, SOPClassUID, bytes, isDocument, state, queuedAt)
    VALUES ('a', '1.2.3', 'x', 1, '1.2', '1', 10, 0, 'waiting', '2026')`)
  migrate(database, recordMigrations.slice(0, 6))
  expect(database.prepare('SELECT * FROM outbox').get()).toMatchObject({
    SOPInstanceUID: '1.2.3',
    sha256: 'x',
    bytes: 10,
  })
  expect(database.prepare('SELECT state, count FROM outbox_count WHERE count > 0').all()).toEqual([
    { state: 'waiting', count: 1 },
  ])
  expect(() => database.prepare('SELECT instanceKey FROM outbox')).toThrow(/no such column/)
})

it('0008 adds what was kept in the index before, and leaves reports alone', () => {
  const database = recordsAt(7)
  insertReport(database)
  migrate(database, recordMigrations.slice(0, 8))
  const choose = database.prepare(`
    INSERT INTO version_choice (StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID, insteadOf, chosenAt, chosenBy)
    VALUES ('1.2', '1.2.1', '1.2.1.1', ?, 'ts', 'y', '2026', '')`)
  choose.run('x')
  expect(() => choose.run('x')).toThrow(/UNIQUE/)
  for (const table of ['setting', 'document', 'study_note']) {
    expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0)
  }
  expect(database.prepare('SELECT count(*) FROM report').pluck().get()).toBe(1)
})

it('0009 adds the proofs that were withdrawn, and leaves the outbox alone', () => {
  const database = recordsAt(8)
  database
    .prepare(`
      INSERT INTO outbox (archive, SOPInstanceUID, sha256, StudyInstanceUID, SOPClassUID, bytes, isDocument, state, queuedAt)
      VALUES ('a', '1.2.3', 'x', '1.2', '1', 10, 0, 'archived', '2026')`)
    .run()
  migrate(database, recordMigrations.slice(0, 9))
  const withdraw = database.prepare(`
    INSERT INTO withdrawn_proof (archive, SOPInstanceUID, sha256, StudyInstanceUID, withdrawnAt)
    VALUES ('a', '1.2.3', 'x', '1.2', '2026')`)
  withdraw.run()
  expect(() => withdraw.run()).toThrow(/UNIQUE/)
  expect(database.prepare('SELECT state FROM outbox').pluck().all()).toEqual(['archived'])
})

it('do nothing the second time', () => {
  const database = recordsAt(recordMigrations.length)
  insertReport(database)
  migrate(database, recordMigrations)
  expect(database.prepare('SELECT count(*) FROM report').pluck().get()).toBe(1)
})

it('0007 adds the commitments that are asked for, and leaves the outbox alone', () => {
  const database = recordsAt(6)
  database
    .prepare(`
      INSERT INTO outbox (archive, SOPInstanceUID, sha256, StudyInstanceUID, SOPClassUID, bytes, isDocument, state, queuedAt)
      VALUES ('a', '1.2.3', 'x', '1.2', '1', 10, 0, 'sent', '2026')`)
    .run()
  migrate(database, recordMigrations.slice(0, 7))
  const ask = database.prepare(`INSERT INTO commitment VALUES (?, 'a', 'PACS', '2026')`)
  ask.run('2.25.1')
  expect(() => ask.run('2.25.1')).toThrow(/UNIQUE/)
  expect(database.prepare('SELECT SOPInstanceUID, state FROM outbox').all()).toEqual([
    { SOPInstanceUID: '1.2.3', state: 'sent' },
  ])
})
