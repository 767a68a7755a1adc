import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredChange } from '../../../main/cache/cache.ts'
import { openIndexForWriting } from '../../../main/cache/index-database/open-index.ts'
import { BASIC_TEXT_SR, ctImage, EXPLICIT_LITTLE_ENDIAN, store, type TestObject } from './data-sets.ts'
import { packFiles, STATION_KEY, testCache } from './test-cache.ts'

const STUDY = '1.2.826.0.1.77.1'
const SERIES = `${STUDY}.1`

const keyOf = (outcome: object): number => ('instanceKey' in outcome ? Number(outcome.instanceKey) : -1)

/** Changes a byte of the first object in the first pack; the same again mends it. */
const flipByte = ({ dataFolder }: { dataFolder: string }): void => {
  const [path = ''] = packFiles(dataFolder)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill((bytes[400] ?? 0) ^ 1, 400, 401))
}

/** A text report: no image by nature. */
const report = (): TestObject =>
  ctImage({ instance: 50 }, { SOPClassUID: BASIC_TEXT_SR, Modality: 'SR', SeriesInstanceUID: `${STUDY}.9` })
const withoutPixels = ({ request, bytes }: TestObject): TestObject => ({
  request,
  bytes: bytes.subarray(0, bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))),
})

describe('reading', () => {
  it('gives any range, byte for byte', async () => {
    const cache = await testCache()
    const object = ctImage({ rows: 500 })
    const stored = await cache.open(keyOf(await store(cache, object)))
    expect(stored).toMatchObject({ length: object.bytes.length, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN })
    expect(stored.pixelData).toMatchObject({ keyword: 'PixelData', encapsulated: false, length: 500_000 })
    const { length } = object.bytes
    await fc.assert(
      fc.asyncProperty(fc.nat(length), fc.nat(length), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)]
        expect(object.bytes.subarray(start, end).equals(await stored.read(start, end))).toBe(true)
      }),
    )
    await expect(stored.read(0, length + 1)).rejects.toBeInstanceOf(RangeError)
  })

  it('serves many objects at once', async () => {
    const cache = await testCache()
    const objects = Array.from({ length: 40 }, (_, index) => ctImage({ instance: index + 1, study: 1 + (index % 20) }))
    const keys = await Promise.all(objects.map(async (object) => keyOf(await store(cache, object))))
    const read = await Promise.all(
      keys.map(async (key) => {
        const stored = await cache.open(key)
        return stored.read(0, stored.length)
      }),
    )
    expect(read.map((bytes, index) => objects[index]?.bytes.equals(bytes))).toEqual(objects.map(() => true))
  })

  it('tells damaged, missing and unknown objects apart, and goes on', async () => {
    const cache = await testCache()
    const damaged = keyOf(await store(cache, ctImage({ study: 1 })))
    const [first = ''] = packFiles(cache.dataFolder)
    const missing = keyOf(await store(cache, ctImage({ study: 2 })))
    const second = packFiles(cache.dataFolder).find((path) => path !== first) ?? ''
    const whole = keyOf(await store(cache, ctImage({ study: 3 })))
    const bytes = readFileSync(first)
    bytes[3000] = (bytes[3000] ?? 0) ^ 1
    writeFileSync(first, bytes)
    renameSync(second, `${second}.gone`)
    const read = async (key: number) => (await cache.open(key)).read(0, 5000)
    await expect(read(damaged)).rejects.toMatchObject({ name: 'CacheError', code: 'object-damaged' })
    await expect(read(missing)).rejects.toMatchObject({ name: 'CacheError', code: 'object-missing' })
    await expect(cache.open(999)).rejects.toMatchObject({ name: 'CacheError', code: 'object-missing' })
    expect(await read(whole)).toHaveLength(5000)
    renameSync(`${second}.gone`, second)
    expect(await read(missing)).toHaveLength(5000)
  })

  it.skipIf(process.platform === 'win32')(
    'takes no error that passes for damage, and opens the pack again',
    async () => {
      const cache = await testCache()
      const key = keyOf(await store(cache, ctImage()))
      const [pack = ''] = packFiles(cache.dataFolder)
      const read = async () => (await cache.open(key)).read(0, 5000)
      // A link to itself cannot be opened (ELOOP), as nothing can when there are too many open files: that says nothing of the object.
      renameSync(pack, `${pack}.aside`)
      symlinkSync(pack, pack)
      await expect(read()).rejects.toMatchObject({ code: 'ELOOP' })
      renameSync(`${pack}.aside`, pack)
      expect(await read()).toHaveLength(5000)
    },
  )

  it('notices objects that were exchanged within their pack', async () => {
    const cache = await testCache()
    const keys = [
      keyOf(await store(cache, ctImage({ instance: 1 }))),
      keyOf(await store(cache, ctImage({ instance: 2 }))),
    ]
    const [pack = ''] = packFiles(cache.dataFolder)
    const bytes = readFileSync(pack)
    const start = 64 + 96
    const length = (bytes.length - start) / 2
    const [one, two] = [bytes.subarray(start, start + length), bytes.subarray(start + length)]
    writeFileSync(pack, Buffer.concat([bytes.subarray(0, start), two, one]))
    for (const key of keys) {
      await expect((await cache.open(key)).read(0, 100)).rejects.toMatchObject({ code: 'object-damaged' })
    }
  })
})

