/**
 * Receiving, side by side: the headless station (encrypted, indexed and synced before each Success) against dcmtk's `storescp --fork`
 * (plain files, none of that) and Orthanc. One sender for all, storescu; new objects at each turn; the sides alternate.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import { writeCTFolders } from './ct-files.ts'
import { childrenEnded, cpuTime, median, residentMemory, watchMemory } from './process-figures.ts'
import { programs, type ReceiverProcess, startAstreinte, startOrthancReceiver, startStorescp } from './receivers.ts'
import type { Bench } from './run.ts'

interface Case {
  name: string
  size: number
  associations: number
  /** Objects in all. */
  objects: number
  /** Least rate, as part of storescp's. */
  floor: number
}

const cases: Case[] = [
  { name: 'CT 512² ×1', size: 512, associations: 1, objects: 160, floor: 0.65 },
  { name: 'CT 512² ×4', size: 512, associations: 4, objects: 160, floor: 0.6 },
  { name: '128² ×1', size: 128, associations: 1, objects: 800, floor: 1 },
  { name: '128² ×4', size: 128, associations: 4, objects: 800, floor: 1 },
]
const targets = {
  aimOfStorescp: 1,
  floorOfStorescp: Object.fromEntries(cases.map(({ name, floor }) => [name, floor])),
  floorOfOrthanc: 2,
  memoryGrowthBytes: 100_000_000,
  loopDelayP99: 20,
}

/** Sends each folder over an association of its own, all at once; returns the seconds until the last one was released. */
async function send(receiver: ReceiverProcess, folders: readonly string[]): Promise<number> {
  const from = performance.now()
  const results = await Promise.all(
    folders.map((folder) =>
      dcmtk('storescu', ['-aec', receiver.aeTitle, '127.0.0.1', String(receiver.port), '+sd', '+r', folder], 300_000),
    ),
  )
  const failed = results.find(({ code }) => code !== 0)
  if (failed) throw new Error(`storescu to ${receiver.name} failed: ${failed.output.slice(0, 2000)}`)
  return (performance.now() - from) / 1000
}

/** Median ms of an append of `length` bytes with fdatasync, on the disk that the receivers use. */
function bareFdatasync(folder: string, length: number): number {
  const file = openSync(join(folder, 'fdatasync'), 'w')
  const block = Buffer.alloc(length, 1)
  const times = Array.from({ length: 60 }, () => {
    const from = performance.now()
    writeSync(file, block)
    fdatasyncSync(file)
    return performance.now() - from
  })
  closeSync(file)
  rmSync(join(folder, 'fdatasync'))
  return median(times)
}

interface Turn {
  rate: number
  cpuPerObject: number
}
type Figures = Map<string, Turn[]>

const key = (receiver: string, name: string) => `${receiver} ${name}`
const rounded = (value: number, digits = 2) => Number(value.toFixed(digits))

/** One case of one round: the same new objects to each side, the side that begins changing from round to round. */
async function playCase(
  test: Case,
  round: number,
  sides: ReceiverProcess[],
  folder: string,
  figures: Figures,
): Promise<void> {
  const folders = writeCTFolders(join(folder, 'sent'), test.size, test.associations, test.objects / test.associations)
  const order = sides.map((_, index) => sides[(index + round) % sides.length])
  for (const side of order) {
    if (!side) continue
    spawnSync('sync')
    const cpu = cpuTime(side.pid)
    const seconds = await send(side, folders)
    await childrenEnded(side.pid)
    const turn = { rate: test.objects / seconds, cpuPerObject: (cpuTime(side.pid) - cpu) / test.objects }
    const turns = figures.get(key(side.name, test.name)) ?? []
    turns.push(turn)
    figures.set(key(side.name, test.name), turns)
    side.tidy()
  }
}

function summarise(figures: Figures) {
  const of = (receiver: string, name: string) => {
    const turns = figures.get(key(receiver, name)) ?? []
    return {
      objectsPerSecond: rounded(median(turns.map(({ rate }) => rate)), 1),
      cpuMsPerObject: rounded(median(turns.map(({ cpuPerObject }) => cpuPerObject))),
    }
  }
  return cases.map(({ name, floor }) => {
    const [astreinte, storescp, orthanc] = [of('astreinte', name), of('storescp', name), of('orthanc', name)]
    const ofStorescp = astreinte.objectsPerSecond / storescp.objectsPerSecond
    const ofOrthanc = astreinte.objectsPerSecond / orthanc.objectsPerSecond
    return {
      name,
      astreinte,
      storescp,
      orthanc,
      ofStorescp: rounded(ofStorescp),
      ofOrthanc: rounded(ofOrthanc),
      ok: ofStorescp >= floor && ofOrthanc >= targets.floorOfOrthanc,
      reachesAim: ofStorescp >= targets.aimOfStorescp,
    }
  })
}

export const receive: Bench = {
  name: 'receive',
  async run({ rounds, progress }) {
    const missing = ['storescu', 'echoscu', programs.storescp, programs.orthanc].filter((tool) => !hasTool(tool))
    if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}`)
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-bench-'))
    const delayFile = join(folder, 'loop-delay.json')
    const [loadBefore = 0] = loadavg()
    const sides: ReceiverProcess[] = []
    const figures: Figures = new Map()
    try {
      const station = await startAstreinte(join(folder, 'astreinte'), delayFile)
      sides.push(station)
      sides.push(await startStorescp(join(folder, 'storescp')))
      sides.push(await startOrthancReceiver(join(folder, 'orthanc')))
      progress('warming up')
      for (const test of cases) await playCase({ ...test, objects: 40 }, 0, sides, folder, new Map())
      process.kill(station.pid, 'SIGUSR2')
      const memoryBefore = residentMemory(station.pid)
      const watch = watchMemory(station.pid)
      const fdatasync: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        fdatasync.push(bareFdatasync(folder, 526_000))
        for (const test of cases) {
          await playCase(test, round, sides, folder, figures)
          const last = (name: string) => rounded(figures.get(key(name, test.name))?.at(-1)?.rate ?? 0, 0)
          progress(
            `round ${round + 1}/${rounds}  ${test.name}  astreinte ${last('astreinte')}/s  storescp ${last('storescp')}/s  orthanc ${last('orthanc')}/s`,
          )
        }
      }
      const memoryGrowthBytes = watch() - memoryBefore
      for (const side of sides.splice(0)) await side.stop()
      const loopDelay = JSON.parse(readFileSync(delayFile, 'utf8'))
      const rows = summarise(figures)
      return {
        rounds,
        // Others' work on the machine before the first round: with much of it the ratios say little.
        machine: { cores: availableParallelism(), loadBefore: rounded(loadBefore) },
        rows,
        fdatasyncMs: rounded(median(fdatasync)),
        memoryGrowthBytes,
        loopDelayMs: { p99: rounded(loopDelay.p99), max: rounded(loopDelay.max) },
        targets,
        ok:
          rows.every(({ ok }) => ok) &&
          memoryGrowthBytes <= targets.memoryGrowthBytes &&
          loopDelay.p99 <= targets.loopDelayP99,
      }
    } finally {
      for (const side of sides) await side.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
