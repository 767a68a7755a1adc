import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from './running-station.ts'

type Message = { kind: string; entry?: string; url?: string; shown?: boolean; receiver?: { port: number } | null }

let place: ReturnType<typeof temporaryFolder>
const children: ChildProcess[] = []
beforeEach(() => {
  place = temporaryFolder()
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  place.remove()
})

/** Starts it as `npm start` does. */
function start(...args: string[]) {
  const file = join(import.meta.dirname, '..', '..', 'main', 'browser-host.ts')
  const env = {
    ...process.env,
    XDG_RUNTIME_DIR: join(place.folder, 'run'),
    XDG_STATE_HOME: join(place.folder, 'state'),
  }
  const child = fork(file, ['--data', place.dataFolder, '--dicom-port', '0', ...args], {
    env,
    stdio: 'pipe',
    execArgv: [],
  })
  children.push(child)
  const messages: Message[] = []
  child.on('message', (message) => messages.push(message as Message))
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  const kinds = () => messages.map(({ kind }) => kind)
  const ready = () => expect.poll(kinds).toEqual(['ready', 'show-window'])
  return { child, messages, ended, kinds, ready }
}

it('tells its starter that it is ready and where a window finds it, again whenever asked', async () => {
  const { child, messages, ended, ready } = start()
  await ready()
  expect(messages[0]).toMatchObject({ kind: 'ready', receiver: { port: expect.any(Number) } })
  expect(messages[1]?.entry?.startsWith(`${messages[0]?.url}/enter#`)).toBe(true)
  child.send({ kind: 'show-window' })
  await expect.poll(() => messages.length).toBe(3)
  expect(messages[2]?.entry).not.toBe(messages[1]?.entry)
  child.send({ kind: 'stop' })
  expect(await ended).toBe(0)
})

it('brings the first forward when it is started a second time, and ends', async () => {
  const first = start()
  await first.ready()
  const second = start()
  expect(await second.ended).toBe(0)
  expect(second.messages).toEqual([{ kind: 'in-use', shown: true }])
  expect(first.kinds()).toEqual(['ready', 'show-window', 'show-window'])
})

it('stops when its starter is gone', async () => {
  const { child, ended, ready } = start()
  await ready()
  child.disconnect()
  expect(await ended).toBe(0)
})

it('ends with a sentence for wrong arguments', async () => {
  const { child, ended, messages } = start('--dicom-port', 'x')
  let stderr = ''
  child.stderr?.on('data', (text) => {
    stderr += text
  })
  expect(await ended).toBe(2)
  expect([messages, stderr]).toEqual([[], expect.stringContaining('--dicom-port takes a number')])
})
