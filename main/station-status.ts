/** The station's status for the status bar, told when it changes and at most once a second. */
import type { StationStatus } from './contract/station.ts'
import { noteArchive } from './station-archive.ts'
import { noteDisk, type Problems } from './station-problems.ts'
import type { StationServices } from './station-services.ts'
import { VERSION } from './version.ts'

const noReceiver: StationStatus['receiver'] = {
  listening: false,
  aeTitle: '',
  address: '',
  port: 0,
  associations: 0,
  rate: 0,
  stored: 0,
  refused: 0,
}
const noCache: StationStatus['cache'] = { bytes: 0, diskFreeBytes: 0, diskBytes: 0, studies: 0, instances: 0 }

async function cacheStatus(
  { cache, scrub, noteDamage }: StationServices,
  problems: Problems,
): Promise<StationStatus['cache']> {
  const [totals, disk] = await Promise.all([cache.totals(), cache.disk()])
  noteDisk(problems, disk)
  await Promise.all([scrub.count(), noteDamage()])
  return { ...totals, diskFreeBytes: disk.free, diskBytes: disk.total }
}

async function archiveStatus({ archive }: StationServices, problems: Problems): Promise<StationStatus['archive']> {
  const status = await archive.status()
  await noteArchive(problems, archive)
  return status
}

const noArchive: StationStatus['archive'] = {
  name: null,
  reachable: 'unknown',
  fault: null,
  outbox: { waiting: 0, sent: 0, archived: 0, failed: 0 },
  retrieving: 0,
}

/** ms for a part of the status: a little more than a query waits for the index. */
const PART_PATIENCE = 4_000

/** A part of the status: one that does not answer in time is told as it last was, so that a disk that hangs does not keep its own problem from the screen. */
export class LastKnown<T> {
  #value: T
  #overdue: Promise<T> | null = null

  constructor(value: T) {
    this.#value = value
  }

  async ask(question: () => Promise<T>): Promise<T> {
    const answer = this.#overdue ?? question()
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), this.#overdue ? 0 : PART_PATIENCE)
    try {
      const isInTime = await Promise.race([answer.then(() => true), late.promise])
      if (isInTime) this.#value = await answer
      else this.#wait(answer)
      return this.#value
    } finally {
      clearTimeout(timer)
    }
  }

  /** Asks nothing more before this is answered. */
  #wait(answer: Promise<T>): void {
    if (this.#overdue === answer) return
    this.#overdue = answer
    const over = (): void => {
      this.#overdue = null
    }
    answer.then(over, over)
  }
}

/** What is asked of the services, as last known. */
export const knownStatus = () => ({ cache: new LastKnown(noCache), archive: new LastKnown(noArchive) })

/** The status as it is now; without services the data folder is locked. */
export async function stationStatus(
  host: StationStatus['host'],
  services: StationServices | null,
  problems: Problems,
  known: ReturnType<typeof knownStatus>,
): Promise<StationStatus> {
  const cache = services ? await known.cache.ask(() => cacheStatus(services, problems)) : noCache
  const archive = services ? await known.archive.ask(() => archiveStatus(services, problems)) : noArchive
  return {
    version: VERSION,
    host,
    receiver: services?.receiver.status ?? noReceiver,
    cache,
    archive,
    problems: problems.list(),
  }
}

export interface Teller {
  /** Something changed: tells now, or when a second has passed since the last telling. */
  soon(): void
  stop(): void
}

/** Calls `tell` when asked, at most once in `interval` ms and never twice at a time. */
export function createTeller(tell: () => Promise<void>, interval = 1_000): Teller {
  let timer: NodeJS.Timeout | null = null
  let isWanted = false
  let isStopped = false
  const run = async () => {
    isWanted = false
    await tell()
    if (isStopped) return
    timer = setTimeout(() => {
      timer = null
      if (isWanted) start()
    }, interval)
  }
  const start = () => {
    // Held until the telling is over, so that none starts beside it.
    timer = setTimeout(() => undefined, 0)
    void run()
  }
  return {
    soon() {
      isWanted = true
      if (timer === null && !isStopped) start()
    },
    stop() {
      isStopped = true
      if (timer) clearTimeout(timer)
    },
  }
}
