import { randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { IngestOutcome } from '../../../../main/cache/cache.ts'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { ObjectReader } from '../../../../main/cache/object-reader.ts'
import { InstanceQueries } from '../../../../main/cache/queries/instances.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import type { Store } from '../../../../main/cache/store/store.ts'
import { BASIC_TEXT_SR, ctImage, dataSet } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keyFiles, packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

const STUDY = '1.2.826.0.1.77.1'
const CLEAN = {
  indexRebuilt: 'no',
  recoveredObjects: 0,
  waitingObjects: 0,
  cutBytes: 0,
  damagedStretches: 0,
  unreadablePacks: 0,
  missingPacks: 0,
  removedEmptyPacks: 0,
  removedKeys: 0,
}

const queriesOf = (dataFolder: string) => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  return {
    studies: new StudyQueries(database),
    instances: new InstanceQueries(database),
    close: () => database.close(),
  }
}

const studyOf = (dataFolder: string, StudyInstanceUID = '1.2.826.0.1.77.1') => {
  const queries = queriesOf(dataFolder)
  try {
    return queries.studies.getStudy(StudyInstanceUID)
  } finally {
    queries.close()
  }
}

const readBack = async (dataFolder: string, instanceKey: number): Promise<Buffer> => {
  const { instances, close } = queriesOf(dataFolder)
  const location = instances.locate(instanceKey)
  close()
  if (!location) throw new Error(`no object ${instanceKey}`)
  const reader = new ObjectReader(dataFolderAt(dataFolder), STATION_KEY)
  const bytes = await reader.object(location).read(0, location.length)
  await reader.close()
  return Buffer.from(bytes)
}

const kinds = (outcomes: readonly IngestOutcome[]): string[] =>
  outcomes.map((outcome) => (outcome.kind === 'refused' ? outcome.reason : outcome.kind))

/** Ends the store as a crash would: nothing is finished, nothing is said goodbye to. */
const crash = (store: Store): Promise<void> => store.close()

