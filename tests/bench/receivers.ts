/** The receivers that are compared, each as a process of its own on free ports, with where it keeps things and how to stop it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { dcmtk } from '../helpers/dcmtk.ts'
import { startStation } from '../helpers/station-process.ts'

export interface ReceiverProcess {
  name: 'astreinte' | 'storescp' | 'orthanc'
  aeTitle: string
  port: number
  pid: number
  /** Removes what the last case left, where that changes nothing for the next. */
  tidy(): void
  stop(): Promise<void>
}

/** Programs of Debian's packages `dcmtk` and `orthanc`. */
export const programs = { storescp: 'storescp', orthanc: 'Orthanc' }

const environment = { ...process.env, TCP_NODELAY: '1' }

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || !address) throw new Error('no free port')
  return address.port
}

/** Waits until it answers a C-ECHO. */
async function answers(aeTitle: string, port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 30_000
  while ((await dcmtk('echoscu', ['-aec', aeTitle, '127.0.0.1', String(port)])).code !== 0) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${child.spawnfile} did not start`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}

/** The headless station as `npm run station` starts it; the probe writes its event-loop delay to `delayFile` at the end. */
export async function startAstreinte(folder: string, delayFile: string): Promise<ReceiverProcess> {
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = `${before ?? ''} --import=${join(import.meta.dirname, 'loop-delay-probe.ts')}`
  process.env.LOOP_DELAY_FILE = delayFile
  const station = await startStation({ folder }).finally(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  })
  return {
    name: 'astreinte',
    aeTitle: station.aeTitle,
    port: station.dicomPort,
    pid: station.process.pid ?? 0,
    tidy: () => {},
    stop: async () => {
      const code = await station.stop()
      if (code !== 0) throw new Error(`the station ended with ${code}:\n${station.log()}`)
    },
  }
}

/** dcmtk's storescp, a process an association, writing plain files. */
export async function startStorescp(folder: string): Promise<ReceiverProcess> {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  const child = spawn(programs.storescp, ['--fork', '-pdu', '131072', '-od', folder, String(port)], {
    env: environment,
    stdio: 'ignore',
  })
  await answers('STORESCP', port, child)
  return {
    name: 'storescp',
    aeTitle: 'STORESCP',
    port,
    pid: child.pid ?? 0,
    tidy: () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
    },
    stop: () => stop(child),
  }
}

/** Orthanc with its own SQLite index, as Debian ships it. */
export async function startOrthanc(folder: string): Promise<ReceiverProcess> {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  const configuration = join(folder, 'orthanc.json')
  writeFileSync(
    configuration,
    JSON.stringify({
      StorageDirectory: join(folder, 'storage'),
      IndexDirectory: join(folder, 'index'),
      HttpServerEnabled: false,
      DicomPort: port,
      DicomAet: 'ORTHANC',
      DicomCheckCalledAet: false,
      DicomAlwaysAllowEcho: true,
      DicomAlwaysAllowStore: true,
      Plugins: [],
    }),
  )
  const child = spawn(programs.orthanc, [configuration], { env: environment, stdio: 'ignore' })
  await answers('ORTHANC', port, child)
  return { name: 'orthanc', aeTitle: 'ORTHANC', port, pid: child.pid ?? 0, tidy: () => {}, stop: () => stop(child) }
}
