/** Whether the archive answers: told after every exchange, whoever asked, and never forgotten while it is the same archive. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ArchiveError } from '../../../main/archive/archive-error.ts'
import { createReachability } from '../../../main/archive/reachability.ts'
import type { StudySearch } from '../../../main/archive/study-source.ts'
import type { ArchiveConfiguration } from '../../../main/contract/archive.ts'
import { type ScriptedArchive, startScriptedArchive } from '../../helpers/scripted-archive.ts'
import { configurationOf, shareCache, type TestArchive, testArchive } from './test-archive.ts'

const cache = shareCache()

let remote: ScriptedArchive
beforeEach(async () => {
  remote = await startScriptedArchive()
})
afterEach(() => remote.close())

const question: StudySearch = {
  PatientName: '',
  PatientID: '1',
  AccessionNumber: '',
  StudyDateFrom: '',
  StudyDateTo: '',
  ModalitiesInStudy: '',
  offset: 0,
  limit: 10,
}

/** What is told, and how often that was announced since the last look. */
async function told({ archive, changes }: TestArchive) {
  const { reachable, fault } = await archive.status()
  return { reachable, fault, announced: changes.splice(0).filter(({ kind }) => kind === 'statusChanged').length }
}

it('answers a search: that is told at once, and once', async () => {
  const test = await testArchive(await cache(), remote.url)
  expect(await told(test)).toMatchObject({ reachable: 'unknown', fault: null })
  await test.archive.search(question)
  expect(await told(test)).toEqual({ reachable: 'yes', fault: null, announced: 1 })
  await test.archive.search(question)
  expect(await told(test)).toEqual({ reachable: 'yes', fault: null, announced: 0 })
})

it('does not answer a search: that is told, but is no problem that lasts where nothing waits', async () => {
  const test = await testArchive(await cache(), remote.url)
  await test.archive.search(question)
  await told(test)
  remote.otherwise = () => ({ status: 401 })
  await test.archive.search(question)
  expect(await told(test)).toEqual({ reachable: 'no', fault: 'unauthorised', announced: 1 })
  expect((await test.archive.problems()).unreachable).toBeNull()
  remote.otherwise = () => 'ok'
  await test.archive.search(question)
  expect(await told(test)).toEqual({ reachable: 'yes', fault: null, announced: 1 })
})

it('answered, though with something else than what was asked for', async () => {
  const test = await testArchive(await cache(), remote.url)
  remote.otherwise = () => ({ status: 400 })
  expect(await test.archive.search(question)).toMatchObject({ fault: 'refused' })
  expect(await told(test)).toMatchObject({ reachable: 'yes', fault: null })
})

it('stays known when a person wants everything tried again and nothing is left to try', async () => {
  const test = await testArchive(await cache(), remote.url)
  await test.archive.search(question)
  await test.archive.retry(null)
  expect(await told(test)).toMatchObject({ reachable: 'yes' })
})

it('is known of what was just tried and then set up, and of nothing else', async () => {
  const test = await testArchive(await cache(), null)
  const tried: ArchiveConfiguration = {
    ...configurationOf(remote.url),
    authentication: { kind: 'basic', user: 'poste', password: 'right' },
  }
  await test.archive.test(tried)
  await test.archive.configure({ ...tried, name: 'ANOTHER NAME' })
  expect(await told(test)).toMatchObject({ reachable: 'yes' })
  await test.archive.configure({ ...tried, authentication: { kind: 'basic', user: 'poste', password: 'other' } })
  expect(await told(test)).toMatchObject({ reachable: 'unknown' })
})

const HOUR = 3_600_000

it('waits no longer than it meant to when the clock is set back', () => {
  let time = Date.parse('2026-03-04T05:06:07Z')
  const nothing = () => undefined
  const backoff = { first: 1_000, most: HOUR }
  const reachability = createReachability({ backoff, now: () => new Date(time), onChange: nothing, onBack: nothing })
  const left = () => reachability.closedUntil - time
  reachability.failed(new ArchiveError('too-busy', 'HTTP 503', { retryAfter: HOUR }))
  expect(left()).toBe(HOUR)
  time += HOUR / 4
  expect(left()).toBe((HOUR * 3) / 4)
  time -= 24 * 365 * HOUR
  expect(left()).toBe(HOUR)
  time += HOUR
  expect(left()).toBe(0)
  // Set back again: it may be tried, and what fails then is another failure.
  reachability.failed(new ArchiveError('too-busy', 'HTTP 503', { retryAfter: HOUR }))
  expect([reachability.failures, left()]).toEqual([2, HOUR])
})
