/** Exports of studies that are evicted or removed meanwhile: what was written is whole, and what is missing is told. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CacheError } from '../../../main/cache/cache.ts'
import { createSpaceKeeper } from '../../../main/cache/space/space-keeper.ts'
import type { ExportCache } from '../../../main/exporter/export-job.ts'
import { createExporter } from '../../../main/exporter/exporter.ts'
import { Looking } from '../../../main/importer/looking.ts'
import { Refusals } from '../../../main/importer/refusals.ts'
import { filesAt } from '../../../main/importer/sources/folder-files.ts'
import { ctImage, store } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { silent, testCache } from '../cache/test-cache.ts'
import { type Exported, exported, type HeldObjects, holding } from './exporting.ts'

const uidOf = (study: number): string => `1.2.826.0.1.77.${study}`
const lost = () => new CacheError('object-missing', 'It was removed')

/** The objects, of which those of one study are gone after so many reads. */
function vanishing(held: HeldObjects, StudyInstanceUID: string, after: number): ExportCache {
  let reads = 0
  const isGone = (uid: string): boolean => uid === StudyInstanceUID && reads >= after
  return {
    listInstanceKeys: async (uids) => (isGone(uids.StudyInstanceUID) ? [] : held.listInstanceKeys(uids)),
    open: async (key) => {
      const object = await held.open(key)
      const read = async (start: number, end: number): Promise<Uint8Array> => {
        if (isGone(object.StudyInstanceUID)) throw lost()
        reads += 1
        return object.read(start, end)
      }
      if (isGone(object.StudyInstanceUID)) throw lost()
      return { ...object, read }
    },
  }
}

/** What is at `path`, as it is looked at before an import: by its DICOMDIR, each file that this names. */
async function lookedAt(path: string) {
  const cache = { listInstances: async () => [], getStudy: async () => null, searchAttributes: async () => [] }
  const refusals = new Refusals()
  const looking = new Looking({ cache, refusals, onSeen: () => undefined, signal: new AbortController().signal })
  await looking.lookAt(filesAt(path))
  const { objects, unnamed, directory } = looking.seen
  const { missing } = looking
  looking.close()
  return { objects, unnamed, directory, missing, refused: refusals.total }
}

const leftOut = ({ leftOut: all = [] }: Exported): [string, number][] => all.map(({ reason, count }) => [reason, count])

it.each(['folder', 'zip'] as const)('as a %s is whole or nothing, whenever a study goes away', async (form) => {
  const held = holding(...[1, 2].flatMap((study) => [1, 2].map((instance) => ctImage({ study, instance }))))
  const { StudyInstanceUIDs } = held
  const told: unknown[] = []
  for (const after of [0, 1, 4, 5, 6, 7, 8]) {
    const state = await exported(vanishing(held, uidOf(2), after), { StudyInstanceUIDs, form })
    if (state.state === 'done') {
      const found = await lookedAt(form === 'zip' ? `${state.path}.zip` : state.path)
      told.push([after, found.objects, state.goneStudies, ...leftOut(state)])
      expect(found).toEqual({ objects: found.objects, unnamed: 0, directory: 'used', missing: [], refused: 0 })
    } else {
      told.push([after, state.fault])
      expect(readdirSync(state.folder)).toEqual([])
    }
  }
  // Each object is read twice: looked at, then written.
  expect(told).toEqual([
    [0, 2, 1],
    [1, 2, 0, ['object-missing', 2]],
    [4, 2, 0, ['object-missing', 2]],
    [5, 'object-lost'],
    [6, 3, 0, ['object-missing', 1]],
    [7, 'object-lost'],
    [8, 4, 0],
  ])
})

it('tells that nothing is left of what was chosen', async () => {
  const state = await exported(holding(), { StudyInstanceUIDs: [uidOf(1), uidOf(2)] })
  expect(state).toMatchObject({ state: 'failed', fault: 'nothing-to-export', goneStudies: 2 })
})

