import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { part10Header } from '../../../main/dataset/index.ts'
import { Intake } from '../../../main/importer/intake.ts'
import { createIntakes, type Intakes } from '../../../main/importer/intakes.ts'
import { OfferedFiles } from '../../../main/importer/sources/offered-files.ts'
import { pydicomFolder } from '../../helpers/corpora.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { ctImage, type TestObject } from '../cache/data-sets.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { zipOf } from './zip-archive.ts'

const part10 = ({ request, bytes }: TestObject): Buffer => Buffer.concat([part10Header(request), bytes])

const emptyCache = () =>
  Object.assign(createMemoryCache(), {
    listInstances: async () => [],
    getStudy: async () => null,
    searchAttributes: async () => [],
  })

/** Files as a window holds them; null: one that can no longer be read. */
type Held = readonly (readonly [name: string, bytes: Uint8Array | null, length?: number])[]

const opened: { intakes: Intakes; close: AbortController }[] = []
afterEach(async () => {
  for (const { intakes, close } of opened.splice(0)) {
    await intakes.stop()
    close.abort()
  }
})

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 20_000) yield bytes.subarray(at, at + 20_000)
}

/** A window that offers files and gives what is wanted of them, in pieces. */
function offer(held: Held, cache = emptyCache(), gives = inPieces) {
  const intakes = createIntakes({ cache, onChange: () => undefined })
  const close = new AbortController()
  opened.push({ intakes, close })
  const intakeId = intakes.offer(['dropped'])
  const reads: { file: number; start: number; end: number }[] = []
  const answered = new Set<string>()
  const serve = async () => {
    for await (const { data } of intakes.wantedReads(intakeId, close.signal)) {
      for (const { readId, file, start, end } of data.reads) {
        if (answered.has(readId)) continue
        answered.add(readId)
        reads.push({ file, start, end })
        const bytes = held[file]?.[1]
        void intakes.giveOffered({ intakeId, readId }, bytes ? gives(bytes.subarray(start, end)) : null)
      }
    }
  }
  const served = serve()
  const files = held.map(([name, bytes, length]) => ({ name, bytes: length ?? bytes?.length ?? 0 }))
  intakes.addOffered(intakeId, { files, unreadable: [], isAll: true })
  const state = () => {
    const found = intakes.get(intakeId)
    if (!found) throw new Error('dismissed')
    return found
  }
  const reaches = (wanted: string) => expect.poll(() => state().state, { interval: 10 }).toBe(wanted)
  return { intakes, intakeId, cache, reads, served, close, state, reaches }
}

