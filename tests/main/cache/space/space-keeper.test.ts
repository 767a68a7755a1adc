/** The keeper of the cache's room over a real cache and real records: the longest unused go first, and nothing that must stay. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { OpenedCache } from '../../../../main/cache/open-cache.ts'
import { leastRecentlyUsed } from '../../../../main/cache/space/least-recently-used.ts'
import { createSpaceKeeper, type SpaceKeeper } from '../../../../main/cache/space/space-keeper.ts'
import type { SpaceSettings } from '../../../../main/contract/space.ts'
import { ctImage, store } from '../data-sets.ts'
import { emptyContent, newReport, testRecords } from '../records/test-records.ts'
import { silent, testCache } from '../test-cache.ts'

const ARCHIVE = 'archive'
const uidOf = (study: number): string => `1.2.826.0.1.77.${study}`
const HOUR = 3_600_000
type Kept = Awaited<ReturnType<typeof testRecords>>

const archived = async (cache: OpenedCache, study: number, rows = 200): Promise<void> => {
  const outcome = await store(cache, ctImage({ study, rows }))
  if (outcome.kind === 'refused') throw new Error(outcome.reason)
  const at = new Date().toISOString()
  const { instanceKey } = outcome
  await cache.saveArchiveProofs([{ instanceKey, archive: ARCHIVE, sentAt: at, archivedAt: at, proof: 'read-back' }])
}

/** The store, but for what `change` has of its methods. */
const methodsOf = <T extends object>(store: T, change: Partial<T>): T =>
  new Proxy(store, { get: (_, name) => Reflect.get(Reflect.has(change, name) ? change : store, name) })

const world = async (
  change: (cache: OpenedCache) => Partial<OpenedCache> = () => ({}),
  changeRecords: (records: Kept) => Partial<Kept['retention']> = () => ({}),
) => {
  const cache = await testCache()
  const records = await testRecords()
  await records.outbox.setArchive({ archive: ARCHIVE, configuration: '{}' }, '2026-01-01')
  const settings: SpaceSettings = { evict: true, quotaBytes: null, lowWaterPercent: 90 }
  const removed: string[] = []
  const exhausted: boolean[] = []
  let later = 2 * HOUR
  const keeper: SpaceKeeper = createSpaceKeeper({
    // The disk of whoever runs this says nothing.
    cache: { ...cache, disk: async () => ({ free: 900, total: 1000, full: false }), ...change(cache) },
    records: {
      outbox: records.outbox,
      retention: methodsOf(records.retention, changeRecords(records)),
    },
    log: silent,
    confirm: async () => 'held',
    settings: () => settings,
    now: () => new Date(Date.now() + later),
    onChange: (study) => void removed.push(study),
    onExhausted: (isExhausted) => void exhausted.push(isExhausted),
  })
  const here = async (): Promise<string[]> => {
    const filter = { search: '', modalities: [], sort: 'StudyDate', descending: false, offset: 0, limit: 99 }
    return (await cache.listStudies(filter)).rows.map((row) => row.StudyInstanceUID).sort()
  }
  const look = async (): Promise<void> => {
    const before = exhausted.length
    keeper.wake()
    await expect.poll(() => exhausted.length).toBeGreaterThan(before)
  }
  return {
    cache,
    records,
    settings,
    keeper,
    removed,
    exhausted,
    here,
    look,
    setLater: (ms: number) => {
      later = ms
    },
  }
}

it('removes the longest unused of the archived ones down to the low-water mark, and opening is a use', async () => {
  const { cache, settings, removed, here, look, exhausted } = await world()
  for (const study of [1, 2, 3, 4, 5]) await archived(cache, study)
  await cache.markOpened(uidOf(1), new Date().toISOString())
  const { bytes } = await cache.totals()
  await look()
  expect(removed).toEqual([])
  settings.quotaBytes = bytes - 1
  settings.lowWaterPercent = 70
  await look()
  expect(removed).toEqual([uidOf(2), uidOf(3)])
  expect(await here()).toEqual([1, 4, 5].map(uidOf))
  expect(exhausted.at(-1)).toBe(false)
  expect((await cache.totals()).bytes).toBeLessThanOrEqual(bytes * 0.7)
})

it('leaves a study that was opened, or came in conflict with another, since the pass began', async () => {
  const opened = new Date(Date.now() + 2 * HOUR).toISOString()
  const { cache, settings, removed, look } = await world((real) => ({
    listByAge: async (request) => {
      const uses = await real.listByAge(request)
      await real.markOpened(uidOf(1), opened)
      // The same instance in another study.
      await store(
        real,
        ctImage({ study: 2 }, { StudyInstanceUID: uidOf(9), SeriesInstanceUID: '1.9', PatientSex: 'M' }),
      )
      return uses
    },
  }))
  for (const study of [1, 2, 3]) await archived(cache, study)
  settings.quotaBytes = 1
  await look()
  expect(removed).toEqual([uidOf(3)])
})

