/** What runs in the shell's utility process: the station, told by messages what to be and when to stop. */
import { mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import pino from 'pino'
import { createKeyFileStore } from '../../main/security/index.ts'
import { createStation } from '../../main/station.ts'
import type { Station } from '../../main/station-options.ts'
import { createElectronHost, type ElectronHost } from '../host.ts'
import type { FromStation, StationStart, ToStation } from './messages.ts'

const largestLog = 20_000_000

const send = (message: FromStation) => process.parentPort.postMessage(message)

/** One file beside the present one is kept. */
function openLog(file: string) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > largestLog) renameSync(file, `${file}.1`)
  return pino(pino.destination({ dest: file, sync: false, mode: 0o600 }))
}

async function start(order: StationStart): Promise<{ station: Station; electron: ElectronHost }> {
  const { dataFolder, keyFile, windowWithoutSandbox } = order
  const keyFileStore = keyFile === null ? null : createKeyFileStore({ keyFile, dataFolder })
  const electron = createElectronHost(send, { keyFileStore, windowWithoutSandbox })
  process.parentPort.on('message', ({ data }: { data: ToStation }) => void electron.answered(data))
  const station = await createStation({
    dataFolder,
    host: electron.host,
    log: openLog(order.logFile),
    rendererFolder: order.rendererFolder,
    resourcesFolder: order.resourcesFolder,
    afterCrash: order.afterCrash,
    ...(order.dicomPort === undefined ? {} : { dicomPort: order.dicomPort }),
    ...(order.httpPort === undefined ? {} : { httpPort: order.httpPort }),
  })
  return { station, electron }
}

let running: Promise<{ station: Station }> | null = null

process.parentPort.on('message', ({ data }: { data: ToStation }) => {
  if (data.kind === 'start') {
    running = start(data)
    running.then(
      ({ station }) => send({ kind: 'ready', url: station.url, entry: station.entry(), receiver: station.receiver }),
      (error) =>
        send({ kind: 'failed', code: String(error?.code ?? 'failed'), message: String(error?.message ?? error) }),
    )
  }
  if (data.kind === 'stop') {
    const closed = running?.then(({ station }) => station.close())
    void Promise.resolve(closed)
      .catch(() => undefined)
      .finally(() => process.exit(0))
  }
})
