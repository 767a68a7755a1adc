/** The check of the cache: finds what changed on the disk, has it brought back, goes on after a restart, and keeps quiet while others read. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import type { OpenedCache } from '../../../../main/cache/open-cache.ts'
import { createScrub, type Scrub, type ScrubOptions } from '../../../../main/cache/scrub/scrub.ts'
import { ctImage, store } from '../data-sets.ts'
import { answeringStores } from '../records/test-records.ts'
import { packFiles, silent, testCache } from '../test-cache.ts'

const PATIENT = { timeout: 60_000 }
const ARCHIVE = 'archive'
const AT = '2026-02-03T10:00:00.000Z'

const scrubOf = (cache: OpenedCache, options: Partial<ScrubOptions> = {}, notes = answeringStores().notes) => {
  const asked: string[] = []
  const counts: number[] = []
  const scrub: Scrub = createScrub({
    cache,
    notes,
    log: silent,
    now: () => new Date(),
    isReceiving: () => false,
    archive: async () => ARCHIVE,
    retrieve: async (study) => void asked.push(study),
    onDamage: (count) => void counts.push(count),
    rate: 1e9,
    quiet: 0,
    startAfter: 0,
    ...options,
  })
  onTestFinished(() => scrub.stop())
  return { scrub, asked, counts }
}

const change = (path: string, at: number): void => {
  const before = readFileSync(path)[at] ?? 0
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, Uint8Array.of(before ^ 1), 0, 1, at)
  closeSync(descriptor)
}

const isRested = (scrub: Scrub) => async () => (await scrub.state()).lastRound?.checked

it('finds changed and missing objects, has those back that the archive holds, and no longer tells of what was mended', async () => {
  const { dataFolder, ...filled } = await testCache({ packLimitBytes: 3_000 })
  const objects = [1, 2, 3].map((instance) => ctImage({ instance, rows: 40 }))
  for (const object of objects) expect((await store(filled, object)).kind).toBe('stored')
  await filled.saveArchiveProofs([{ instanceKey: 2, archive: ARCHIVE, sentAt: AT, archivedAt: AT, proof: 'read-back' }])
  const paths = new Map<number, string>()
  for (const path of packFiles(dataFolder)) {
    for (const instance of [1, 2, 3]) {
      // The packs are found by what changing them damages.
      if (paths.has(instance)) continue
      change(path, 400)
      const found = await filled.verify(instance, async () => undefined)
      change(path, 400)
      if (found === 'object-damaged') paths.set(instance, path)
    }
  }
  await filled.close()
  change(paths.get(1) ?? '', 400)
  // The last byte of a pack belongs to the index row, which reading never sees.
  const second = paths.get(2) ?? ''
  change(second, readFileSync(second).length - 20)
  rmSync(paths.get(3) ?? '')
  const cache = await testCache({ dataFolder })
  const { scrub, asked, counts } = scrubOf(cache)
  await scrub.start()
  await expect.poll(isRested(scrub), PATIENT).toBe(3)
  const damaged = await cache.damagedObjects(ARCHIVE)
  expect(damaged.map(({ instanceKey, reason, isArchived }) => [instanceKey, reason, isArchived]).sort()).toEqual([
    [1, 'object-damaged', false],
    [2, 'object-damaged', true],
    [3, 'object-missing', false],
  ])
  await expect.poll(() => asked).toEqual(['1.2.826.0.1.77.1'])
  expect(counts.at(-1)).toBe(3)
  for (const object of objects) expect(await store(cache, object)).toMatchObject({ kind: 'stored' })
  await scrub.count()
  expect(counts.at(-1)).toBe(0)
  scrub.check()
  await expect.poll(async () => (await scrub.state()).damaged, PATIENT).toBe(0)
})

it('reads nothing while something is received or was just read, and goes on after a restart where it was', async () => {
  const cache = await testCache()
  for (const instance of [1, 2, 3, 4]) await store(cache, ctImage({ instance, rows: 40 }))
  let isReceiving = true
  const { notes } = answeringStores()
  const first = scrubOf(cache, { isReceiving: () => isReceiving, quiet: 1 }, notes)
  await first.scrub.start()
  await expect.poll(async () => (await first.scrub.state()).state, PATIENT).toBe('waiting')
  expect((await first.scrub.state()).checked).toBe(0)
  isReceiving = false
  await expect.poll(isRested(first.scrub), PATIENT).toBe(4)
  await first.scrub.stop()

  await notes.saveDocument('integrity', JSON.stringify({ after: 3, checked: 3, roundStartedAt: AT, lastRound: null }))
  const verified: number[] = []
  const watched = {
    ...cache,
    verify: (instanceKey: number, pace: (bytes: number) => Promise<void>) => {
      verified.push(instanceKey)
      return cache.verify(instanceKey, pace)
    },
  }
  const second = scrubOf(watched, {}, notes)
  await second.scrub.start()
  await expect.poll(isRested(second.scrub), PATIENT).toBe(4)
  expect(verified).toEqual([4])
  const object = await cache.open(1)
  await object.read(0, 10)
  expect(cache.idleFor()).toBeLessThan(30_000)
})

it('is due when the clock was set back behind the last round: nobody knows how long ago that was', async () => {
  const cache = await testCache()
  await store(cache, ctImage({ rows: 40 }))
  const { notes } = answeringStores()
  const finishedAt = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString()
  const lastRound = { finishedAt, checked: 77 }
  await notes.saveDocument('integrity', JSON.stringify({ after: 0, checked: 0, roundStartedAt: null, lastRound }))
  const { scrub } = scrubOf(cache, {}, notes)
  await scrub.start()
  await expect.poll(isRested(scrub), PATIENT).toBe(1)
})

it('goes on later when where it is cannot be noted', async () => {
  const cache = await testCache()
  for (const instance of [1, 2]) await store(cache, ctImage({ instance, rows: 40 }))
  const { notes } = answeringStores()
  let failing = 1
  const full: typeof notes = {
    ...notes,
    loadDocument: (name) => notes.loadDocument(name),
    saveDocument: async (name, text) => {
      if (failing > 0) {
        failing -= 1
        throw Object.assign(new Error('SQLITE_FULL'), { code: 'disk-full' })
      }
      await notes.saveDocument(name, text)
    },
  }
  const { scrub } = scrubOf(cache, {}, full)
  await scrub.start()
  await expect.poll(() => failing, PATIENT).toBe(0)
  await expect.poll(async () => (await scrub.state()).state, PATIENT).toBe('resting')
  scrub.check()
  await expect.poll(async () => notes.loadDocument('integrity'), PATIENT).toContain('"checked":2}')
})
