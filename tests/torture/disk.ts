/**
 * Disks that fail: each call of the store in turn fails with an I/O error, as on a full disk, as on one that became read-only; each write and
 * sync of a whole cache, SQLite's included, fails for good; and the file system itself is mounted read-only. What was answered stays.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache } from '../../main/cache/index.ts'
import { Store } from '../../main/cache/store/store.ts'
import { hasTool } from '../helpers/dcmtk.ts'
import { mountSmallDisk } from '../helpers/small-disk.ts'
import { store } from '../main/cache/data-sets.ts'
import { withFailingCall } from './disk/failing-calls.ts'
import { objectOf, Promises, REMOVED_STUDY, type Said } from './power/promises.ts'
import { StoredObjects } from './stored-objects.ts'
import { Failures, randomFrom, type Torture } from './torture.ts'

const STATION_KEY = Buffer.alloc(32, 3)
const CODES = ['EIO', 'ENOSPC', 'EROFS', 'EDQUOT']
/** Objects stored one after the other, and others together; those of even numbers are of the study that is then removed. */
const ALONE = [1, 2, 3, 5]
const AT_ONCE = [4, 6, 7, 9]
const NUMBERS = [...ALONE, ...AT_ONCE]
/** System calls that fail in a whole cache, and the errors. */
const INJECTED = ['pwrite64', 'pwritev', 'fsync', 'fdatasync', 'ftruncate', 'rename', 'mkdir']
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const nothing = () => undefined

const openStore = (dataFolder: string): Store =>
  new Store({
    ...{ dataFolder, stationKey: STATION_KEY, reserve: 0, packLimit: 1024 ** 3 },
    ...{ onIndexed: nothing, onDiskFull: nothing, onProblem: nothing },
  })

const put = (target: Store, number: number): Promise<string> => {
  const { request, bytes } = objectOf(number)
  const session = target.begin(request)
  session.write(bytes)
  return target.end(session).then(({ kind }) => kind)
}

/** Stores objects and removes a study while one call fails, then stores them again without; tells what broke. Null: there are not so many calls. */
async function playFailingCall(folder: string, failing: number, code: string): Promise<string[] | null> {
  const dataFolder = mkdtempSync(join(folder, 'failing-'))
  const answered: number[] = []
  const problems: string[] = []
  const failed = await withFailingCall(failing, code, async () => {
    let target: Store
    try {
      target = openStore(dataFolder)
    } catch {
      return
    }
    const tryToPut = async (number: number): Promise<void> => {
      const kind = await put(target, number)
      if (kind === 'stored') answered.push(number)
      else if (kind !== 'refused') problems.push(`object ${number} was ${kind}`)
    }
    for (const number of ALONE) await tryToPut(number)
    await Promise.all(AT_ONCE.map(tryToPut))
    try {
      target.removeStudy({ StudyInstanceUID: REMOVED_STUDY, archive: null })
    } catch {
      // It is not removed, or it is and the rest of it goes later: both are as they should be.
    }
    await target.close().catch((error: unknown) => problems.push(`closing: ${error}`))
  }).catch((error: unknown) => {
    problems.push(`thrown: ${error}`)
    return String(error)
  })
  if (failed === null) return null
  const again = openStore(dataFolder)
  const { indexRebuilt, unreadablePacks, missingPacks, damagedStretches } = again.recovery
  if (indexRebuilt === 'damaged' || unreadablePacks + missingPacks + damagedStretches > 0)
    problems.push(`recovery: ${JSON.stringify(again.recovery)}`)
  for (const number of answered.filter((each) => each % 2 > 0))
    if ((await put(again, number)) !== 'duplicate') problems.push(`object ${number} is gone`)
  for (const number of NUMBERS)
    if ((await put(again, number)) === 'refused') problems.push(`object ${number} is refused`)
  await again.close()
  const stored = new StoredObjects(dataFolder, STATION_KEY)
  for (const number of NUMBERS) {
    const found = await stored.compare(objectOf(number))
    if (found !== 'equal') problems.push(`object ${number}: ${found}`)
  }
  problems.push(...stored.differences())
  await stored.close()
  rmSync(dataFolder, { recursive: true, force: true })
  return problems.map((problem) => `${failed} (call ${failing}) ${code}: ${problem}`)
}

