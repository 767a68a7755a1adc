/**
 * What strangers, links and disks can send, changed in every way, case by case through the code that reads it: no exception but the declared
 * ones, no second of CPU for one case, no hang, bounded memory, and the next association or object works. fast-check draws the cases and
 * simplifies those that fail; each failure names the seed and the path that give it again.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { archiveAnswers } from './fuzz/archive-answers.ts'
import { acceptedAssociations, requestedAssociations } from './fuzz/associations.ts'
import { commandSets } from './fuzz/command-sets.ts'
import { files } from './fuzz/files.ts'
import type { FuzzKind, FuzzRun } from './fuzz/fuzz-kind.ts'
import { packs } from './fuzz/packs.ts'
import { recoveries } from './fuzz/recoveries.ts'
import { storedMessages } from './fuzz/store-messages.ts'
import { Failures, type Torture } from './torture.ts'

const kinds: FuzzKind[] = [
  ...[acceptedAssociations, requestedAssociations, commandSets],
  ...[files, archiveAnswers, storedMessages, packs, recoveries],
]
const ALL_SHARES = kinds.reduce((sum, { share }) => sum + share, 0)

/** CPU ms that no case may take. */
const SLOW = 1000
/** Bytes that the process may grow. */
const MOST_GROWTH = 400_000_000
/** ms after which a case is taken to hang. */
const HANGING = 60_000
/** Failures of one kind after which it is given up. */
const MOST_FAILURES = 5

/** Ends the process, saying where it was, when no case ends for a long time. */
function watch(seed: number): { tick(): void; begin(kind: string): void; stop(): Promise<unknown> } {
  const shared = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(
    `const { workerData: { shared, seed, limit }, parentPort } = require('node:worker_threads')
    let last = -1
    let kind = ''
    parentPort.on('message', (name) => { kind = name })
    setInterval(() => {
      const now = Atomics.load(shared, 0)
      if (now === last) {
        require('node:fs').writeSync(2, 'hangs in case ' + now + ', among ' + kind + ' of seed ' + seed + '\\n')
        process.kill(process.pid, 'SIGKILL')
      }
      last = now
    }, limit)`,
    { eval: true, workerData: { shared, seed, limit: HANGING } },
  )
  return {
    tick: () => void Atomics.add(shared, 0, 1),
    begin: (kind) => worker.postMessage(kind),
    stop: () => worker.terminate(),
  }
}

/** The same cases, each of which must end within its CPU time. */
const bounded = (property: FuzzRun['property'], onCase: () => void): FuzzRun['property'] => {
  const play = property.run.bind(property)
  const isSlow = (from: NodeJS.CpuUsage): ReturnType<typeof play> => {
    onCase()
    const { user, system } = process.cpuUsage(from)
    const ms = (user + system) / 1000
    return ms > SLOW ? { error: new Error(`took ${ms} ms of CPU`) } : null
  }
  property.run = (value) => {
    const from = process.cpuUsage()
    const played = play(value)
    if (played instanceof Promise) return played.then((failure) => failure ?? isSlow(from))
    return played ?? isSlow(from)
  }
  return property
}

const firstLines = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error)

interface KindOptions {
  folder: string
  cases: number
  seed: number
  failures: Failures
  onCase(): void
}

/** Plays so many cases of one kind; goes on behind a failure with another seed. */
async function playKind(kind: FuzzKind, { folder, cases, seed, failures, onCase }: KindOptions) {
  mkdirSync(folder)
  const run = await kind.begin(folder)
  const property = bounded(run.property, onCase)
  let played = 0
  let failed = 0
  for (let part = 0; played < cases && failed < MOST_FAILURES; part += 1) {
    const details = await fc.check(property, { numRuns: cases - played, seed: seed + part })
    played += details.numRuns
    if (!details.failed) continue
    failed += 1
    const path = details.counterexamplePath ?? ''
    failures.add(`${kind.name}, seed ${details.seed}, path ${path}: ${firstLines(details.errorInstance)}`)
  }
  const { problems, figures } = await run.end()
  for (const problem of problems) failures.add(`${kind.name}: ${problem}`)
  return { cases: played, ...figures }
}

/** Where packs and indexes are: in memory when that can be, as their syncs need not be real. */
const scratchFolder = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'astreinte-torture-'))

export const fuzz: Torture = {
  name: 'fuzz',
  async run({ length, amount, seed, progress }) {
    const all = amount ?? (length === 'long' ? 1_000_000 : 110_000)
    const failures = new Failures()
    const byKind: Record<string, object> = {}
    const folder = scratchFolder()
    const watchdog = watch(seed)
    const before = process.memoryUsage().rss
    let most = before
    let cases = 0
    const onCase = (): void => {
      watchdog.tick()
      cases += 1
      if (cases % 1000 === 0) most = Math.max(most, process.memoryUsage().rss)
    }
    try {
      for (const [index, kind] of kinds.entries()) {
        watchdog.begin(kind.name)
        const from = performance.now()
        const played = await playKind(kind, {
          ...{ folder: join(folder, String(index)), seed, failures, onCase },
          cases: Math.ceil((all * kind.share) / ALL_SHARES),
        })
        byKind[kind.name] = played
        const seconds = ((performance.now() - from) / 1000).toFixed(1)
        progress(`${kind.name}: ${played.cases} cases in ${seconds} s, ${failures.count} failures`)
      }
    } finally {
      await watchdog.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    if (most - before > MOST_GROWTH) failures.add(`memory grew by ${most - before} bytes`)
    return { ...failures.result, cases, byKind, memoryGrowthBytes: most - before }
  },
}
