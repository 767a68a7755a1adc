/**
 * Opening a cache of 100,000 small objects in 1,000 studies after its process was killed while objects came in. Beside it: an orderly end, an index
 * that lacks the last tenth of every study, and one that is gone altogether.
 */
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type OpenedCache, openCache } from '../../main/cache/index.ts'
import { nodePackFiles, type PackFiles } from '../../main/cache/packs/pack-files.ts'
import { Store } from '../../main/cache/store/store.ts'
import { ctImage, STATION_KEY } from '../main/cache/data-sets.ts'
import { median } from './process-figures.ts'
import type { Bench, BenchOptions } from './run.ts'

const SIZE = 100_000
/** Objects of a study; the last tenth comes when all studies have the rest. */
const PER_STUDY = 100
const LAST = 10
/** Studies that are stored at once. */
const AT_ONCE = 8
/** The first number of objects that are stored by the process that is killed. */
const FIRST = 1_000_000
/** Objects that the process has stored when it is killed. */
const STORED = 300
/** Seconds for each 100,000 objects. */
const TARGET = 2

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const rounded = (value: number): number => Number(value.toFixed(3))

/** Stores a part of a study, all at once. */
async function storePart(store: Store, study: number, first: number, count: number): Promise<void> {
  const stored = Array.from({ length: count }, (_, index) => {
    const { request, bytes } = ctImage({ study, instance: first + index, rows: 16 })
    const session = store.begin(request)
    session.write(bytes)
    return new Promise<string>((resolve) => store.finish(session, ({ kind }) => resolve(kind)))
  })
  for (const kind of await Promise.all(stored)) if (kind !== 'stored') throw new Error(`an object was ${kind}`)
}

/** Makes the cache; its index as it is without the last tenth stays beside it, as `older`. */
async function build(dataFolder: string, studies: number, older: string, progress: BenchOptions['progress']) {
  // It is not the making that may lose power.
  const files: PackFiles = { ...nodePackFiles, sync: async () => undefined }
  const nothing = () => undefined
  const storeAll = async (first: number, count: number): Promise<void> => {
    const store = new Store({
      ...{ dataFolder, stationKey: STATION_KEY, reserve: 0, packLimit: 1024 ** 3, files },
      ...{ onIndexed: nothing, onDiskFull: nothing, onProblem: nothing },
    })
    for (let study = 1; study <= studies; study += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, studies + 1 - study) }, (_, index) => study + index)
      await Promise.all(some.map((each) => storePart(store, each, first, count)))
    }
    await store.close()
  }
  await storeAll(1, PER_STUDY - LAST)
  copyFileSync(join(dataFolder, 'index.sqlite'), older)
  await storeAll(1 + PER_STUDY - LAST, LAST)
  progress(`${studies * PER_STUDY} objects of ${studies} studies`)
}

/** Stores into the cache from another process and kills that; `first` is the number of its first object, and the next one's is returned. */
async function killWhileStoring(dataFolder: string, first: number): Promise<number> {
  const script = join(import.meta.dirname, '../main/cache/ingesting-process.ts')
  const child = spawn(process.execPath, [script, dataFolder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let stored = 0
  try {
    for await (const line of createInterface(child.stdout)) {
      if (!/^\d+$/.test(line)) throw new Error(line)
      stored += 1
      if (stored === STORED) child.kill('SIGKILL')
    }
  } finally {
    child.kill('SIGKILL')
    await ended
  }
  return first + stored + 1000
}

interface Opening {
  seconds: number
  /** CPU of all threads. */
  cpu: number
  recovered: number
}

/** Opens the cache as the station does, and closes it. */
async function openAgain(dataFolder: string): Promise<Opening> {
  const [from, cpuFrom] = [performance.now(), process.cpuUsage()]
  const cache: OpenedCache = await openCache({ dataFolder, stationKey: STATION_KEY, log, reserveBytes: 0 })
  const seconds = (performance.now() - from) / 1000
  const { user, system } = process.cpuUsage(cpuFrom)
  const { recoveredObjects, waitingObjects, damagedStretches, unreadablePacks, missingPacks } = cache.recovery
  await cache.close()
  if (waitingObjects + damagedStretches + unreadablePacks + missingPacks > 0)
    throw new Error(`not all was recovered: ${JSON.stringify(cache.recovery)}`)
  return { seconds, cpu: (user + system) / 1e6, recovered: recoveredObjects }
}

const replaceIndex = (dataFolder: string, by: string | null): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
  if (by !== null && existsSync(by)) copyFileSync(by, join(dataFolder, 'index.sqlite'))
}

const figuresOf = (openings: readonly Opening[]) => ({
  seconds: rounded(median(openings.map(({ seconds }) => seconds))),
  all: openings.map(({ seconds }) => rounded(seconds)),
  cpuSeconds: rounded(median(openings.map(({ cpu }) => cpu))),
  recoveredObjects: median(openings.map(({ recovered }) => recovered)),
})

export const recovery: Bench = {
  name: 'recovery',
  async run({ rounds, size = SIZE, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-bench-'))
    const dataFolder = join(folder, 'data')
    const older = join(folder, 'older.sqlite')
    const [loadBefore = 0] = loadavg()
    try {
      const studies = Math.ceil(size / PER_STUDY)
      await build(dataFolder, studies, older, progress)
      const openings = {
        lacking: [] as Opening[],
        rebuilt: [] as Opening[],
        killed: [] as Opening[],
        orderly: [] as Opening[],
      }
      const take = async (name: keyof typeof openings): Promise<void> => {
        const opening = await openAgain(dataFolder)
        openings[name].push(opening)
        progress(`${name}: ${rounded(opening.seconds)} s (CPU ${rounded(opening.cpu)}), ${opening.recovered} recovered`)
      }
      let next = FIRST
      for (let round = 0; round < rounds; round += 1) {
        next = await killWhileStoring(dataFolder, next)
        await take('killed')
        await take('orderly')
      }
      for (let round = 0; round < rounds; round += 1) {
        replaceIndex(dataFolder, older)
        await take('lacking')
      }
      replaceIndex(dataFolder, null)
      await take('rebuilt')
      const target = (TARGET * Math.max(size, SIZE)) / SIZE
      const killed = figuresOf(openings.killed)
      return {
        rounds,
        machine: { cores: availableParallelism(), loadBefore: rounded(loadBefore) },
        objects: studies * PER_STUDY,
        studies,
        seconds: {
          afterKill: killed,
          afterOrderlyEnd: figuresOf(openings.orderly),
          indexLacksATenth: figuresOf(openings.lacking),
          indexGone: figuresOf(openings.rebuilt),
        },
        targets: { afterKill: target },
        ok: killed.seconds <= target,
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