describe('ingest', () => {
  it('asks a fast sender to wait, and stores what it was given although the sender reuses its buffer', async () => {
    const cache = await testCache()
    const { request, bytes } = ctImage({ rows: 2048 })
    const writer = cache.ingest(request)
    const buffer = Buffer.alloc(100_000)
    let waits = 0
    for (let at = 0; at < bytes.length; at += buffer.length) {
      const part = bytes.subarray(at, at + buffer.length)
      part.copy(buffer)
      const wait = writer.write(buffer.subarray(0, part.length))
      buffer.fill(0)
      if (wait) waits += 1
      await wait
    }
    const stored = await cache.open(keyOf(await writer.end()))
    expect(bytes.equals(await stored.read(0, stored.length))).toBe(true)
    expect(waits).toBeGreaterThan(0)
  })

  it('tells what was committed, after it can be found', async () => {
    const cache = await testCache()
    const found: (number | null)[] = []
    const changes: StoredChange[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const stop = cache.onStored(async (committed) => {
      changes.push(...committed)
      for (const { SOPInstanceUID } of committed) found.push(await cache.findInstance({ SOPInstanceUID }))
      if (found.length === 2) resolve()
    })
    await store(cache, ctImage({ instance: 1 }))
    await store(cache, ctImage({ instance: 1, seed: 5 }))
    await promise
    stop()
    await store(cache, ctImage({ instance: 2 }))
    expect(found).toEqual([1, 1])
    expect(changes).toEqual([
      {
        kind: 'stored',
        StudyInstanceUID: STUDY,
        SeriesInstanceUID: SERIES,
        SOPInstanceUID: `${SERIES}.1`,
        instanceKey: 1,
      },
      {
        kind: 'version',
        StudyInstanceUID: STUDY,
        SeriesInstanceUID: SERIES,
        SOPInstanceUID: `${SERIES}.1`,
        instanceKey: 2,
      },
    ])
  })

  it('drops an aborted object and refuses one that was open when the cache closed', async () => {
    const cache = await testCache()
    const { request, bytes } = ctImage({ rows: 600 })
    const aborted = cache.ingest(request)
    await aborted.write(bytes)
    aborted.abort()
    aborted.abort()
    const open = cache.ingest(request)
    await open.write(bytes.subarray(0, 300_000))
    expect(await cache.totals()).toEqual({ bytes: 0, studies: 0, instances: 0 })
    await cache.close()
    expect(await open.end()).toEqual({ kind: 'refused', reason: 'storage-failed' })
    await expect(cache.totals()).rejects.toMatchObject({ code: 'closed' })
  })

  it('survives a hostile name', async () => {
    const cache = await testCache()
    const name = `<script>alert(1)</script>\u202e'"; DROP TABLE study; --${'Ä'.repeat(10_000)}`
    expect(await store(cache, ctImage({}, { PatientName: name }))).toMatchObject({ kind: 'stored' })
    const { rows } = await cache.listStudies({
      search: 'script drop',
      modalities: [],
      sort: 'PatientName',
      descending: true,
      offset: 0,
      limit: 5,
    })
    expect(rows).toHaveLength(1)
    expect(rows[0]?.PatientName.Alphabetic).toContain('DROP TABLE')
  })
})

describe('completeness', () => {
  const series = async (cache: Awaited<ReturnType<typeof testCache>>) => (await cache.getStudy(STUDY))?.series

  it('says what was announced, and by what', async () => {
    const cache = await testCache()
    await store(cache, ctImage({ instance: 1 }, { AcquisitionNumber: 1, ImagesInAcquisition: 10 }))
    expect((await series(cache))?.[0]?.completeness).toEqual({
      expected: 10,
      expectedFrom: 'ImagesInAcquisition',
      received: 1,
      displayable: 1,
    })
    await store(cache, ctImage({ instance: 2 }, { AcquisitionNumber: 1, NumberOfSeriesRelatedInstances: 12 }))
    expect((await series(cache))?.[0]?.completeness).toMatchObject({
      expected: 12,
      expectedFrom: 'NumberOfSeriesRelatedInstances',
    })
    expect((await cache.getStudy(STUDY))?.study.completeness).toMatchObject({ expected: 12, received: 2 })
    await store(cache, ctImage({ instance: 3 }, { NumberOfStudyRelatedInstances: 40 }))
    expect((await cache.getStudy(STUDY))?.study.completeness).toEqual({
      expected: 40,
      expectedFrom: 'NumberOfStudyRelatedInstances',
      received: 3,
      displayable: 3,
    })
  })

  it('trusts ImagesInAcquisition in a series of one acquisition only, and no announcement that was exceeded', async () => {
    const cache = await testCache()
    await store(cache, ctImage({ instance: 1 }, { AcquisitionNumber: 1, ImagesInAcquisition: 10 }))
    await store(cache, ctImage({ instance: 2 }, { AcquisitionNumber: 2, ImagesInAcquisition: 10 }))
    expect((await series(cache))?.[0]?.completeness.expected).toBeNull()
    await store(cache, ctImage({ series: 2, instance: 1 }, { NumberOfSeriesRelatedInstances: 1 }))
    await store(cache, ctImage({ series: 2, instance: 2 }))
    expect((await series(cache))?.[1]?.completeness).toEqual({ expected: null, received: 2, displayable: 2 })
  })

  it('counts what is no image by nature as displayable, images without pixels not', async () => {
    const cache = await testCache()
    await store(cache, withoutPixels(report()))
    await store(cache, withoutPixels(ctImage({ instance: 2 })))
    const study = await cache.getStudy(STUDY)
    expect(study?.study.completeness).toEqual({ expected: null, received: 2, displayable: 1 })
    expect(study?.series.map(({ Modality, notDisplayable }) => [Modality, notDisplayable])).toEqual(
      expect.arrayContaining([
        ['SR', []],
        ['CT', [{ reason: 'no-pixel-data', count: 1 }]],
      ]),
    )
  })

  it('remembers what turned out not to be displayable', async () => {
    const cache = await testCache()
    const key = keyOf(await store(cache, ctImage({ instance: 1 })))
    await store(cache, ctImage({ instance: 2 }))
    const before = (await series(cache))?.[0]?.revision ?? 0
    flipByte(cache)
    const told: unknown[] = []
    cache.onNoted((change) => told.push(change))
    await cache.markNotDisplayable(key, 'object-damaged')
    await cache.markNotDisplayable(key, 'object-damaged')
    expect(told).toEqual([{ StudyInstanceUID: STUDY, SeriesInstanceUIDs: [SERIES] }])
    const after = (await series(cache))?.[0]
    expect(after).toMatchObject({
      completeness: { received: 2, displayable: 1 },
      notDisplayable: [{ reason: 'object-damaged', count: 1 }],
      revision: before + 1,
    })
    const { instances, revision } = await cache.imageHeaders(SERIES)
    expect(revision).toBe(before + 1)
    expect(instances.map(({ instanceKey, notDisplayable }) => [instanceKey, notDisplayable])).toEqual([
      [key, 'object-damaged'],
      [key + 1, null],
    ])
  })

  it('tells once that another number is expected', async () => {
    const cache = await testCache()
    await store(cache, ctImage())
    const told: unknown[] = []
    cache.onNoted((change) => told.push(change))
    await cache.expectInstances(STUDY, 5)
    await cache.expectInstances(STUDY, 5)
    await cache.expectInstances(`${STUDY}.7`, 5)
    expect(told).toEqual([{ StudyInstanceUID: STUDY, SeriesInstanceUIDs: [] }])
  })

  it('marks nothing that is whole when it is read again, and takes the mark away once it is', async () => {
    const cache = await testCache()
    const key = keyOf(await store(cache, ctImage({ instance: 1 })))
    const before = await series(cache)
    await cache.markNotDisplayable(key, 'object-damaged')
    await cache.markNotDisplayable(key, 'object-missing')
    expect(await series(cache)).toEqual(before)
    const marked = async (): Promise<number> => {
      flipByte(cache)
      await cache.markNotDisplayable(key, 'object-missing')
      flipByte(cache)
      return (await cache.damagedObjects('')).length
    }
    expect(await marked()).toBe(1)
    expect((await cache.damagedObjects(''))[0]?.reason).toBe('object-damaged')
    const told: unknown[] = []
    cache.onNoted((change) => told.push(change))
    expect(await cache.verify(key, async () => undefined)).toBe('intact')
    expect(told).toEqual([{ StudyInstanceUID: STUDY, SeriesInstanceUIDs: [SERIES] }])
    expect(await cache.damagedObjects('')).toEqual([])
    expect(await marked()).toBe(1)
    await (await cache.open(key)).read(0, 10)
    await expect.poll(() => cache.damagedObjects('')).toEqual([])
    const after = (await series(cache))?.[0]
    expect(after).toMatchObject({ completeness: { received: 1, displayable: 1 }, notDisplayable: [] })
  })

  it('names the identifying attributes that differ within a study', async () => {
    const cache = await testCache()
    await store(cache, ctImage({ instance: 1 }))
    await store(cache, ctImage({ instance: 2 }, { PatientName: 'müllerson^elise^^', PatientSex: '' }))
    expect((await cache.getStudy(STUDY))?.study.conflictingAttributes).toEqual([])
    await store(cache, ctImage({ instance: 3 }, { PatientID: 'ANOTHER', PatientBirthDate: '19520203' }))
    const found = await cache.getStudy(STUDY)
    expect(found?.study.conflictingAttributes).toEqual(['PatientBirthDate', 'PatientID'])
    expect(found?.study.PatientID).toBe('PAT1')
  })
})

describe('the rest of the cache', () => {
  it('gives headers that came later, in order of arrival, and keys in order of instance number', async () => {
    const cache = await testCache()
    for (const instance of [3, 1, 2]) await store(cache, ctImage({ instance }))
    const headers = async (after?: number) =>
      (await cache.imageHeaders(SERIES, after)).instances.map(({ InstanceNumber }) => InstanceNumber)
    expect([await headers(), await headers(1), await headers(3)]).toEqual([[3, 1, 2], [1, 2], []])
    expect(await cache.listInstanceKeys({ StudyInstanceUID: STUDY })).toEqual([2, 3, 1])
    expect(await cache.listInstanceKeys({ StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2' })).toEqual([])
    expect(await cache.findInstance({ SOPInstanceUID: `${SERIES}.2`, SeriesInstanceUID: SERIES })).toBe(3)
    expect(await cache.findInstance({ SOPInstanceUID: `${SERIES}.2`, SeriesInstanceUID: '1.2' })).toBeNull()
  })

  it('keeps what was opened over a restart', async () => {
    const cache = await testCache()
    await store(cache, ctImage())
    await cache.markOpened(STUDY, '2026-02-03T04:05:06.000Z')
    await cache.close()
    const again = await testCache({ dataFolder: cache.dataFolder })
    expect((await again.getStudy(STUDY))?.study.openedAt).toBe('2026-02-03T04:05:06.000Z')
    await store(again, ctImage({ instance: 2 }))
    expect((await again.getStudy(STUDY))?.study.openedAt).toBe('2026-02-03T04:05:06.000Z')
  })

  it('opens with an index that is damaged, and makes it anew', async () => {
    const cache = await testCache()
    await store(cache, ctImage())
    await cache.close()
    writeFileSync(`${cache.dataFolder}/index.sqlite`, randomBytes(8192))
    const again = await testCache({ dataFolder: cache.dataFolder })
    expect(again.recovery).toMatchObject({ indexRebuilt: 'damaged', recoveredObjects: 1 })
    expect(await again.totals()).toMatchObject({ instances: 1 })
  })

  it('tells while the index does not take what was answered, and when it does again', async () => {
    const cache = await testCache()
    await store(cache, ctImage())
    expect((await cache.getStudy(STUDY))?.study.NumberOfStudyRelatedInstances).toBe(1)
    const run = (sql: string): void => {
      const database = openIndexForWriting(`${cache.dataFolder}/index.sqlite`, STATION_KEY)
      database.exec(sql)
      database.close()
    }
    run(`CREATE TRIGGER refuse BEFORE INSERT ON instance BEGIN SELECT RAISE(ABORT, 'refused'); END`)
    const lags: unknown[] = []
    cache.onIndexLag((lag) => void lags.push(lag))
    expect((await store(cache, ctImage({ instance: 2 }))).kind).toBe('stored')
    expect((await cache.getStudy(STUDY))?.study.NumberOfStudyRelatedInstances).toBe(1)
    expect(cache.indexLag()).toEqual({ objects: 1, reason: 'SQLITE_CONSTRAINT_TRIGGER' })
    expect([cache.mayLack(STUDY), cache.mayLack('1.9')]).toEqual([true, false])
    run('DROP TRIGGER refuse')
    await expect.poll(() => cache.indexLag()).toBeNull()
    expect(cache.mayLack(STUDY)).toBe(false)
    expect((await cache.getStudy(STUDY))?.study.NumberOfStudyRelatedInstances).toBe(2)
    expect(lags.at(-1)).toBeNull()
  })

  it('does not open under another station key', async () => {
    const cache = await testCache()
    await store(cache, ctImage())
    await cache.close()
    await expect(testCache({ dataFolder: cache.dataFolder, stationKey: randomBytes(32) })).rejects.toMatchObject({
      code: 'wrong-key',
    })
    rmSync(`${cache.dataFolder}/index.sqlite`)
    await expect(testCache({ dataFolder: cache.dataFolder, stationKey: randomBytes(32) })).rejects.toMatchObject({
      code: 'wrong-key',
    })
    expect((await testCache({ dataFolder: cache.dataFolder })).recovery.recoveredObjects).toBe(1)
  })
})
