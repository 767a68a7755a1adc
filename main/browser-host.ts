/**
 * The browser host's station: started by `npm start` (build/station-child.mjs) where Electron cannot be had, beside the system's Chromium.
 * It talks to its starter in messages; closing the window does not stop it. Run by hand it prints the same messages as JSON lines.
 */
import { existsSync, renameSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CacheError } from './cache/index.ts'
import type { Host } from './host.ts'
import { askRunningStation } from './launch-files.ts'
import { createKeyFileStore } from './security/index.ts'
import { preventSleep } from './sleep-inhibitor.ts'
import { createStation } from './station.ts'
import type { Station } from './station-options.ts'
import {
  createLog,
  endOnFaults,
  exitCodes,
  parsePort,
  startFailure,
  stopAndExit,
  stopOnSignals,
} from './station-process.ts'
import { dataFolderId, defaultDataFolder, defaultKeyFile, stateFolder } from './user-folders.ts'

/** What this process tells its starter. */
type ToStarter =
  | { kind: 'ready'; url: string; receiver: Station['receiver'] }
  /** A window is wanted at this one-time address. */
  | { kind: 'show-window'; entry: string }
  /** Another process holds the data folder; `shown`: it was asked to come forward, and did. */
  | { kind: 'in-use'; shown: boolean }

/** What its starter tells it. */
type FromStarter = { kind: 'show-window' } | { kind: 'stop' }

/** Bytes after which the log is put aside. */
const LOG_LIMIT = 10 * 1024 * 1024

/** Resolves when the message is on its way. */
function tell(message: ToStarter): Promise<void> {
  return new Promise((resolve) => {
    const onSent = () => resolve()
    if (process.send) process.send(message, onSent)
    else process.stdout.write(`${JSON.stringify(message)}\n`, onSent)
  })
}

function fail(exitCode: number, sentence: string): never {
  process.stderr.write(`${sentence}\n`)
  process.exit(exitCode)
}

function port(name: string, text: string): number {
  return parsePort(text) ?? fail(exitCodes.usage, `--${name} takes a number from 0 to 65535, not "${text}".`)
}

function readArguments() {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      options: {
        data: text,
        'key-file': text,
        'dicom-port': text,
        'http-port': text,
        'window-without-sandbox': flag,
        'after-crash': flag,
      },
    }).values
  } catch (error) {
    return fail(exitCodes.usage, (error as Error).message)
  }
}

/** The log's file; a long one of before is put aside. */
function logFile(dataFolder: string): string {
  const file = join(stateFolder(), 'logs', `${dataFolderId(dataFolder)}.log`)
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`)
  return file
}

/** The data folder is held by another process: one of ours shows its window, or hands an address over. */
async function comeForward(dataFolder: string): Promise<never> {
  const answer = await askRunningStation(dataFolder)
  if (answer && !answer.raised) await tell({ kind: 'show-window', entry: answer.entry })
  await tell({ kind: 'in-use', shown: answer !== null })
  process.exit(answer ? 0 : exitCodes.usage)
}

function listenToStarter(station: Station, log: ReturnType<typeof createLog>): void {
  process.on('message', (message: FromStarter) => {
    if (message.kind === 'show-window') void tell({ kind: 'show-window', entry: station.entry() })
    if (message.kind === 'stop') void stopAndExit(station, log)
  })
  // Without its starter there is nobody to open a window or to stop it.
  process.on('disconnect', () => void stopAndExit(station, log))
}

async function main(): Promise<void> {
  const values = readArguments()
  const dataFolder = resolve(values.data ?? defaultDataFolder())
  const { 'dicom-port': dicomPort, 'http-port': httpPort } = values
  const log = createLog(logFile(dataFolder))
  endOnFaults(log)
  try {
    const keyFile = values['key-file'] ?? defaultKeyFile(dataFolder)
    const host: Host = {
      kind: 'browser',
      keyStore: createKeyFileStore({ keyFile, dataFolder }),
      windowWithoutSandbox: values['window-without-sandbox'],
      preventSleep,
      showWindow: (entry) => void tell({ kind: 'show-window', entry }),
    }
    const root = join(import.meta.dirname, '..')
    const station = await createStation({
      dataFolder,
      host,
      log,
      rendererFolder: join(root, 'dist', 'renderer'),
      resourcesFolder: join(root, 'resources'),
      afterCrash: values['after-crash'],
      ...(dicomPort !== undefined ? { dicomPort: port('dicom-port', dicomPort) } : {}),
      ...(httpPort !== undefined ? { httpPort: port('http-port', httpPort) } : {}),
    })
    stopOnSignals(station, log)
    if (process.send) listenToStarter(station, log)
    await tell({ kind: 'ready', url: station.url, receiver: station.receiver })
    await tell({ kind: 'show-window', entry: station.entry() })
  } catch (error) {
    if (error instanceof CacheError && error.code === 'folder-in-use') await comeForward(dataFolder)
    const { exitCode, sentence } = startFailure(error, dataFolder)
    log.fatal({ code: (error as { code?: unknown }).code, name: (error as Error).name }, 'the station could not start')
    fail(exitCode, sentence)
  }
}

await main()