/** Runs the recorded workload while the `when`th such system call of each thread, and all after it, fail; its promises must be kept. */
async function playBrokenDisk(folder: string, call: string, code: string, when: number): Promise<string[]> {
  const root = mkdtempSync(join(folder, 'broken-'))
  const workload = join(import.meta.dirname, 'power', 'workload.ts')
  const inject = `inject=${call}:error=${code}:when=${when}+`
  const child = spawn(
    'strace',
    [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      `trace=${call}`,
      '-e',
      inject,
      '--',
      process.execPath,
      workload,
      'begin',
      root,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await new Promise((resolve) => child.once('close', resolve))
  const promises = new Promises()
  for (const line of output.split('\n').slice(0, -1)) promises.add(JSON.parse(line) as Said)
  const problems = await promises.broken(root)
  rmSync(root, { recursive: true, force: true })
  return problems.map((problem) => `${call} from ${when} on ${code}: ${problem}`)
}

/** A data folder on a file system that is mounted read-only: told with a reason, and nothing changes. */
async function playReadOnly(failures: Failures): Promise<void> {
  const disk = mountSmallDisk(32 * 1024 * 1024)
  try {
    const options = { dataFolder: join(disk.folder, 'data'), stationKey: STATION_KEY, log, reserveBytes: 0 }
    const cache = await openCache(options)
    if ((await store(cache, objectOf(1))).kind !== 'stored') failures.add('nothing could be stored')
    await cache.close()
    const remount = (mode: string) => spawnSync('/bin/mount', ['-o', `remount,${mode}`, disk.folder]).status === 0
    if (!remount('ro')) throw new Error('cannot be mounted read-only')
    const opened = await openCache(options).then(
      async (readable) => {
        await readable.close()
        return 'opened'
      },
      (error: unknown) => String((error as { code?: string }).code ?? error),
    )
    if (!/^[\w-]+$/.test(opened)) failures.add(`read-only: ${opened}`)
    remount('rw')
    const again = await openCache(options)
    if ((await store(again, objectOf(1))).kind !== 'duplicate') failures.add('read-only: the object is gone')
    await again.close()
  } finally {
    disk.unmount()
  }
}

export const disk: Torture = {
  name: 'disk',
  async run({ length, amount, seed, progress }) {
    const random = randomFrom(seed)
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-torture-'))
    mkdirSync(folder, { recursive: true })
    const failures = new Failures()
    const broken = amount ?? (length === 'long' ? 60 : 1)
    let calls = 0
    try {
      for (const [index, code] of CODES.entries()) {
        // In the short form every tenth call, each code others.
        const step = length === 'long' ? 1 : 10
        for (let failing = 1 + (length === 'long' ? 0 : index); ; failing += step) {
          const problems = await playFailingCall(folder, failing, code)
          if (problems === null) break
          calls += 1
          for (const problem of problems) failures.add(problem)
        }
        progress(`${code} at each call: ${calls} calls, ${failures.count} failures`)
      }
      for (let round = 0; hasTool('strace') && round < broken; round += 1) {
        const call = INJECTED[Math.floor(random() * INJECTED.length)] ?? 'fsync'
        const code = CODES[Math.floor(random() * CODES.length)] ?? 'EIO'
        const problems = await playBrokenDisk(folder, call, code, 1 + Math.floor(random() ** 2 * 60))
        for (const problem of problems) failures.add(problem)
        progress(`broken disk ${round + 1}/${broken}: ${call} ${code}, ${failures.count} failures`)
      }
      if (process.getuid?.() === 0) await playReadOnly(failures)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...failures.result, failingCalls: calls, brokenDisks: broken }
  },
}
