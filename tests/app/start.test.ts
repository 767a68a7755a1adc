/** `npm start` as a person uses it in a terminal, without a window. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { npmCommand } from '../../build/dependencies.mjs'
import { projectNode, root } from '../../build/paths.mjs'
import { eventually } from '../helpers/electron-app.ts'
import { processesWith } from '../helpers/processes.ts'

let folder: string
let started: ChildProcess[]
beforeAll(() => void execFileSync(projectNode, [join(root, 'build', 'build.mjs'), 'renderer']))
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-start-'))
  started = []
})
afterEach(async () => {
  for (const child of started) child.kill('SIGTERM')
  await eventually(() => stations().length === 0, 'the stations to end')
  rmSync(folder, { recursive: true })
})

/** The ids of the stations that run on this test's folder. */
const stations = () => processesWith('browser-host.ts', folder)

const start = (...args: string[]) => run(process.execPath, join(root, 'build', 'start.mjs'), ...args)

function run(file: string, ...args: string[]) {
  const child = spawn(file, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_RUNTIME_DIR: join(folder, 'run') },
  })
  started.push(child)
  let output = ''
  child.stdout?.on('data', (text) => {
    output += text
  })
  child.stderr?.on('data', (text) => {
    output += text
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return { child, ended, output: () => output }
}
const here = () => ['--no-window', '--data', join(folder, 'data'), '--dicom-port', '0']
const startHere = () => start(...here())
const addresses = (output: string) => output.match(/http:\/\/127\.0\.0\.1:\d+\/enter#\S+/g) ?? []

test('serves, prints a one-time address that signs in once, and stops in order', async () => {
  const { child, ended, output } = startHere()
  const [address = ''] = await eventually(
    () => (addresses(output()).length > 0 ? addresses(output()) : null),
    'the address',
  )
  const { origin, hash } = new URL(address)
  const signIn = () =>
    fetch(`${origin}/enter`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ code: hash.slice(1) }),
    })
  expect([(await signIn()).status, (await signIn()).status]).toEqual([204, 401])
  child.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(stations()).toEqual([])
})

test('a second start on the same folder leaves the first running and says so', async () => {
  const first = startHere()
  await eventually(() => addresses(first.output()).length > 0, 'the first address')
  const second = startHere()
  expect(await second.ended).toBe(0)
  expect(second.output()).toContain('already running on this data folder')
  await eventually(() => addresses(first.output()).length > 1, 'the first to print a new address')
  expect(stations()).toHaveLength(1)
})

test('a station that dies is started again, and the terminal says so', async () => {
  const { output } = startHere()
  await eventually(() => addresses(output()).length > 0, 'the address')
  process.kill(Number(stations()[0]), 'SIGKILL')
  await eventually(() => addresses(output()).length > 1, 'a new address')
  expect(output()).toContain('Station: ended unexpectedly (SIGKILL); starting it again.')
})

test('the station does not outlive a starter that is killed', async () => {
  const { child, output } = startHere()
  await eventually(() => addresses(output()).length > 0, 'the address')
  child.kill('SIGKILL')
  await eventually(() => stations().length === 0, 'the station to end')
})

test('the station stops in order with the npm that started it, though npm ends without waiting', async () => {
  const { child, ended, output } = run(...npmCommand(process.env), 'start', '--', ...here())
  await eventually(() => addresses(output()).length > 0, 'the address')
  child.kill('SIGTERM')
  await ended
  await eventually(() => stations().length === 0, 'the station to end')
  expect(output()).toContain('Stopping …')
})

test('a wrong option is named, and nothing is started', async () => {
  const { ended, output } = start('--windowless')
  expect(await ended).toBe(1)
  expect(output()).toContain('--windowless')
})

test('--help tells the options', async () => {
  const { ended, output } = start('--help')
  expect(await ended).toBe(0)
  for (const option of ['--no-window', '--data', '--dicom-port', '--http-port', '--electron'])
    expect(output()).toContain(option)
})