describe('storing', () => {
  it('stores equal objects once and others with the same UID beside the first', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    const outcomes = [
      await put(store, ctImage()),
      await put(store, ctImage()),
      await put(store, ctImage({ seed: 2 })),
      await put(store, ctImage({ seed: 2 })),
    ]
    expect(
      outcomes.map((outcome) => ('instanceKey' in outcome ? [outcome.kind, outcome.instanceKey] : outcome)),
    ).toEqual([
      ['stored', 1],
      ['duplicate', 1],
      ['version', 2],
      ['duplicate', 2],
    ])
    await store.close()
    expect(studyOf(dataFolder)?.study).toMatchObject({ NumberOfStudyRelatedInstances: 1, conflictingInstances: 1 })
    const { instances, close } = queriesOf(dataFolder)
    expect(instances.findInstance({ SOPInstanceUID: '1.2.826.0.1.77.1.1.1' })).toBe(1)
    close()
  })

  it('stores equal objects once even when they arrive at the same moment', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    const { request, bytes } = ctImage()
    const sessions = [1, 2, 3, 4].map(() => store.begin(request))
    for (const session of sessions) session.write(bytes.subarray(0, 5000))
    for (const session of sessions) session.write(bytes.subarray(5000))
    const outcomes = await Promise.all(sessions.map((session) => store.end(session)))
    expect(kinds(outcomes)).toEqual(['stored', 'duplicate', 'duplicate', 'duplicate'])
    await store.close()
    const sizes = packFiles(dataFolder).reduce((sum, path) => sum + statSync(path).size, 0)
    expect(sizes).toBeLessThan(2 * bytes.length)
    const again = testStore({ dataFolder })
    expect(again.recovery.recoveredObjects).toBe(0)
    await again.close()
  })

  it('refuses what names two studies: it would lie among one and count to the other', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage({ study: 1 }))
    const object = ctImage({ study: 1, instance: 2 })
    const second = dataSet({ StudyInstanceUID: '1.2.826.0.1.77.2' })
    const outcome = await put(store, { ...object, bytes: Buffer.concat([object.bytes, second]) }, 1000)
    expect(kinds([outcome])).toEqual(['missing-identifiers'])
    expect(store.removeStudy({ StudyInstanceUID: '1.2.826.0.1.77.1', archive: null })).toMatchObject({
      kind: 'removed',
    })
    expect(kinds([await put(store, ctImage({ study: 2 }))])).toEqual(['stored'])
    await store.close()
  })

  it('loses neither of two objects that share their UID but not their study', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage({ study: 1 }))
    const other = await put(store, ctImage({ study: 2 }, { SOPInstanceUID: '1.2.826.0.1.77.1.1.1' }))
    expect(other.kind).toBe('version')
    await store.close()
    for (const study of ['1.2.826.0.1.77.1', '1.2.826.0.1.77.2']) {
      expect(studyOf(dataFolder, study)?.study).toMatchObject({
        NumberOfStudyRelatedInstances: 1,
        conflictingInstances: 1,
      })
    }
  })

  it('refuses what is no whole object, and says why', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    const whole = ctImage()
    const { SOPClassUID, SOPInstanceUID } = whole.request
    const refused = await Promise.all([
      put(store, { ...whole, bytes: whole.bytes.subarray(0, whole.bytes.length - 10) }),
      put(store, { ...whole, bytes: randomBytes(3000) }),
      put(store, { ...whole, bytes: Buffer.alloc(0) }),
      put(store, { ...whole, bytes: dataSet({ SOPClassUID, SOPInstanceUID, SeriesInstanceUID: '1.2.3' }) }),
      put(store, { ...whole, request: { ...whole.request, SOPInstanceUID: '1.2.3' } }),
      put(store, { ...whole, request: { ...whole.request, SOPClassUID: BASIC_TEXT_SR } }),
    ])
    expect(kinds(refused)).toEqual([
      'cut-data-set',
      expect.stringMatching(/^(cut|unreadable)-data-set$/),
      'missing-identifiers',
      'missing-identifiers',
      'identifiers-disagree',
      'identifiers-disagree',
    ])
    expect(kinds([await put(store, whole)])).toEqual(['stored'])
    await store.close()
    expect(studyOf(dataFolder)?.study.NumberOfStudyRelatedInstances).toBe(1)
  })

  it('takes an object that claims more frames than memory has room for', async () => {
    const store = testStore({ dataFolder: temporaryFolder() })
    const item = Buffer.from('feff00e000000000', 'hex')
    const groups = Buffer.concat([Buffer.from('0052309253510000', 'hex'), Buffer.from([8, 0, 0, 0]), item])
    const { request, bytes } = ctImage({}, { NumberOfFrames: '2147483646' })
    const pixelData = bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))
    const hostile = Buffer.concat([bytes.subarray(0, pixelData), groups, bytes.subarray(pixelData)])
    expect(kinds([await put(store, { request, bytes: hostile })])).toEqual(['stored'])
    await store.close()
  })

  it('refuses an object that its own code cannot cope with, and goes on', async () => {
    const problems: string[] = []
    const store = testStore({
      dataFolder: temporaryFolder(),
      onProblem: (what, detail) => problems.push(`${what} ${detail}`),
    })
    const { request, bytes } = ctImage()
    const faulty = Object.defineProperty({ ...request }, 'SOPClassUID', {
      get: () => {
        throw new TypeError('MÜLLERSON^Élise')
      },
    })
    expect(kinds([await put(store, { request: faulty, bytes })])).toEqual(['unreadable-data-set'])
    expect(kinds([await put(store, { request, bytes })])).toEqual(['stored'])
    expect(problems).toEqual(['refused:unreadable-data-set fault: TypeError'])
    await store.close()
  })

  it('takes objects whose study is told only after many bytes, and leaves nothing of those that never tell it', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    const late = { DerivationDescription: Buffer.alloc(60_000, 'x'), ImageComments: 'after' }
    const padded = ctImage({}, { ...late, RequestedProcedureDescription: 'x' })
    const big = ctImage({ instance: 2 }, { EncapsulatedDocument: Buffer.alloc(10) })
    // A private block of 3 MiB before group 0020.
    const block = Buffer.alloc(3 * 1024 * 1024 + 12)
    block.writeUInt16LE(0x0019, 0)
    block.writeUInt16LE(0x1001, 2)
    block.write('OB', 4, 'latin1')
    block.writeUInt32LE(3 * 1024 * 1024, 8)
    const at = big.bytes.indexOf(Buffer.from([0x20, 0x00, 0x0d, 0x00]))
    const bytes = Buffer.concat([big.bytes.subarray(0, at), block, big.bytes.subarray(at)])
    expect(kinds([await put(store, padded, 1000), await put(store, { ...big, bytes })])).toEqual(['stored', 'stored'])
    const aborted = store.begin(big.request)
    aborted.write(bytes.subarray(0, 2 * 1024 * 1024))
    store.abort(aborted)
    await store.close()
    const { instances, close } = queriesOf(dataFolder)
    expect(instances.locate(2)?.length).toBe(bytes.length)
    close()
    expect([packFiles(dataFolder).length, keyFiles(dataFolder).length]).toEqual([2, 2])
  })

  it('lets an aborted object leave nothing, and the pack usable', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage())
    const before = packFiles(dataFolder).map((path) => statSync(path).size)
    const { request, bytes } = ctImage({ instance: 2, rows: 256 })
    const session = store.begin(request)
    session.write(bytes.subarray(0, 100_000))
    expect(packFiles(dataFolder).map((path) => statSync(path).size)).not.toEqual(before)
    store.abort(session)
    expect(packFiles(dataFolder).map((path) => statSync(path).size)).toEqual(before)
    expect(kinds([await put(store, ctImage({ instance: 3 }))])).toEqual(['stored'])
    await store.close()
    expect(studyOf(dataFolder)?.study.NumberOfStudyRelatedInstances).toBe(2)
  })

  it('begins another pack when one is full, and goes on in the last one after a restart', async () => {
    const dataFolder = temporaryFolder()
    let store = testStore({ dataFolder, packLimit: 30_000 })
    for (let instance = 1; instance <= 9; instance += 1) await put(store, ctImage({ instance }))
    await store.close()
    expect(packFiles(dataFolder)).toHaveLength(3)
    expect(keyFiles(dataFolder)).toHaveLength(1)
    store = testStore({ dataFolder, packLimit: 60_000 })
    await put(store, ctImage({ instance: 10 }))
    await store.close()
    expect(packFiles(dataFolder)).toHaveLength(3)
    expect(studyOf(dataFolder)?.study.NumberOfStudyRelatedInstances).toBe(10)
  })
})

