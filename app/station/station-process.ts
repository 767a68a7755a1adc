/** What runs in the shell's utility process: the station, told by messages what to be and when to stop. */
import { askRunningStation } from '../../main/launch-files.ts'
import { createKeyFileStore } from '../../main/security/index.ts'
import { CacheError, createStation } from '../../main/station.ts'
import type { Station } from '../../main/station-options.ts'
import { createLog, endOnFaults, endWhenLate, startFailure } from '../../main/station-process.ts'
import { createElectronHost } from '../host.ts'
import type { FromStation, StationStart, ToStation } from './messages.ts'

const send = (message: FromStation) => process.parentPort.postMessage(message)
const listen = (onMessage: (message: ToStation) => void) =>
  process.parentPort.on('message', ({ data }: { data: ToStation }) => onMessage(data))

function start({ kind: _, keyFile, logFile, windowWithoutSandbox, ...options }: StationStart): Promise<Station> {
  const keyFileStore = keyFile === null ? null : createKeyFileStore({ keyFile, dataFolder: options.dataFolder })
  const electron = createElectronHost(send, { keyFileStore, windowWithoutSandbox })
  listen((message) => void electron.answered(message))
  const log = createLog(logFile)
  endOnFaults(log)
  return createStation({ ...options, host: electron.host, log })
}

/** Another process may hold the data folder: it is asked to come forward. */
async function explain(error: unknown, dataFolder: string): Promise<FromStation> {
  const isInUse = error instanceof CacheError && error.code === 'folder-in-use'
  if (isInUse && (await askRunningStation(dataFolder))?.raised) return { kind: 'shown-elsewhere' }
  const { sentence, roomNeeded } = startFailure(error, dataFolder)
  return { kind: 'failed', message: sentence, ...(roomNeeded !== undefined ? { roomNeeded } : {}) }
}

let running: Promise<Station> | null = null

listen((message) => {
  if (message.kind === 'start') {
    running = start(message)
    running.then(
      (station) => send({ kind: 'ready', entry: station.entry(), receiver: station.receiver }),
      async (error) => send(await explain(error, message.dataFolder)),
    )
  }
  if (message.kind === 'stop') {
    endWhenLate()
    const closed = running?.then((station) => station.close())
    void Promise.resolve(closed)
      .catch(() => undefined)
      .finally(() => process.exit(0))
  }
})
