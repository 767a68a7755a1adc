/** What the programs that run a station as a process of its own share: the log, an orderly end, and sentences for what prevents a start. */
import { statSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import pino, { type Logger } from 'pino'
import { CacheError, dataFolderAt } from './cache/index.ts'
import { KeyStoreError } from './security/index.ts'
import type { Station } from './station-options.ts'

/** Exit codes, as they stand in the help text. */
export const exitCodes = { failed: 1, usage: 2, folderInUse: 3, locked: 4, portTaken: 5 } as const

/** JSON lines to `destination`: a file descriptor or the path of a file. */
export const createLog = (destination: number | string): Logger =>
  pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: destination, sync: true, mkdir: true, mode: 0o600 }),
  )

/** A start that cannot be, in words for whoever started it. */
export interface StartFailure {
  exitCode: number
  sentence: string
  /** MB to be freed on the disk of the data folder, where nothing else is in the way. */
  roomNeeded?: number
}

/** Bytes that a station likes to have free for its indexes. */
const RESERVE = 64 * 1_000_000

/** MB with which an index of any earlier version can be brought to this one: it is written anew at most, and once more into its journal. */
function roomToOpen(dataFolder: string): number {
  const { index, records } = dataFolderAt(dataFolder)
  const sizes = [index, records].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  return Math.ceil((RESERVE + 2 * sizes.reduce((sum, size) => sum + size, 0)) / 1_000_000)
}

/** The sentence and exit code for an error of `createStation`. */
export function startFailure(error: unknown, dataFolder: string): StartFailure {
  const code = (error as { code?: unknown }).code
  if (error instanceof CacheError && error.code === 'folder-in-use') {
    const sentence = `The data folder ${dataFolder} is in use by another station. Stop that one first, or name another folder.`
    return { exitCode: exitCodes.folderInUse, sentence }
  }
  if (error instanceof CacheError && error.code === 'disk-full') {
    const roomNeeded = roomToOpen(dataFolder)
    const sentence = `There is no room on the disk of the data folder ${dataFolder} to open it. Nothing is lost. Free ${roomNeeded} MB there, then start the station again.`
    return { exitCode: exitCodes.failed, sentence, roomNeeded }
  }
  if (error instanceof KeyStoreError && error.code === 'inside-data-folder') {
    return {
      exitCode: exitCodes.usage,
      sentence: 'The key file must lie outside the data folder: a copy of the folder must not carry its key.',
    }
  }
  if (code === 'EADDRINUSE' || code === 'EACCES') {
    return {
      exitCode: exitCodes.portTaken,
      sentence: `The port for the screens cannot be opened (${code}). Name another one.`,
    }
  }
  return {
    exitCode: exitCodes.failed,
    sentence: `The station could not start: ${String(code ?? (error as Error).message)}`,
  }
}

/** ms after which a station that is asked to stop is ended. */
const STOPS_WITHIN = 4_800

/**
 * Ends the process when it takes too long to stop, until the returned timer is cleared. Not in order: an exit waits for every thread, and one that
 * waits for a disk that hangs never ends. What was answered is durable; nothing else is lost than by a kill.
 */
export const endWhenLate = (onLate: () => void = () => undefined): NodeJS.Timeout =>
  setTimeout(() => {
    onLate()
    process.kill(process.pid, 'SIGKILL')
  }, STOPS_WITHIN)

/** Stops `station` and ends the process: with 0, or at once when it takes too long. */
export async function stopAndExit(station: Station, log: Logger): Promise<never> {
  const timer = endWhenLate(() => log.error('the station did not stop in time'))
  await station.close()
  clearTimeout(timer)
  log.info('stopped')
  process.exit(0)
}

/** Ends the station in order when the process is told to end. */
export function stopOnSignals(station: Station, log: Logger): void {
  let isStopping = false
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isStopping) return
      isStopping = true
      void stopAndExit(station, log)
    })
  }
}

/** ms between two looks for the shell in which npm runs a script. */
const LOOKS_FOR_NPM_EVERY = 200

/**
 * Tells the process to end once the npm that runs it as `npm run <script>` is gone: npm, told to end, ends the shell between itself and the
 * station, not the station, which would go on unseen.
 */
export function endWithNpm(script: string): void {
  if (process.env.npm_lifecycle_event !== script || process.platform === 'win32') return
  const shell = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOKS_FOR_NPM_EVERY)
  timer.unref()
}

/** ms after which threads that do not end after a fault are left. */
const FAULT_ENDS_WITHIN = 1_000

/** Ends every thread begun since, then the process: at once when one waits for a disk that hangs. */
function faultEnding(): () => void {
  const workers = new Set<Worker>()
  process.on('worker', (worker) => {
    workers.add(worker)
    worker.once('exit', () => workers.delete(worker))
  })
  return () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), FAULT_ENDS_WITHIN)
    void Promise.allSettled([...workers].map((worker) => worker.terminate())).then(() => process.exit(exitCodes.failed))
  }
}

/** A fault nobody caught: its place is logged (not its message, which may quote data), and the process ends to be started again. */
export function endOnFaults(log: Logger): void {
  const end = faultEnding()
  let isEnding = false
  const onFault = (error: unknown) => {
    // Threads that are ended on purpose are missed by whoever waits for them.
    if (isEnding) return
    isEnding = true
    const { name, code, stack } = error as Partial<Error & { code: unknown }>
    log.fatal(
      { name, code, frames: stack?.split('\n').filter((line) => /^\s+at /.test(line)) },
      'a fault nobody caught',
    )
    end()
  }
  process.on('uncaughtException', onFault)
  process.on('unhandledRejection', onFault)
}

/** A port from the command line; null when it is none. */
export const parsePort = (text: string): number | null =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null
