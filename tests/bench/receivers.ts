/** The receivers that are compared, each as a process of its own on free ports, with where it keeps things and how to stop it. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startOrthanc } from '../helpers/orthanc.ts'
import { answersEcho, freePort, stopChild } from '../helpers/peer-process.ts'
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
  await answersEcho('STORESCP', port, child)
  return {
    name: 'storescp',
    aeTitle: 'STORESCP',
    port,
    pid: child.pid ?? 0,
    tidy: () => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name))
    },
    stop: () => stopChild(child),
  }
}

/** Orthanc with its own SQLite index, as Debian ships it, without its web server. */
export async function startOrthancReceiver(folder: string): Promise<ReceiverProcess> {
  const orthanc = await startOrthanc({ folder })
  return {
    name: 'orthanc',
    aeTitle: orthanc.aeTitle,
    port: orthanc.dicomPort,
    pid: orthanc.pid,
    tidy: () => {},
    stop: orthanc.stop,
  }
}