it('makes room also where the clock was set back: what is dated ahead goes last, and is kept by no later use', async () => {
  const monthAgo = -30 * 24 * HOUR
  const { cache, settings, removed, look, setLater } = await world((real) => ({
    // The first came after the clock was set back.
    listByAge: async (request) =>
      (await real.listByAge(request)).map((use) =>
        use.StudyInstanceUID === uidOf(1)
          ? { ...use, lastReceivedAt: new Date(Date.now() + monthAgo).toISOString() }
          : use,
      ),
  }))
  for (const study of [1, 2, 3]) await archived(cache, study)
  settings.quotaBytes = (await cache.totals()).bytes - 1
  setLater(monthAgo)
  await look()
  expect(removed).toEqual([uidOf(2)])
})

it('counts a study as used for as long as a window shows it, not only when it was opened', async () => {
  const { cache, settings, keeper, removed, look, setLater } = await world()
  for (const study of [1, 2]) await archived(cache, study)
  const release = keeper.hold([uidOf(1)], 'open')
  setLater(5 * HOUR)
  release()
  settings.quotaBytes = 1
  await look()
  expect(removed).toEqual([uidOf(2)])
  setLater(6 * HOUR)
  await look()
  expect(removed).toEqual([uidOf(2), uidOf(1)])
})

it('tells each use of a study as long as there is one of it', async () => {
  const { cache, keeper } = await world()
  await archived(cache, 1)
  const uses = async () => {
    const { studies } = await keeper.studies({ offset: 0, limit: 1 })
    return studies[0]?.reasons
  }
  const window = keeper.hold([uidOf(1)], 'open')
  const first = keeper.hold([uidOf(1)], 'exporting')
  const second = keeper.hold([uidOf(1)], 'exporting')
  expect(await uses()).toEqual(['open', 'exporting'])
  window()
  first()
  first()
  expect(await uses()).toEqual(['exporting'])
  second()
  expect(await uses()).toEqual([])
})

