/** Records that cannot be read are set aside, the last copy takes their place, and what happened is told. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { isCopyDue } from '../../../../main/cache/records/keep-copies.ts'
import { openStores } from '../../../../main/cache/records/record-stores.ts'
import { openRecordsFile, recordsKey } from '../../../../main/cache/records/records-file.ts'
import { storeCalls } from '../../../../main/cache/records/store-calls.ts'
import { STATION_KEY } from '../test-cache.ts'
import { change, newReport, recordsFile, testRecords, textOf } from './test-records.ts'

/** Records with one report; what was typed before and after the copy was made. */
const written = async () => {
  const records = await testRecords()
  const { reportId } = await records.reports.create(newReport())
  await records.reports.append({ reportId, after: 0, changes: [change('avant', 0)], at: '2026' })
  return { records, reportId, dataFolder: records.dataFolder }
}

/** Turns one bit in the middle of every page but the first. */
const damage = (path: string): void => {
  const bytes = readFileSync(path)
  for (let at = 4096 + 2000; at < bytes.length; at += 4096) bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
}
const setAside = (dataFolder: string, reason: string): string[] =>
  readdirSync(dataFolder).filter((name) => name.startsWith(`records-${reason}-`) && name.endsWith('.sqlite'))

it('opens new records, and finds them again', async () => {
  const { records, reportId, dataFolder } = await written()
  expect(records.recovery).toEqual({ kind: 'new' })
  await records.close()
  const again = await testRecords(dataFolder)
  expect(again.recovery).toEqual({ kind: 'opened' })
  expect(textOf((await again.reports.get(reportId))?.content)).toBe('avant')
  expect(statSync(recordsFile(dataFolder)).mode & 0o777).toBe(0o600)
})

it('syncs every commit: nothing else holds what is in here', async () => {
  const { records, dataFolder } = await written()
  await records.close()
  const { database } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  expect(database.pragma('synchronous', { simple: true })).toBe(2)
  database.close()
})

it('sets damaged records aside and restores the last copy, telling of when it is', async () => {
  const { records, reportId, dataFolder } = await written()
  await records.copy()
  await records.reports.append({ reportId, after: 1, changes: [change('après')], at: '2026' })
  await records.close()
  const copy = join(dataFolder, 'records-copy.sqlite')
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  const damaged = readFileSync(recordsFile(dataFolder))
  damage(recordsFile(dataFolder))

  const restored = await testRecords(dataFolder)
  expect(restored.recovery).toEqual({
    kind: 'set-aside',
    reason: 'damaged',
    restoredFrom: statSync(copy).mtime.toISOString(),
  })
  expect(textOf((await restored.reports.get(reportId))?.content)).toBe('avant')
  const [aside = ''] = setAside(dataFolder, 'damaged')
  expect(readFileSync(join(dataFolder, aside)).length).toBe(damaged.length)
})

it('begins anew without a copy, or when the copy is damaged too, and removes neither', async () => {
  const { records, reportId, dataFolder } = await written()
  await records.copy()
  await records.close()
  damage(recordsFile(dataFolder))
  damage(join(dataFolder, 'records-copy.sqlite'))
  const begun = await testRecords(dataFolder)
  expect(begun.recovery).toEqual({ kind: 'set-aside', reason: 'damaged', restoredFrom: null })
  expect(await begun.reports.get(reportId)).toBeNull()
  expect(setAside(dataFolder, 'damaged').length).toBe(1)
  expect(setAside(dataFolder, 'copy-damaged').length).toBe(1)
})

it('keeps what was written last, and tells, also when it is killed while damaged records are set aside', async () => {
  const { records, dataFolder } = await written()
  const path = recordsFile(dataFolder)
  const log = readFileSync(`${path}-wal`)
  expect(log.length).toBeGreaterThan(0)
  await records.close()
  // Killed between the two renamings.
  renameSync(path, path.replace('.sqlite', '-damaged-1.sqlite'))
  writeFileSync(`${path}-wal`, log)
  const { database, recovery } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  database.close()
  expect(recovery).toEqual({ kind: 'set-aside', reason: 'missing', restoredFrom: null })
  const kept = readdirSync(dataFolder).filter((name) => /^records-missing-\d+\.sqlite-wal$/.test(name))
  expect(kept.map((name) => readFileSync(join(dataFolder, name)).equals(log))).toEqual([true])
})

