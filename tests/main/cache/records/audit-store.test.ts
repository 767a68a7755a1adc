/** The audit log: a chain in which every change is found, whose end is remembered elsewhere, and that goes on over restarts. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { type AuditHead, auditHeadAt } from '../../../../main/cache/records/audit-head.ts'
import { AuditStore, type EntryFilter } from '../../../../main/cache/records/audit-store.ts'
import { readAudit } from '../../../../main/cache/records/read-audit.ts'
import { openRecordsFile } from '../../../../main/cache/records/records-file.ts'
import { verifyAudit } from '../../../../main/cache/records/verify-audit.ts'
import type { AuditEvent, AuditVerdict } from '../../../../main/contract/audit.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY } from '../test-cache.ts'
import { testRecords } from './test-records.ts'

const event = (number: number, change: Partial<AuditEvent> = {}): AuditEvent => ({
  kind: 'opened',
  EventID: '110103',
  EventActionCode: 'R',
  EventDateTime: new Date(Date.UTC(2026, 0, 1 + number)).toISOString(),
  EventOutcomeIndicator: 0,
  ActiveParticipant: [{ UserID: number % 2 === 0 ? 'even' : 'odd', UserName: 'Zoé', UserIsRequestor: true }],
  ParticipantObject: [
    { ParticipantObjectID: 'DUPONT-7', ParticipantObjectIDTypeCode: '2', ParticipantObjectName: 'LECHATELIER^Zoé' },
  ],
  detail: { number },
  ...change,
})
const events = (count: number, from = 0): AuditEvent[] =>
  Array.from({ length: count }, (_, index) => event(from + index))
const everything: EntryFilter = { kind: null, from: null, to: null, person: null, before: null, limit: 50 }

/** The log of a new data folder, or of `dataFolder`. */
const openAudit = (dataFolder = temporaryFolder()) => {
  const folder = dataFolderAt(dataFolder)
  const { database } = openRecordsFile(folder, STATION_KEY)
  onTestFinished(() => void database.close())
  return { dataFolder, database, store: new AuditStore(database, auditHeadAt(folder.auditHead, STATION_KEY)) }
}

/** What somebody could do who holds the database. */
const tamper = (database: Database, sql: string): void => {
  database.exec('DROP TRIGGER IF EXISTS audit_never_changed; DROP TRIGGER IF EXISTS audit_never_deleted')
  database.exec(sql)
}

const faultAfter = async (sql: string): Promise<AuditVerdict['fault']> => {
  const { database, store } = openAudit()
  store.append(events(6))
  tamper(database, sql)
  return (await verifyAudit(store, 2)).fault
}

it('is intact as it was written, whatever the length of the parts that are read', async () => {
  const { store } = openAudit()
  expect(await verifyAudit(store)).toEqual({ entries: 0, fault: null, breaks: [] })
  expect(store.append(events(3))).toEqual({ seq: 3, isHeadKept: true })
  expect(store.append(events(2, 3))).toEqual({ seq: 5, isHeadKept: true })
  for (const step of [1, 2, 5, 100])
    expect(await verifyAudit(store, step)).toEqual({ entries: 5, fault: null, breaks: [] })
})

it('refuses to change or delete an entry', () => {
  const { database, store } = openAudit()
  store.append(events(2))
  expect(() => database.exec(`UPDATE audit SET entry = '{}'`)).toThrow(/append-only/)
  expect(() => database.exec('DELETE FROM audit')).toThrow(/append-only/)
})

it('finds any byte of any entry or hash that was changed', async () => {
  const { database, store } = openAudit()
  store.append(events(4))
  tamper(database, 'SELECT 1')
  const rows = database.prepare('SELECT seq, CAST(entry AS BLOB) AS entry, hash FROM audit').all() as {
    seq: number
    entry: Buffer
    hash: Buffer
  }[]
  const length = rows[0]?.entry.length ?? 0
  // The table's own columns read the entry and take nothing but JSON: a table like it does not.
  database.exec('CREATE TABLE other AS SELECT seq, entry, hash FROM audit; DROP TABLE audit')
  database.exec('ALTER TABLE other RENAME TO audit')
  const change = database.prepare('UPDATE audit SET entry = CAST(? AS TEXT), hash = ? WHERE seq = ?')
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: length + 31 }),
      fc.integer({ min: 1, max: 127 }),
      async (seq, at, bits) => {
        const row = rows[seq - 1]
        if (!row) throw new Error('no such row')
        const bytes = Buffer.concat([row.entry.subarray(0, length), row.hash])
        bytes[at] = (bytes[at] ?? 0) ^ bits
        change.run(bytes.subarray(0, length), bytes.subarray(length), seq)
        const { fault } = await verifyAudit(store)
        change.run(row.entry, row.hash, seq)
        expect(fault).toEqual({ reason: 'altered', seq })
      },
    ),
    { numRuns: 200 },
  )
  expect((await verifyAudit(store)).fault).toBeNull()
})

it.each([
  ['an entry in the middle is gone', 'DELETE FROM audit WHERE seq = 3', 'missing', 3],
  ['the first is gone', 'DELETE FROM audit WHERE seq = 1', 'missing', 1],
  ['the last is gone', 'DELETE FROM audit WHERE seq = 6', 'cut', 6],
  ['all are gone', 'DELETE FROM audit', 'cut', 1],
  [
    'one was taken out and the others moved up',
    'DELETE FROM audit WHERE seq = 3; UPDATE audit SET seq = seq - 1 WHERE seq > 3',
    'altered',
    3,
  ],
  [
    'two changed places',
    'UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 100',
    'altered',
    2,
  ],
  [
    'one was put before the first',
    'INSERT INTO audit (seq, entry, hash) SELECT 0, entry, hash FROM audit WHERE seq = 1',
    'altered',
    1,
  ],
  [
    'one was put behind the last',
    'INSERT INTO audit (seq, entry, hash) SELECT 7, entry, hash FROM audit WHERE seq = 1',
    'altered',
    7,
  ],
])('finds that %s', async (_, sql, reason, seq) => {
  expect(await faultAfter(sql)).toEqual({ reason, seq })
})