describe('an object that comes again because it is damaged here', () => {
  const damages: [string, (pack: string) => void][] = [
    ['altered', (pack) => writeFileSync(pack, readFileSync(pack).fill(0x55, 9000, 9001))],
    ['cut', (pack) => truncateSync(pack, 3000)],
    ['gone', (pack) => rmSync(pack)],
  ]
  it.each(damages)('is stored once more under its key: %s', async (_, damage) => {
    const dataFolder = temporaryFolder()
    const object = ctImage()
    const first = testStore({ dataFolder })
    await put(first, object)
    await put(first, ctImage({ instance: 2 }))
    await first.close()
    damage(packFiles(dataFolder)[0] ?? '')
    const store = testStore({ dataFolder })
    const again = [await put(store, object), await put(store, object)]
    expect(again.map((outcome) => 'instanceKey' in outcome && [outcome.kind, outcome.instanceKey])).toEqual([
      ['stored', 1],
      ['duplicate', 1],
    ])
    expect(store.changes.at(-1)).toMatchObject({ kind: 'stored', instanceKey: 1 })
    await store.close()
    expect((await readBack(dataFolder, 1)).equals(object.bytes)).toBe(true)
    expect(studyOf(dataFolder)?.study).toMatchObject({ NumberOfStudyRelatedInstances: 2, conflictingInstances: 0 })
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
    await testStore({ dataFolder }).close()
    expect((await readBack(dataFolder, 1)).equals(object.bytes)).toBe(true)
  })

  it('counts as displayable again, also when it could not be read for a while only', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage())
    store.notes.markNotDisplayable(1, 'object-missing')
    expect(await put(store, ctImage())).toMatchObject({ kind: 'stored', instanceKey: 1 })
    expect(studyOf(dataFolder)?.study.completeness.displayable).toBe(1)
    await store.close()
  })

  it('counts as displayable again', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage())
    for (const pack of packFiles(dataFolder)) writeFileSync(pack, readFileSync(pack).fill(0x55, 9000, 9001))
    store.notes.markNotDisplayable(1, 'object-damaged')
    expect(studyOf(dataFolder)?.study.completeness.displayable).toBe(0)
    await put(store, ctImage())
    expect(studyOf(dataFolder)?.study.completeness.displayable).toBe(1)
    await store.close()
  })
})

