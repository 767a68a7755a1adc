/** Starts the shell for tests: on real Electron when its binary is here, else on the stand-in. The specs are the same. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test'
import type * as Electron from 'electron'
import { electronBinary } from '../../build/electron-binary.mjs'
import { projectNode, root } from '../../build/paths.mjs'
import { processesWith } from './processes.ts'

export type ElectronModule = typeof Electron

export interface ShellProcess {
  readonly folder: string
  readonly dataFolder: string
  /** The window's page, once it shows the station's screens; a new one after a crash or a reopening. */
  page(): Promise<Page>
  /** Runs `work` inside the shell; only plain values pass. */
  evaluate<A, R>(work: (electron: ElectronModule, argument: A) => R | Promise<R>, argument: A): Promise<R>
  /** Starts the program a second time; resolves when that has ended. */
  startAgain(): Promise<number | null>
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>
  /** Ends it at once; its folder stays. */
  stop(): Promise<void>
  dispose(): Promise<void>
}

export interface ShellLaunch {
  /** A folder that an earlier start used. */
  folder?: string
  /** What the stand-in's Linux keyring is. */
  keyring?: string
}

const patience = 120_000

/** Asks again until the answer is neither null nor false nor an error. */
export async function eventually<T>(ask: () => Promise<T | null | false> | T | null | false, what: string): Promise<T> {
  const deadline = Date.now() + patience
  for (;;) {
    const answer = await Promise.resolve()
      .then(ask)
      .catch(() => null)
    if (answer !== null && answer !== false) return answer
    if (Date.now() > deadline) throw new Error(`waited ${patience / 1000} s for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The page that shows the station's screens. */
const findPage = (pages: () => readonly Page[]) =>
  eventually(async () => {
    for (const page of pages()) {
      if (!/^http:\/\/127\.0\.0\.1:\d+\/\?window=/.test(page.url())) continue
      if (await page.evaluate(() => document.readyState === 'complete')) return page
    }
    return null
  }, 'the window to show the station')

const mainBundle = join(root, 'dist', 'app', 'main.cjs')
const programArguments = (folder: string) => ['--data', join(folder, 'data'), '--dicom-port', '0', '--http-port', '0']
const runner = join(import.meta.dirname, 'electron-stand-in', 'run.ts')

function spawnStandIn(folder: string, keyring: string): ChildProcess {
  // A killed browser leaves its profile behind: in the test's own folder, which is removed.
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary, { recursive: true })
  return spawn(projectNode, [runner, mainBundle, root, ...programArguments(folder)], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      STAND_IN_USER_DATA: join(folder, 'user'),
      STAND_IN_KEYRING: keyring,
      XDG_STATE_HOME: join(folder, 'state'),
      TMPDIR: temporary,
    },
  })
}

async function startStandIn(folder: string, keyring: string): Promise<Running> {
  const child = spawnStandIn(folder, keyring)
  let log = ''
  child.stderr?.on('data', (text) => {
    log += text
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  type Message = { endpoint?: string; id?: number; result?: unknown; error?: string }
  const waiting = new Map<number, (message: Message) => void>()
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.endpoint) resolve(message.endpoint)
      if (message.id !== undefined) waiting.get(message.id)?.(message)
    })
    void ended.then((code) => {
      reject(new Error(`the stand-in ended with ${code}:\n${log}`))
      for (const answer of waiting.values()) answer({ error: `the shell ended with ${code}:\n${log}` })
    })
  })
  const browser = await chromium.connectOverCDP(endpoint)
  for (const context of browser.contexts()) context.setDefaultTimeout(patience)
  let lastId = 0
  return {
    ended,
    page: () =>
      findPage(() => browser.contexts().flatMap((context) => context.pages())).catch((error) => {
        throw new Error(`${error}\n${log}`)
      }),
    evaluate: <A, R>(work: (electron: ElectronModule, argument: A) => R | Promise<R>, argument: A) =>
      new Promise<R>((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, ({ result, error }) => {
          waiting.delete(id)
          if (error === undefined) resolve(result as R)
          else reject(new Error(error))
        })
        child.send({ id, source: work.toString(), argument })
      }),
    startAgain: () => new Promise((resolve) => spawnStandIn(folder, keyring).once('exit', resolve)),
    async stop() {
      child.kill('SIGKILL')
      await ended
      await eventually(() => processesWith(folder).length === 0, 'browser and station to end with the shell')
    },
  }
}

async function startElectron(folder: string, binary: string): Promise<Running> {
  const args = [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, ...programArguments(folder)]
  const env = {
    ...process.env,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'user'),
  } as Record<string, string>
  const application: ElectronApplication = await _electron.launch({ executablePath: binary, args, env })
  const ended = new Promise<number | null>((resolve) => application.process().once('exit', resolve))
  return {
    ended,
    page: () => findPage(() => application.windows()),
    evaluate: (work, argument) => application.evaluate(work as never, argument as never) as never,
    startAgain: () => new Promise((resolve) => spawn(binary, args, { env, stdio: 'ignore' }).once('exit', resolve)),
    async stop() {
      application.process().kill('SIGKILL')
      await ended
    },
  }
}

type Running = Omit<ShellProcess, 'folder' | 'dataFolder' | 'dispose'>

let isBuilt = false
function buildOnce(): void {
  if (!isBuilt) execFileSync(projectNode, [join(root, 'build', 'build.mjs')], { stdio: 'inherit' })
  isBuilt = true
}

async function launch(
  { folder: given, keyring = 'basic_text' }: ShellLaunch,
  binary: string | null,
): Promise<ShellProcess> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'astreinte-app-'))
  buildOnce()
  const shell = await (binary ? startElectron(folder, binary) : startStandIn(folder, keyring))
  return {
    ...shell,
    folder,
    dataFolder: join(folder, 'data'),
    async dispose() {
      await shell.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Builds what is stale and starts the shell, on a new data folder unless one is given. */
export const startShell = (options: ShellLaunch = {}): Promise<ShellProcess> => launch(options, electronBinary())

/** The same on the stand-in, whatever is installed. */
export const startShellOnStandIn = (options: ShellLaunch = {}): Promise<ShellProcess> => launch(options, null)
