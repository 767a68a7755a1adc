/**
 * A power cut at any moment: what programs wrote, synced and renamed is recorded, then every moment is played again with what was not synced
 * gone, in whole or in part, and the data folder is opened. Each sync in the code is then left out in turn, which must be noticed.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PowerCut, powerCuts, randomCut, writeAfterwards } from './power/disk-model.ts'
import { Promises } from './power/promises.ts'
import { Replay } from './power/replay.ts'
import { notRecorded } from './power/sync-places.ts'
import { recordSystemCalls, type Step } from './power/system-calls.ts'
import { Failures, randomFrom, type Torture } from './torture.ts'

const PHASES = ['begin', 'storeOn', 'goOn', 'killedUnsynced', 'recover', 'restore', 'backUp']

/** SQLite's own, before a new database holds anything, and the workload's: not ours to leave out. */
export const isNotOurs = (place: string): boolean => place.endsWith('-journal') || place === 'elsewhere'

/** What the programs of all phases did, one after the other in the same folder. */
export interface Recording {
  root: string
  phases: Step[][]
}

/** Runs the programs and records them. */
export async function record(folder: string): Promise<Recording> {
  const root = join(folder, 'recorded')
  mkdirSync(root)
  const phases: Step[][] = []
  const [names = '', workload = ''] = ['name-syncs.ts', 'workload.ts'].map((name) =>
    join(import.meta.dirname, 'power', name),
  )
  for (const phase of PHASES) {
    const command = [process.execPath, `--import=${names}`, workload, phase, root]
    phases.push(await recordSystemCalls(command, join(folder, 'trace')))
  }
  return { root, phases }
}

interface Play {
  /** Opens data folders here. */
  folder: string
  /** Leaves out the syncs of this place; what was before the first of them is not looked at. */
  without?: string
  /** The power cuts to try at a moment: just after a promise, or at any other call; with how many calls ended since a sync was left out. */
  cutsAt(isPromise: boolean, sinceIgnored: number): PowerCut[]
  /** Called with what is broken; true ends the play. */
  onBroken(problem: string): boolean
}

/** Plays a recording, cutting the power over and over. Tells how often, and which places synced how often. */
export async function play({ root, phases }: Recording, options: Play) {
  const { folder, without, cutsAt, onBroken } = options
  const promises = new Promises()
  let hasPromise = false
  let cuts = 0
  let sinceIgnored = 0
  const replay = new Replay({
    root,
    ignores: (place) => place === without,
    onLine: (line) => {
      promises.add(JSON.parse(line))
      hasPromise = true
    },
  })
  const isOver = async (cut: PowerCut, moment: string): Promise<boolean> => {
    const target = join(folder, `after-${++cuts}`)
    try {
      writeAfterwards(replay.disk, cut, target)
      const problems = await promises.broken(target)
      return problems.length > 0 && onBroken(`${moment}, ${cut.name}: ${problems.slice(0, 3).join('; ')}`)
    } finally {
      rmSync(target, { recursive: true, force: true })
    }
  }
  for (const [phase, steps] of phases.entries()) {
    replay.begin()
    for (const [index, step] of steps.entries()) {
      hasPromise = false
      const { ignored } = replay
      const isChange = replay.step(step)
      if (replay.ignored > ignored) sinceIgnored = 0
      if ((!isChange && !hasPromise) || (without !== undefined && replay.ignored === 0)) continue
      sinceIgnored += 1
      for (const cut of cutsAt(hasPromise, sinceIgnored)) {
        if (await isOver(cut, `${PHASES[phase]} ${index} (${step.call.name})`)) return { cuts, places: replay.places }
      }
    }
  }
  return { cuts, places: replay.places }
}

/** Changes of the disk after a sync that was left out at each of which the power is cut. */
const LOOKED_AT_AFTER = 60
/** Power cuts at promises, then at other moments, before either is tried to the end: most syncs are missed at once. */
const FIRST_LOOKS = [40, 240]

/** What is broken first when `place` does not sync; null when nobody notices. */
export async function noticed(recording: Recording, folder: string, place: string, random: () => number) {
  const look = async (cutsAt: Play['cutsAt'], most = Number.POSITIVE_INFINITY): Promise<string | null> => {
    let first: string | null = null
    let cuts = 0
    const counted: Play['cutsAt'] = (isPromise, since) => {
      const some = cuts < most ? cutsAt(isPromise, since) : []
      cuts += some.length
      return some
    }
    const onBroken = (problem: string): boolean => {
      first = problem
      return true
    }
    await play(recording, { folder, without: place, cutsAt: counted, onBroken })
    return first
  }
  const atPromises: Play['cutsAt'] = (isPromise) => (isPromise ? powerCuts(random) : [])
  const soonAfter: Play['cutsAt'] = (_, since) =>
    since <= LOOKED_AT_AFTER ? [randomCut(random), randomCut(random), randomCut(random)] : []
  const [some, more] = FIRST_LOOKS
  return (await look(atPromises, some)) ?? (await look(soonAfter, more)) ?? (await look(atPromises)) ?? look(soonAfter)
}

/** Where data folders are opened: in memory when that can be, as their syncs need not be real. */
export const scratchFolder = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'astreinte-torture-'))

export const power: Torture = {
  name: 'power',
  async run({ length, amount, seed, progress }) {
    const random = randomFrom(seed)
    const rounds = amount ?? (length === 'long' ? 10 : 1)
    // Between promises: at one call in a hundred, or in four.
    const often = length === 'long' ? 0.25 : 0.01
    const folder = scratchFolder()
    const failures = new Failures()
    const places = new Map<string, number>()
    let cuts = 0
    let recording: Recording | null = null
    try {
      for (let round = 1; round <= rounds; round += 1) {
        recording = await record(mkdtempSync(join(folder, 'round-')))
        const played = await play(recording, {
          folder,
          cutsAt: (isPromise) => (isPromise ? powerCuts(random) : random() < often ? [randomCut(random)] : []),
          onBroken: (problem) => {
            failures.add(problem)
            return false
          },
        })
        cuts += played.cuts
        for (const [place, count] of played.places) places.set(place, count)
        progress(`round ${round}/${rounds}: ${played.cuts} power cuts, ${failures.count} failures`)
      }
      for (const place of notRecorded(places.keys())) failures.add(`${place} syncs, and is not recorded`)
      for (const place of places.keys()) {
        if (!recording || isNotOurs(place)) continue
        const problem = await noticed(recording, folder, place, random)
        progress(`without the sync of ${place}: ${problem ?? 'NOBODY NOTICES'}`)
        if (problem === null) failures.add(`nobody notices when ${place} does not sync`)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    return { ...failures.result, rounds, cuts, syncs: Object.fromEntries(places) }
  },
}
