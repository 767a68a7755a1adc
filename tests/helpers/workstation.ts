/** Starts the browser host's station as `npm start` does, without its window: the tests open pages on its one-time addresses. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface Workstation {
  folder: string
  dataFolder: string
  url: string
  aeTitle: string
  dicomPort: number
  process: ChildProcess
  /** A new one-time address for a window. */
  entry(): Promise<string>
  /** Ends the process (`SIGKILL`: at once, as a crash would); what it stored stays in `folder`. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Stops and removes the folder. */
  dispose(): Promise<void>
}

interface Message {
  kind: string
  url?: string
  entry?: string
  receiver?: { aeTitle: string; port: number } | null
}

/** A station on free ports, in `folder` or a new one. Its state folders are inside too, so nothing is written to the user's own. */
export async function startWorkstation(options: { folder?: string; arguments?: string[] } = {}): Promise<Workstation> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'astreinte-e2e-'))
  const dataFolder = join(folder, 'data')
  const child = fork(
    join(root, 'main', 'browser-host.ts'),
    [
      '--data',
      dataFolder,
      '--key-file',
      join(folder, 'station.key'),
      '--dicom-port',
      '0',
      ...(options.arguments ?? []),
    ],
    {
      execPath: join(root, 'node_modules', '.bin', 'node'),
      execArgv: [],
      env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_RUNTIME_DIR: '', LANG: 'fr_FR.UTF-8' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  )
  let log = ''
  child.stderr?.on('data', (chunk) => {
    log += chunk
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const entries: string[] = []
  const waiting: ((entry: string) => void)[] = []
  const ready = await new Promise<Message>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.kind === 'ready') resolve(message)
      if (message.kind === 'show-window' && message.entry) {
        const waiter = waiting.shift()
        if (waiter) waiter(message.entry)
        else entries.push(message.entry)
      }
    })
    void ended.then(() => reject(new Error(`the station ended before it was ready:\n${log}`)))
  }).catch((error: unknown) => {
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    throw error
  })
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    child.kill(signal)
    await ended
  }
  return {
    folder,
    dataFolder,
    url: ready.url ?? '',
    aeTitle: ready.receiver?.aeTitle ?? '',
    dicomPort: ready.receiver?.port ?? 0,
    process: child,
    entry: () => {
      const entry = entries.shift()
      if (entry) return Promise.resolve(entry)
      return new Promise((resolve) => {
        waiting.push(resolve)
        child.send({ kind: 'show-window' })
      })
    },
    stop,
    dispose: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