/** A cache of two archived studies that is to make room, and its exporter. */
async function fullCache() {
  const cache = await testCache()
  const at = new Date().toISOString()
  for (const study of [1, 2]) {
    for (const instance of [1, 2]) {
      const outcome = await store(cache, ctImage({ study, instance }))
      if (outcome.kind === 'refused') throw new Error(outcome.reason)
      const { instanceKey } = outcome
      await cache.saveArchiveProofs([{ instanceKey, archive: 'A', sentAt: at, archivedAt: at, proof: 'read-back' }])
    }
  }
  const none = async () => undefined
  const removed: string[] = []
  let passes = 0
  const keeper = createSpaceKeeper({
    cache,
    records: {
      outbox: { archive: async () => ({ archive: 'A', configuration: '{}' }) },
      retention: { reasonsOf: async () => ({}), pin: none, unpin: none, pinned: async () => [] },
    },
    log: silent,
    confirm: async () => 'held',
    settings: () => ({ evict: true, quotaBytes: 1, lowWaterPercent: 50 }),
    // Nothing was used lately.
    now: () => new Date(Date.now() + 7_200_000),
    onChange: (study) => void removed.push(study),
    onExhausted: () => {
      passes += 1
    },
  })
  const makeRoom = async (): Promise<void> => {
    const before = passes
    keeper.wake()
    await expect.poll(() => passes, { interval: 5 }).toBeGreaterThan(before)
  }
  return { cache, keeper, removed, makeRoom }
}

const request = () => ({
  StudyInstanceUIDs: [uidOf(1), uidOf(2)],
  ...{ folder: temporaryFolder(), name: 'DISC', form: 'folder' as const, deidentification: null },
})

it('neither eviction nor a person takes what is being exported', async () => {
  const { cache, keeper, removed, makeRoom } = await fullCache()
  const refused: unknown[] = []
  const exporter = createExporter({
    cache: {
      listInstanceKeys: (uids) => cache.listInstanceKeys(uids),
      getStudy: (uid) => cache.getStudy(uid),
      open: async (key) => {
        const object = await cache.open(key)
        await makeRoom()
        refused.push(await keeper.remove({ StudyInstanceUID: uidOf(2), evenIfLost: true }))
        return object
      },
    },
    log: silent,
    notes: { loadDocument: async () => null, saveDocument: async () => undefined },
    hold: (StudyInstanceUIDs) => keeper.hold(StudyInstanceUIDs, 'exporting'),
    onChange: () => undefined,
  })
  exporter.start(request())
  await expect.poll(() => exporter.exports()[0]?.state).not.toBe('running')
  const [state] = exporter.exports()
  expect(state).toMatchObject({ state: 'done', objects: 4, finished: 4, leftOut: [] })
  expect(await lookedAt(state?.path ?? '')).toMatchObject({ objects: 4, missing: [], directory: 'used' })
  expect(refused).toEqual(Array(4).fill({ kind: 'kept', reasons: ['exporting'] }))
  expect(removed).toEqual([])
  await exporter.stop()
  await keeper.stop()
})

it('tells of every object of a real cache that is removed under it', async () => {
  const { cache, keeper } = await fullCache()
  const StudyInstanceUIDs = [uidOf(1), uidOf(2)]
  let opened = 0
  const open = async (key: number) => {
    opened += 1
    // In the middle, as only what holds nothing could.
    if (opened === 2) await keeper.remove({ StudyInstanceUID: uidOf(2), evenIfLost: true })
    return cache.open(key)
  }
  const state = await exported(
    { listInstanceKeys: (uids) => cache.listInstanceKeys(uids), open },
    { StudyInstanceUIDs },
  )
  expect([state.state, ...leftOut(state)]).toEqual(['done', ['object-missing', 2]])
  expect(await lookedAt(state.path)).toMatchObject({ objects: 2, missing: [], unnamed: 0, directory: 'used' })
  await keeper.stop()
})
