/** Starts the headless station (`npm run station`) as a child process for tests and benchmarks, and stops it by its own id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface StationProcess {
  dataFolder: string
  dicomPort: number
  aeTitle: string
  dicomWeb: string
  /** Bearer token for reading `/dicom-web`. */
  token: string
  /** The same for storing. */
  storeToken: string
  process: ChildProcess
  /** Everything the station wrote to stderr so far. */
  log(): string
  /** GET below `/dicom-web` with the token. */
  get(path: string, accept?: string): Promise<Response>
  /** SIGTERM, waits for the end; returns the exit code. Keeps the data folder. */
  stop(): Promise<number | null>
  /** kill -9. */
  kill(): Promise<void>
  /** Stops, and removes what it wrote. */
  dispose(): Promise<void>
}

export interface StationProcessOptions {
  /** A folder that holds `data` and the key; made and removed when absent. */
  folder?: string
  aeTitle?: string
  arguments?: string[]
  /** Is given the process before it is ready, and so may end it before. */
  onSpawn?: (process: ChildProcess) => void
}

/** Starts a station on free ports and waits for its ready line; throws with its log when it ends before. */
export async function startStation(options: StationProcessOptions = {}): Promise<StationProcess> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'astreinte-test-'))
  const dataFolder = join(folder, 'data')
  const child = spawn(
    join(root, 'node_modules', '.bin', 'node'),
    [
      join(root, 'main', 'headless.ts'),
      ...['--data', dataFolder, '--ae-title', options.aeTitle ?? 'ASTREINTE', '--dicom-host', '127.0.0.1'],
      ...['--dicom-port', '0', '--http-port', '0', '--key-file', join(folder, 'station.key')],
      ...(options.arguments ?? []),
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  options.onSpawn?.(child)
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const line = await new Promise<string>((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')))
    })
    ended.then((code) => reject(new Error(`the station ended with ${code} before it was ready:\n${log}`)))
  }).catch((error: unknown) => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    throw error
  })
  const ready = JSON.parse(line)
  const token = readFileSync(ready.tokenFile, 'utf8').trim()
  const stop = async () => {
    child.kill('SIGTERM')
    return ended
  }
  return {
    dataFolder,
    dicomPort: ready.dicomPort,
    aeTitle: ready.aeTitle,
    dicomWeb: ready.dicomWeb,
    token,
    storeToken: readFileSync(ready.storeTokenFile, 'utf8').trim(),
    process: child,
    log: () => log,
    get: (path, accept) =>
      fetch(`${ready.dicomWeb}${path}`, {
        headers: { authorization: `Bearer ${token}`, ...(accept ? { accept } : {}) },
      }),
    stop,
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    dispose: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