it('never removes what is pinned, shown, written on, measured, under way or not proven, and says that nothing may go', async () => {
  const { cache, records, settings, keeper, removed, here, look, exhausted, setLater } = await world()
  for (const study of [1, 2, 3, 4, 5, 6]) await archived(cache, study)
  await store(cache, ctImage({ study: 7, rows: 200 }))
  await keeper.pin(uidOf(1), true)
  const release = keeper.hold([uidOf(2)], 'open')
  await records.reports.create(newReport({ StudyInstanceUID: uidOf(3) }))
  const image = {
    SOPClassUID: '1',
    SOPInstanceUID: '2',
    SeriesInstanceUID: '3',
    StudyInstanceUID: uidOf(6),
    frame: null,
  }
  await records.reports.create(
    newReport({
      StudyInstanceUID: '1.9',
      content: {
        sections: [],
        fields: [],
        keyImages: [
          {
            keyImageId: randomUUID(),
            image,
            title: { CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' },
            note: '',
            window: null,
          },
        ],
      },
    }),
  )
  await records.measurements.save(
    {
      measurementId: randomUUID(),
      StudyInstanceUID: uidOf(4),
      SeriesInstanceUID: '1',
      kind: 'length',
      image: null,
      FrameOfReferenceUID: null,
      points: [
        [0, 0, 0],
        [1, 0, 0],
      ],
      graphic: null,
      values: [],
      calibration: 'none',
      view: '{}',
    },
    '2026',
  )
  const document = {
    instanceKey: 99,
    StudyInstanceUID: uidOf(5),
    SOPInstanceUID: '1.9.9',
    SOPClassUID: '1',
    sha256: 'x',
  }
  await records.outbox.enqueue([{ ...document, bytes: 1, isDocument: true }], '2026')
  settings.quotaBytes = 1
  removed.length = 0
  await look()
  expect([removed, exhausted.at(-1)]).toEqual([[], true])
  const { studies } = await keeper.studies({ offset: 0, limit: 10 })
  expect(Object.fromEntries(studies.map(({ StudyInstanceUID, reasons }) => [StudyInstanceUID, reasons]))).toEqual({
    [uidOf(1)]: ['pinned'],
    [uidOf(2)]: ['open'],
    [uidOf(3)]: ['report'],
    [uidOf(4)]: ['measurements'],
    [uidOf(5)]: ['outbox'],
    [uidOf(6)]: ['report'],
    [uidOf(7)]: ['not-archived'],
  })
  expect(await keeper.evictable()).toEqual({ bytes: 0, studies: 0 })
  const passes = exhausted.length
  await keeper.pin(uidOf(1), false)
  // The pass that it began has ended: what is released after it is not part of it.
  await expect.poll(() => exhausted.length).toBeGreaterThan(passes)
  expect(await here()).not.toContain(uidOf(1))
  release()
  // Used a moment ago: it may go, and does not by itself.
  setLater(61_000)
  await look()
  expect(await here()).toContain(uidOf(2))
  expect((await keeper.evictable()).studies).toBe(1)
  setLater(3 * HOUR)
  await look()
  expect(await here()).toEqual([3, 4, 5, 6, 7].map(uidOf))
})

it('removes by a person’s word what may go, and more only when told that it is lost', async () => {
  const { cache, keeper, here } = await world()
  await archived(cache, 1)
  await store(cache, ctImage({ study: 2 }))
  const remove = (study: number, evenIfLost = false) => keeper.remove({ StudyInstanceUID: uidOf(study), evenIfLost })
  expect(await remove(1)).toMatchObject({ kind: 'removed' })
  expect(await remove(1)).toEqual({ kind: 'gone' })
  expect(await remove(2)).toEqual({ kind: 'kept', reasons: ['not-archived'] })
  await keeper.pin(uidOf(2), true)
  expect(await remove(2, true)).toEqual({ kind: 'kept', reasons: ['pinned'] })
  await keeper.pin(uidOf(2), false)
  expect(await remove(2, true)).toMatchObject({ kind: 'removed' })
  expect(await here()).toEqual([])
})

it('leaves a study that is pinned while it is found out whether it may go', async () => {
  const pins: (() => Promise<void>)[] = []
  const { cache, settings, keeper, removed, here, look } = await world(undefined, ({ retention }) => ({
    reasonsOf: async (studies) => {
      const reasons = await retention.reasonsOf(studies)
      await pins.shift()?.()
      return reasons
    },
  }))
  for (const study of [1, 2]) await archived(cache, study)
  settings.quotaBytes = 1
  pins.push(() => keeper.pin(uidOf(1), true))
  await look()
  expect(await here()).toEqual([uidOf(1)])
  expect(removed).toEqual([uidOf(1), uidOf(2)])
  await archived(cache, 3)
  pins.push(() => keeper.pin(uidOf(3), true))
  const request = { StudyInstanceUID: uidOf(3), evenIfLost: true }
  expect(await keeper.remove(request)).toEqual({ kind: 'kept', reasons: ['pinned'] })
})

it('answers who pins a study that is just being removed when it is gone', async () => {
  const order: string[] = []
  const pinned = Promise.withResolvers<void>()
  const { cache, records, keeper } = await world((real) => ({
    removeStudy: async (request) => {
      await records.retention.pinned([])
      keeper.pin(uidOf(1), true).then(() => {
        order.push('pinned')
        pinned.resolve()
      }, pinned.reject)
      // The records have answered whoever asked before.
      await records.retention.pinned([])
      const outcome = await real.removeStudy(request)
      order.push(outcome.kind)
      return outcome
    },
  }))
  await archived(cache, 1)
  await keeper.remove({ StudyInstanceUID: uidOf(1), evenIfLost: false })
  await pinned.promise
  expect(order).toEqual(['removed', 'pinned'])
})

it('removes nothing that came while a person’s word was carried out', async () => {
  const { cache, keeper, here } = await world((cache) => ({
    studyUse: async (request) => {
      const use = await cache.studyUse(request)
      await store(cache, ctImage({ study: 1, instance: 2 }))
      return use
    },
  }))
  await store(cache, ctImage({ study: 1 }))
  const outcome = await keeper.remove({ StudyInstanceUID: uidOf(1), evenIfLost: true })
  expect(outcome).toEqual({ kind: 'kept', reasons: ['receiving'] })
  expect((await cache.totals()).instances).toBe(2)
  expect(await here()).toEqual([uidOf(1)])
})

it('goes on with nothing when another archive is set up meanwhile', async () => {
  const changes: (() => Promise<unknown>)[] = []
  const { cache, records, settings, look, removed } = await world((cache) => ({
    removeStudy: async (request) => {
      const outcome = await cache.removeStudy(request)
      await changes.shift()?.()
      return outcome
    },
  }))
  for (const study of [1, 2]) await archived(cache, study)
  changes.push(async () => records.outbox.setArchive({ archive: 'another', configuration: '{}' }, '2026-01-02'))
  settings.quotaBytes = 1
  await look()
  expect(removed).toEqual([uidOf(1)])
})

it('keeps the study of a measurement in a plane that a draft of another study quotes', async () => {
  const { records } = await world()
  const paragraph = {
    kind: 'paragraph' as const,
    runs: [
      {
        kind: 'measurement' as const,
        measurementId: randomUUID(),
        revision: 1,
        measured: 'length' as const,
        StudyInstanceUID: uidOf(1),
        image: null,
        values: [],
      },
    ],
  }
  const sections = emptyContent.sections.map((section) => ({ ...section, blocks: [paragraph] }))
  await records.reports.create(newReport({ StudyInstanceUID: '1.9', content: { ...emptyContent, sections } }))
  expect(await records.retention.reasonsOf([uidOf(1), uidOf(2)])).toEqual({ [uidOf(1)]: ['report'] })
})

it('lists all studies in order of use whatever the pages', async () => {
  const { cache } = await world()
  for (const study of [1, 2, 3, 4, 5]) await store(cache, ctImage({ study, rows: 8 }))
  await cache.markOpened(uidOf(2), '2999-12-01T00:00:00.000Z')
  await cache.markOpened(uidOf(4), '2000-01-01T00:00:00.000Z')
  for (const limit of [1, 2, 3, 100]) {
    const order: string[] = []
    for await (const use of leastRecentlyUsed(cache, ARCHIVE, limit)) order.push(use.StudyInstanceUID)
    expect(order).toEqual([1, 3, 4, 5, 2].map(uidOf))
  }
})