describe('recovery', () => {
  const filled = async (count = 3) => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    for (let instance = 1; instance <= count; instance += 1) await put(store, ctImage({ instance }))
    return { dataFolder, store }
  }
  const reopen = async (dataFolder: string) => {
    const store = testStore({ dataFolder })
    await store.close()
    return store.recovery
  }

  it('finds nothing to do after a normal end', async () => {
    const { dataFolder, store } = await filled()
    await store.close()
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1 })
  })

  it('rebuilds a lost index from packs and keys: the same keys, counts and versions', async () => {
    const { dataFolder, store } = await filled()
    await put(store, ctImage({ instance: 2, seed: 99 }))
    await put(store, ctImage({ study: 2 }))
    await store.close()
    const before = studyOf(dataFolder)
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, indexRebuilt: 'missing', packs: 2, recoveredObjects: 5 })
    expect({ ...studyOf(dataFolder), study: { ...studyOf(dataFolder)?.study, receiving: true } }).toEqual({
      ...before,
      study: { ...before?.study, receiving: true },
    })
    const again = testStore({ dataFolder })
    const next = await put(again, ctImage({ instance: 9 }))
    expect(next).toMatchObject({ kind: 'stored' })
    expect(next.kind !== 'refused' && next.instanceKey).toBeGreaterThan(5)
    await again.close()
  })

  it('moves a damaged index aside and rebuilds it', async () => {
    const { dataFolder, store } = await filled()
    await store.close()
    writeFileSync(join(dataFolder, 'index.sqlite'), randomBytes(20_000))
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, indexRebuilt: 'damaged', packs: 1, recoveredObjects: 3 })
    expect(readdirSync(dataFolder).filter((name) => /^index-damaged-\d+\.sqlite$/.test(name))).toHaveLength(1)
    expect(studyOf(dataFolder)?.study.NumberOfStudyRelatedInstances).toBe(3)
  })

  it('cuts an unfinished object and its pack goes on', async () => {
    const { dataFolder, store } = await filled()
    await crash(store)
    const [pack = ''] = packFiles(dataFolder)
    const whole = readFileSync(pack)
    const half = testStore({ dataFolder })
    const { request, bytes } = ctImage({ instance: 4, rows: 256 })
    const session = half.begin(request)
    session.write(bytes.subarray(0, 90_000))
    const torn = readFileSync(pack)
    await crash(half)
    writeFileSync(pack, torn)
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1, cutBytes: torn.length - whole.length })
    expect(readFileSync(pack)).toEqual(whole)
  })

  it('indexes whole objects that were not indexed yet, each once', async () => {
    const { dataFolder, store } = await filled(1)
    await store.close()
    const index = readFileSync(join(dataFolder, 'index.sqlite'))
    const next = testStore({ dataFolder })
    for (let instance = 2; instance <= 4; instance += 1) await put(next, ctImage({ instance }))
    await next.close()
    for (const suffix of ['-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
    writeFileSync(join(dataFolder, 'index.sqlite'), index)
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1, recoveredObjects: 3 })
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1 })
    expect(studyOf(dataFolder)?.study.NumberOfStudyRelatedInstances).toBe(4)
  })

  it('keeps a last object that is damaged where its length stands, and lets nothing destroy it', async () => {
    const { dataFolder, store } = await filled(2)
    await store.close()
    const { instances, close } = queriesOf(dataFolder)
    const [, damaged] = instances.listInstanceKeys({ StudyInstanceUID: STUDY }).map((key) => instances.locate(key))
    close()
    if (!damaged) throw new Error('it is not there')
    rmSync(join(dataFolder, 'index.sqlite'))
    const [pack = ''] = packFiles(dataFolder)
    const bytes = readFileSync(pack)
    // The head of its last chunk, behind the one with its data, says that there is more to come.
    const lastHead = damaged.recordOffset + 32 + 8 + damaged.length + 16
    bytes[lastHead + 1] = (bytes[lastHead + 1] ?? 0) + 0x20
    writeFileSync(pack, bytes)
    expect(await reopen(dataFolder)).toMatchObject({ recoveredObjects: 1, damagedStretches: 1, cutBytes: 0 })
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ recoveredObjects: 0, damagedStretches: 1 })
    const next = await put(again, ctImage({ instance: 3 }))
    expect(next).toMatchObject({ kind: 'stored' })
    expect(next.kind !== 'refused' && next.instanceKey).toBeGreaterThan(2)
    expect(readFileSync(pack)).toEqual(bytes)
    const after = queriesOf(dataFolder)
    const keys = after.instances.listInstanceKeys({ StudyInstanceUID: STUDY })
    after.close()
    const proof = {
      archive: 'archive',
      sentAt: null,
      archivedAt: '2026-02-03T10:00:00.000Z',
      proof: 'read-back',
    } as const
    again.notes.saveArchiveProofs(keys.map((instanceKey) => ({ instanceKey, ...proof })))
    const request = { StudyInstanceUID: STUDY, archive: 'archive' }
    expect(keys).toHaveLength(2)
    // What nobody can read may not be in the archive.
    expect(again.removeStudy(request)).toEqual({ kind: 'not-archived' })
    expect(again.removeStudy({ ...request, archive: null })).toMatchObject({ kind: 'removed' })
    await again.close()
    expect([packFiles(dataFolder), keyFiles(dataFolder)]).toEqual([[], []])
  })

  it('keeps the one key of a pack that is not there, through any number of starts without it', async () => {
    const { dataFolder, store } = await filled(1)
    await store.close()
    const [packs, away] = [join(dataFolder, 'packs'), join(dataFolder, 'away')]
    renameSync(packs, away)
    rmSync(join(dataFolder, 'index.sqlite'))
    for (let start = 1; start <= 2; start += 1) expect(await reopen(dataFolder)).toMatchObject({ removedKeys: 0 })
    cpSync(away, packs, { recursive: true })
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1, recoveredObjects: 1 })
  })

  it('keeps the key of a pack of which nothing can be read when its study is removed', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder, packLimit: 3000 })
    for (let instance = 1; instance <= 2; instance += 1) await put(store, ctImage({ instance }))
    await store.close()
    rmSync(join(dataFolder, 'index.sqlite'))
    const [damaged = '', whole = ''] = packFiles(dataFolder)
    const bytes = readFileSync(damaged)
    bytes[300] = (bytes[300] ?? 0) ^ 1
    writeFileSync(damaged, bytes)
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ recoveredObjects: 1, damagedStretches: 1 })
    expect(again.removeStudy({ StudyInstanceUID: STUDY, archive: null })).toMatchObject({ kind: 'removed' })
    await again.close()
    expect(existsSync(whole)).toBe(false)
    expect(await reopen(dataFolder)).toMatchObject({ damagedStretches: 1, unreadablePacks: 0 })
  })

  it('keeps the keys of packs that are not there when the index is lost as well: they may come back', async () => {
    const { dataFolder, store } = await filled(1)
    for (let study = 2; study <= 10; study += 1) await put(store, ctImage({ study, rows: 2 }))
    await store.close()
    const [packs, away] = [join(dataFolder, 'packs'), join(dataFolder, 'away')]
    renameSync(packs, away)
    rmSync(join(dataFolder, 'index.sqlite'))
    expect(await reopen(dataFolder)).toMatchObject({ missingPacks: 10, removedKeys: 0 })
    const meanwhile = testStore({ dataFolder })
    await put(meanwhile, ctImage({ study: 11, rows: 2 }))
    await meanwhile.close()
    expect(await reopen(dataFolder)).toMatchObject({ missingPacks: 10, removedKeys: 0 })
    cpSync(away, packs, { recursive: true })
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 11, recoveredObjects: 10 })
  })

  it('keeps what lies behind a damaged object', async () => {
    const { dataFolder, store } = await filled(3)
    await store.close()
    rmSync(join(dataFolder, 'index.sqlite'))
    const [pack = ''] = packFiles(dataFolder)
    const bytes = readFileSync(pack)
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    writeFileSync(pack, bytes)
    expect(await reopen(dataFolder)).toMatchObject({ recoveredObjects: 2, damagedStretches: 1, cutBytes: 0 })
    expect(statSync(pack).size).toBe(bytes.length)
  })

  it('tells of packs that are gone, cut short, or have lost their key, and opens all the same', async () => {
    const { dataFolder, store } = await filled(1)
    for (const study of [2, 3, 4]) await put(store, ctImage({ study }))
    await store.close()
    const [gone = '', short = '', unreadable = ''] = packFiles(dataFolder)
    rmSync(gone)
    truncateSync(short, 300)
    const header = readFileSync(unreadable).toString('hex', 32, 48)
    rmSync(join(dataFolder, 'keys', header.slice(0, 2), `${header}.key`))
    const bytes = readFileSync(unreadable)
    writeFileSync(unreadable, Buffer.concat([bytes, Buffer.from('more')]))
    expect(await reopen(dataFolder)).toMatchObject({ missingPacks: 1, damagedStretches: 1, unreadablePacks: 1 })
  })

  it('opens although a pack cannot be opened or read, and receives its study into another', async () => {
    const { dataFolder, store } = await filled(1)
    await put(store, ctImage({ study: 2 }))
    await store.close()
    const [pack = ''] = packFiles(dataFolder)
    rmSync(pack)
    mkdirSync(pack)
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ unreadablePacks: 1, missingPacks: 0, removedKeys: 0 })
    const outcomes = [await put(again, ctImage({ study: 1 })), await put(again, ctImage({ study: 2 }))]
    expect(kinds(outcomes).toSorted()).toEqual(['duplicate', 'stored'])
    await again.close()
  })

  it('does not write into a pack that was cut short, nor leave unfinished key files', async () => {
    const { dataFolder, store } = await filled(2)
    await store.close()
    const [pack = '', key = ''] = [...packFiles(dataFolder), ...keyFiles(dataFolder)]
    truncateSync(pack, 300)
    writeFileSync(`${key}.123456.new`, 'half a key')
    const again = testStore({ dataFolder })
    expect(kinds([await put(again, ctImage({ instance: 3 }))])).toEqual(['stored'])
    await again.close()
    expect(statSync(pack).size).toBe(300)
    expect(packFiles(dataFolder)).toHaveLength(2)
    expect(existsSync(`${key}.123456.new`)).toBe(false)
  })

  it('makes an index anew whose damage shows only when it is brought together with the packs', async () => {
    const { dataFolder, store } = await filled()
    await store.close()
    const path = join(dataFolder, 'index.sqlite')
    const database = openIndexForReading(path, STATION_KEY)
    const page = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'pack'").pluck().get() as number
    database.close()
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(0x55, (page - 1) * 4096 + 100, (page - 1) * 4096 + 200))
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, indexRebuilt: 'damaged', packs: 1, recoveredObjects: 3 })
    expect(studyOf(dataFolder)?.study.NumberOfStudyRelatedInstances).toBe(3)
  })

  it('opens although the file that proves the station key is damaged, and still under no other key', async () => {
    const { dataFolder, store } = await filled()
    await store.close()
    const canary = join(dataFolder, 'keys', '00', `${'0'.repeat(32)}.key`)
    writeFileSync(canary, readFileSync(canary).fill(0, 40, 50))
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1 })
    expect(() => testStore({ dataFolder, stationKey: randomBytes(32) })).toThrow('does not open')
  })

  it('removes packs without an object and keys without a pack', async () => {
    const { dataFolder, store } = await filled(1)
    const { request, bytes } = ctImage({ study: 2, rows: 256 })
    const session = store.begin(request)
    session.write(bytes.subarray(0, 70_000))
    const torn = packFiles(dataFolder).map((path) => [path, readFileSync(path)] as const)
    await crash(store)
    for (const [path, content] of torn) writeFileSync(path, content)
    expect(await reopen(dataFolder)).toMatchObject({ removedEmptyPacks: 1, removedKeys: 1, recoveredObjects: 0 })
    expect([packFiles(dataFolder).length, keyFiles(dataFolder).length]).toEqual([1, 1])
  })

  it('keeps the key of a study when a second, empty pack of it is removed', async () => {
    const { dataFolder, store } = await filled(1)
    const { request, bytes } = ctImage({ instance: 2, rows: 256 })
    const sessions = [store.begin(request), store.begin(request)]
    for (const session of sessions) session.write(bytes.subarray(0, 70_000))
    const torn = packFiles(dataFolder).map((path) => [path, readFileSync(path)] as const)
    await crash(store)
    for (const [path, content] of torn) writeFileSync(path, content)
    expect(await reopen(dataFolder)).toMatchObject({ removedEmptyPacks: 1, removedKeys: 0 })
    expect([packFiles(dataFolder).length, keyFiles(dataFolder).length]).toEqual([1, 1])
  })

  it('finishes the removal of packs that a tombstone names', async () => {
    const { dataFolder, store } = await filled(1)
    await put(store, ctImage({ study: 2 }))
    await store.close()
    const [pack = ''] = packFiles(dataFolder)
    const bytes = readFileSync(pack)
    const [packId, keyId] = [bytes.toString('hex', 16, 32), bytes.toString('hex', 32, 48)]
    const { openIndexForWriting } = await import('../../../../main/cache/index-database/open-index.ts')
    const database = openIndexForWriting(join(dataFolder, 'index.sqlite'), STATION_KEY)
    database.prepare('INSERT INTO tombstone VALUES (?, ?, ?)').run(packId, keyId, '2026-01-01T00:00:00Z')
    database.close()
    await reopen(dataFolder)
    expect(existsSync(pack)).toBe(false)
    expect(keyFiles(dataFolder).some((path) => path.includes(keyId))).toBe(false)
  })

  it('refuses another station key and touches nothing', async () => {
    const { dataFolder, store } = await filled()
    await store.close()
    const before = readdirSync(dataFolder).sort()
    expect(() => testStore({ dataFolder, stationKey: randomBytes(32) })).toThrowError(
      expect.objectContaining({ code: 'wrong-key' }),
    )
    expect(readdirSync(dataFolder).sort()).toEqual(before)
    expect(await reopen(dataFolder)).toEqual({ ...CLEAN, packs: 1 })
  })
})