it('finds a log that was written anew as a chain of its own', async () => {
  const { dataFolder, database, store } = openAudit()
  store.append(events(4))
  const other = openAudit()
  other.store.append(events(5, 10))
  const rows = other.database.prepare('SELECT seq, entry, hash FROM audit').raw().all()
  tamper(database, 'DELETE FROM audit')
  const insert = database.prepare('INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?)')
  for (const row of rows) insert.run(...(row as unknown[]))
  expect((await verifyAudit(store)).fault).toEqual({ reason: 'rewritten', seq: 4 })
  writeFileSync(join(dataFolder, 'audit-head'), readFileSync(join(other.dataFolder, 'audit-head')))
  // The limit of what a head beside the log proves: both put in their place together.
  expect((await verifyAudit(store)).fault).toBeNull()
})

it('says when its head is gone, is not its own, or cannot be read', async () => {
  const { dataFolder, store } = openAudit()
  store.append(events(3))
  const path = join(dataFolder, 'audit-head')
  const head = readFileSync(path)
  rmSync(path)
  expect((await verifyAudit(store)).fault).toEqual({ reason: 'no-head', seq: 3 })
  for (let at = 0; at < head.length; at += 1) {
    const changed = Buffer.from(head)
    changed[at] = (changed[at] ?? 0) ^ 4
    writeFileSync(path, changed)
    expect(store.headFault()?.reason, `byte ${at}`).toBe('head-unreadable')
  }
  writeFileSync(path, head)
  expect(store.headFault()).toBeNull()
})

it('goes on with the chain after a restart, and behind a head that a crash left behind', async () => {
  const first = openAudit()
  first.store.append(events(3))
  const head = readFileSync(join(first.dataFolder, 'audit-head'))
  first.store.append(events(1, 3))
  first.database.close()
  writeFileSync(join(first.dataFolder, 'audit-head'), head)
  const again = openAudit(first.dataFolder)
  expect(again.store.headFault()).toBeNull()
  expect(again.store.append(events(2, 4)).seq).toBe(6)
  expect(await verifyAudit(again.store)).toEqual({ entries: 6, fault: null, breaks: [] })
})

it('keeps its entries when the head cannot be written, says so, and makes up for it', () => {
  const { database } = openAudit()
  let isFull = true
  const written: number[] = []
  const head: AuditHead = {
    read: () => ({ kind: 'none' }),
    write: ({ seq }) => {
      if (isFull) throw new Error('ENOSPC')
      written.push(seq)
    },
  }
  const store = new AuditStore(database, head)
  expect(store.append(events(2))).toEqual({ seq: 2, isHeadKept: false })
  isFull = false
  expect(store.append(events(1, 2))).toEqual({ seq: 3, isHeadKept: true })
  expect(written).toEqual([3])
})

it('finds entries by kind, day and person, newest first and page by page', () => {
  const { store } = openAudit()
  store.append([...events(5), event(5, { kind: 'exported' })])
  const seqs = (filter: Partial<EntryFilter>) => store.entries({ ...everything, ...filter }).map(({ seq }) => seq)
  expect(seqs({})).toEqual([6, 5, 4, 3, 2, 1])
  expect(seqs({ kind: 'exported' })).toEqual([6])
  expect(seqs({ person: 'odd' })).toEqual([6, 4, 2])
  expect(seqs({ from: '2026-01-02T00:00:00.000Z', to: '2026-01-04T00:00:00.000Z' })).toEqual([3, 2])
  expect(seqs({ before: 4, person: 'even' })).toEqual([3, 1])
  // One more than asked for tells that there are more.
  expect(seqs({ limit: 2 })).toEqual([6, 5, 4])
  expect(store.entries(everything)[0]).toEqual({ ...event(5, { kind: 'exported' }), seq: 6 })
  expect(store.persons()).toEqual([
    { UserID: 'even', UserName: 'Zoé' },
    { UserID: 'odd', UserName: 'Zoé' },
  ])
})

it('tells what says of itself that the log was broken', async () => {
  const { store } = openAudit()
  store.append([...events(2), event(2, { kind: 'broken' })])
  expect(await verifyAudit(store, 2)).toEqual({ entries: 3, fault: null, breaks: [3] })
})

it('works in the thread of the records, is read beside it, and leaves no patient in any file', async () => {
  const records = await testRecords()
  await records.audit.append(events(3))
  expect(await verifyAudit(records.audit, 2)).toEqual({ entries: 3, fault: null, breaks: [] })
  const { dataFolder } = records
  const read = () =>
    readAudit(dataFolder, STATION_KEY, async (log) => [await verifyAudit(log), [...log.entries()].length])
  expect(await read()).toEqual([{ entries: 3, fault: null, breaks: [] }, 3])
  const files = readdirSync(dataFolder)
  expect(files).toContain('audit-head')
  for (const name of files) {
    const text = readFileSync(join(dataFolder, name), 'latin1')
    expect(text, name).not.toContain('LECHATELIER')
    expect(text, name).not.toContain('DUPONT-7')
  }
  await records.close()
  expect(await read()).toEqual([{ entries: 3, fault: null, breaks: [] }, 3])
})