describe('files that a window offers', () => {
  it('are looked at by their first bytes alone, and taken byte for byte when a person says so', async () => {
    const large = ctImage({ instance: 1, rows: 512 })
    const small = ctImage({ instance: 2 })
    const held: Held = [
      ['study/1', part10(large)],
      ['study/2', part10(small)],
      ['study/notes.txt', Buffer.from('no')],
      ['study/gone', null, 400],
    ]
    const window = offer(held)
    await window.reaches('ready')
    expect(window.cache.objects).toEqual([])
    expect(window.reads.every(({ start, end }) => start === 0 && end <= 64 * 1024)).toBe(true)
    expect(window.state()).toMatchObject({ given: ['dropped'], files: 4, objects: 2, interruption: null })
    expect(window.state().refused).toEqual([
      { name: 'study/notes.txt', reason: 'not-dicom' },
      { name: 'study/gone', reason: 'unreadable-file' },
    ])
    expect(window.intakes.take(window.intakeId)).toBe(true)
    await window.reaches('done')
    expect(window.state().progress.counts).toEqual({ stored: 2, duplicate: 0, version: 0, refused: 0 })
    const stored = window.cache.objects.map(({ dataSet }) => dataSet.toString('base64')).sort()
    expect(stored).toEqual([large, small].map(({ bytes }) => bytes.toString('base64')).sort())
    // Nothing more is wanted: the window may let its files go.
    await window.served
  })

  it('may be an archive, of which nothing is read twice that lies side by side', async () => {
    const objects = Array.from({ length: 20 }, (_, at) => ctImage({ instance: at + 1, rows: 64 }))
    const archive = await zipOf({
      ...Object.fromEntries(objects.map((object, at) => [`d/${at}`, part10(object)])),
      'in.zip': await zipOf({ x: part10(objects[0] as TestObject) }),
    })
    const window = offer([['disc.zip', archive]])
    await window.reaches('ready')
    expect(window.state()).toMatchObject({
      objects: 20,
      refused: [{ name: 'disc.zip/in.zip', reason: 'nested-archive' }],
    })
    window.intakes.take(window.intakeId)
    await window.reaches('done')
    expect(window.state().progress.counts.stored).toBe(20)
    const given = window.reads.reduce((sum, { start, end }) => sum + end - start, 0)
    expect(given).toBeLessThanOrEqual(2 * archive.length)
  })

  it('that are a damaged archive are refused as such', async () => {
    const archive = await zipOf({ '1': part10(ctImage()) })
    const window = offer([['disc.zip', archive.subarray(0, archive.length - 30)]])
    await window.reaches('ready')
    expect(window.state().refused).toEqual([{ name: 'disc.zip', reason: 'archive-damaged' }])
  })

  it.skipIf(!pydicomFolder('test_files'))('may be a disc, whose DICOMDIR is used', async () => {
    const folder = temporaryFolder()
    const from = join(pydicomFolder('test_files') ?? '', 'dicomdirtests')
    for (const name of ['77654033', '98892001', '98892003'])
      cpSync(join(from, name), join(folder, name), { recursive: true })
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
    const held: Held = [
      ['CD/DICOMDIR', readFileSync(join(from, 'DICOMDIR'))],
      ...files.map((path) => [`CD/${path.slice(folder.length + 1)}`, readFileSync(path)] as const),
    ]
    const window = offer(held)
    await window.reaches('ready')
    expect(window.state()).toMatchObject({ directory: 'used', missingTotal: 0, objects: files.length })
    // One file of each series tells for the others.
    expect(window.reads.length).toBeLessThan(files.length)
  })

  it('are lost with their window: what was stored stays, and it is said why it stopped', async () => {
    const files = new OfferedFiles({ onGone: () => intake.loseSource(), returnWithin: 20 })
    const source = { given: ['a'], found: () => files.found(), close: () => files.close() }
    const intake = new Intake({ cache: emptyCache(), source, onChange: () => undefined })
    files.add([{ name: 'a', bytes: 100 }], [], true)
    const window = new AbortController()
    for await (const { data } of files.wanted(window.signal)) {
      expect(data.reads).toMatchObject([{ file: 0, start: 0, end: 100 }])
      window.abort()
    }
    await expect.poll(() => intake.state.state, { interval: 10 }).toBe('interrupted')
    expect(intake.state.interruption).toBe('window-gone')
    expect(intake.take()).toBe(false)
    await intake.cancel()
    expect(intake.state.state).toBe('cancelled')
  })

  it('given short or long are not taken for what they are not', async () => {
    const bytes = part10(ctImage())
    const window = offer([
      ['short', bytes.subarray(0, bytes.length - 10), bytes.length],
      ['whole', bytes],
    ])
    await window.reaches('ready')
    window.intakes.take(window.intakeId)
    await window.reaches('done')
    expect(window.state().refused).toEqual([{ name: 'short', reason: 'unreadable-file' }])
    expect(window.cache.objects).toHaveLength(1)
  })

  it('stop where a person cancels, and the window is told that nothing more is wanted', async () => {
    const window = offer([['a', part10(ctImage())]])
    await window.reaches('ready')
    await window.intakes.cancel(window.intakeId)
    await window.served
    expect(window.state().state).toBe('cancelled')
    expect(window.cache.objects).toEqual([])
  })

  it('stop at once where a person cancels in mid-read, also when the window has come to a stop', async () => {
    const bytes = part10(ctImage({ rows: 512 }))
    const stalled = Promise.withResolvers<void>()
    const window = offer([['a', bytes]], emptyCache(), async function* (wanted) {
      yield wanted.subarray(0, 1000)
      stalled.resolve()
      await new Promise(() => undefined)
    })
    await stalled.promise
    await window.intakes.cancel(window.intakeId)
    await window.served
    expect(window.state().state).toBe('cancelled')
  })
})