it('sets records of a later program aside', async () => {
  const { records, dataFolder } = await written()
  await records.close()
  const database = openForWriting(recordsFile(dataFolder), recordsKey(STATION_KEY))
  database.pragma('user_version = 99')
  database.close()
  const { recovery, database: fresh } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  fresh.close()
  expect(recovery).toEqual({ kind: 'set-aside', reason: 'later-version', restoredFrom: null })
  expect(setAside(dataFolder, 'later-version').length).toBe(1)
})

it('restores the copy when the records are gone', async () => {
  const { records, reportId, dataFolder } = await written()
  await records.copy()
  await records.close()
  rmSync(recordsFile(dataFolder))
  const restored = await testRecords(dataFolder)
  expect(restored.recovery).toMatchObject({ kind: 'set-aside', reason: 'missing' })
  expect(textOf((await restored.reports.get(reportId))?.content)).toBe('avant')
})

it('reads what an end by force left in the WAL', async () => {
  const { records, dataFolder } = await written()
  const whole = readFileSync(recordsFile(dataFolder))
  const log = readFileSync(`${recordsFile(dataFolder)}-wal`)
  await records.close()
  // As after a kill: the WAL is still there.
  writeFileSync(recordsFile(dataFolder), whole)
  writeFileSync(`${recordsFile(dataFolder)}-wal`, log)
  const again = await testRecords(dataFolder)
  expect(again.recovery).toEqual({ kind: 'opened' })
  expect((await again.reports.list('1.2')).map(({ seq }) => seq)).toEqual([1])
})

it('copies them when it starts and an hour has passed in which they changed', async () => {
  const { records, reportId, dataFolder } = await written()
  await records.close()
  const folder = dataFolderAt(dataFolder)
  expect(isCopyDue(folder, Date.now())).toBe(true)
  const again = await testRecords(dataFolder)
  await expect.poll(() => isCopyDue(folder, Date.now())).toBe(false)
  const hourLater = Date.now() + 3_600_000
  expect(isCopyDue(folder, hourLater)).toBe(false)
  await again.reports.append({ reportId, after: 1, changes: [change('après')], at: '2026' })
  utimesSync(folder.recordsCopy, new Date(), new Date(Date.now() - 1_000))
  expect([isCopyDue(folder, Date.now()), isCopyDue(folder, hourLater)]).toEqual([false, true])
  // A clock that was set back: nobody knows how old the copy is.
  const yearLater = new Date(Date.now() + 365 * 24 * 3_600_000)
  utimesSync(folder.recordsCopy, yearLater, yearLater)
  expect(isCopyDue(folder, Date.now())).toBe(true)
})

it('keeps no word in the clear', async () => {
  const { records, dataFolder } = await written()
  await records.copy()
  for (const name of readdirSync(dataFolder)) {
    const bytes = readFileSync(join(dataFolder, name))
    expect([name, bytes.includes('avant'), bytes.includes('BŒUF')]).toEqual([name, false, false])
  }
})

it('tells when a call finds damage, so that the station can start again', async () => {
  const { records, reportId, dataFolder } = await written()
  await records.close()
  const { database } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  let told = 0
  const calls = storeCalls(openStores(database), () => {
    told += 1
  })
  expect(calls['reports.get']?.(reportId)).toMatchObject({ reportId })
  // Nothing that was read before is remembered.
  database.pragma('shrink_memory')
  damage(recordsFile(dataFolder))
  expect(() => calls['reports.get']?.(reportId)).toThrow(expect.objectContaining({ code: 'SQLITE_CORRUPT' }))
  expect(told).toBe(1)
  database.close()
})
