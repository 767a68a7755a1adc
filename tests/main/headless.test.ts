import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { npmCommand } from '../../build/dependencies.mjs'
import { ScuAssociation, verificationContext } from '../../main/dimse/index.ts'
import { createKeyFileStore, openVault } from '../../main/security/index.ts'
import { processesWith } from '../helpers/processes.ts'
import { CT_IMAGE_STORAGE, ctImage, EXPLICIT_LITTLE_ENDIAN, type TestObject } from './cache/data-sets.ts'
import { temporaryFolder } from './running-station.ts'

const root = join(import.meta.dirname, '..', '..')
let place: ReturnType<typeof temporaryFolder>
const children: ChildProcess[] = []
beforeEach(() => {
  place = temporaryFolder()
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    const isGone = child.exitCode !== null || child.signalCode !== null
    if (isGone) continue
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }
  for (const id of processesWith('headless.ts', place.folder)) process.kill(id, 'SIGKILL')
  place.remove()
})

interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts the program; `ready` resolves with its line, `ended` when it ends. */
function start(...args: string[]) {
  return startWith([], args)
}

const startWith = (nodeOptions: string[], args: string[]) =>
  startProgram(process.execPath, [...nodeOptions, join(root, 'main', 'headless.ts'), ...args])

function startProgram(file: string, args: string[]) {
  const env = {
    ...process.env,
    XDG_RUNTIME_DIR: join(place.folder, 'run'),
    XDG_STATE_HOME: join(place.folder, 'state'),
  }
  const child = spawn(file, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const begun = performance.now()
  let readyAfter = 0
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
  const ready = async () => {
    await expect.poll(() => stdout).toContain('\n')
    readyAfter = performance.now() - begun
    return JSON.parse(stdout) as {
      ready: true
      dicomWeb: string
      tokenFile: string
      aeTitle: string
      dicomPort: number
    }
  }
  /** ms: five seconds, and more where starting takes long because the machine is busy. */
  const inTime = () => 5_000 + 5 * readyAfter
  return { child, ended, ready, inTime }
}
const usual = () => ['--data', place.dataFolder, '--dicom-port', '0', '--key-file', place.keyFile]

it('says on one line of stdout that it is ready, and stops cleanly within five seconds', async () => {
  const { child, ended, ready, inTime } = start(
    ...usual(),
    '--ae-title',
    'GARDE',
    '--dicom-host',
    '127.0.0.1',
    '--http-port',
    '0',
  )
  const line = await ready()
  expect(Object.keys(line)).toEqual(['ready', 'dicomWeb', 'tokenFile', 'storeTokenFile', 'aeTitle', 'dicomPort'])
  expect(line).toMatchObject({
    ready: true,
    aeTitle: 'GARDE',
    dicomWeb: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/dicom-web$/),
  })
  expect(statSync(line.tokenFile).mode & 0o777).toBe(0o600)
  expect(line.tokenFile.startsWith(place.dataFolder)).toBe(false)
  const authorization = `Bearer ${readFileSync(line.tokenFile, 'utf8').trim()}`
  expect((await fetch(`${line.dicomWeb}/studies`, { headers: { authorization } })).status).toBe(204)
  const before = performance.now()
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  expect(performance.now() - before).toBeLessThan(inTime())
  expect(code).toBe(0)
  expect(stdout.trim().split('\n').length).toBe(1)
  for (const each of stderr.trim().split('\n')) expect(() => JSON.parse(each)).not.toThrow()
  expect(existsSync(line.tokenFile)).toBe(false)
})

it('stops in order with the npm that started it, though npm ends without waiting', async () => {
  const [file, ...npm] = npmCommand(process.env)
  const { child, ended, ready } = startProgram(file, [...npm, 'run', '--silent', 'station', '--', ...usual()])
  const { tokenFile } = await ready()
  child.kill('SIGTERM')
  // The streams are closed when the last process that writes to them has ended.
  expect((await ended).stderr).toContain('"stopped"')
  expect(existsSync(tokenFile)).toBe(false)
})

it('stops in time although a sender does not let go', async () => {
  const { child, ended, ready, inTime } = start(...usual())
  const { dicomPort, aeTitle } = await ready()
  const association = await ScuAssociation.open({
    ...{ host: '127.0.0.1', port: dicomPort, calledAETitle: aeTitle, callingAETitle: 'IDLE' },
    contexts: [verificationContext],
  })
  const before = performance.now()
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  expect(performance.now() - before).toBeLessThan(inTime())
  association.abort()
})

/** Loaded before the program: ends the worker thread of this file on SIGUSR2. */
const killerOf = (name: string): string => `
import threads from 'node:worker_threads'
import { syncBuiltinESMExports } from 'node:module'
const { Worker } = threads
threads.Worker = class extends Worker {
  constructor(file, ...others) {
    super(file, ...others)
    if (String(file).includes('/${name}.')) process.on('SIGUSR2', () => this.terminate())
  }
}
syncBuiltinESMExports()`

/** Loaded before the program: writing into packs waits for ever once `hangs` is there, as on a disk that does not answer, and says so by `waits`. */
const hangingDisk = (hangs: string, waits: string): string => `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { existsSync, openSync, writeFileSync, writevSync } = fs
fs.writevSync = (...given) => {
  if (existsSync(${JSON.stringify(hangs)})) {
    writeFileSync(${JSON.stringify(waits)}, '')
    openSync(${JSON.stringify(hangs)}, 'r')
  }
  return writevSync(...given)
}
syncBuiltinESMExports()`

it.runIf(process.platform !== 'win32')(
  'stops in time although its disk hangs, and has all that it answered',
  async () => {
    const [hangs, waits] = [join(place.folder, 'hangs'), join(place.folder, 'waits')]
    const preload = ['--import', `data:text/javascript,${encodeURIComponent(hangingDisk(hangs, waits))}`]
    const { child, ended, ready } = startWith(preload, usual())
    const { dicomPort, aeTitle, tokenFile } = await ready()
    const [first, second] = [ctImage({ instance: 1 }), ctImage({ instance: 2 })]
    const association = await ScuAssociation.open({
      ...{ host: '127.0.0.1', port: dicomPort, calledAETitle: aeTitle, callingAETitle: 'SENDER' },
      contexts: [{ abstractSyntax: CT_IMAGE_STORAGE, transferSyntax: EXPLICIT_LITTLE_ENDIAN }],
    })
    const send = ({ request, bytes }: TestObject) => association.store({ ...request, dataSet: [bytes] })
    expect(await send(first)).toEqual({ status: 0 })
    execFileSync('/usr/bin/mkfifo', [hangs])
    const unanswered = send(second).then(
      () => 'answered',
      () => 'not answered',
    )
    await expect.poll(() => existsSync(waits)).toBe(true)
    child.kill('SIGTERM')
    expect((await ended).stderr).toContain('did not stop in time')
    expect(await unanswered).toBe('not answered')
    expect(existsSync(tokenFile)).toBe(false)

    rmSync(hangs)
    const again = await start(...usual()).ready()
    const authorization = `Bearer ${readFileSync(again.tokenFile, 'utf8').trim()}`
    const answer = await fetch(`${again.dicomWeb}/instances`, { headers: { authorization } })
    const found = (await answer.json()) as Record<string, { Value?: unknown[] }>[]
    expect(found.map((each) => each['00080018']?.Value)).toEqual([[first.request.SOPInstanceUID]])
  },
)

it.each([
  ['store-worker', 'A cache worker stopped'],
  ['query-worker', 'A cache worker stopped'],
  ['records-worker', 'The thread of the records stopped'],
])('ends when its %s died, so that it is started again', async (name, words) => {
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(killerOf(name))}`]
  const { child, ended, ready } = startWith(preload, usual())
  await ready()
  child.kill('SIGUSR2')
  const { code, stderr } = await ended
  expect(code).toBe(1)
  expect(stderr).toContain(words)
  const again = start(...usual())
  await again.ready()
})

it.runIf(process.platform !== 'win32')('ends after a fault although its disk hangs', async () => {
  const [hangs, waits] = [join(place.folder, 'hangs'), join(place.folder, 'waits')]
  const preloads = [hangingDisk(hangs, waits), killerOf('query-worker')].flatMap((code) => [
    '--import',
    `data:text/javascript,${encodeURIComponent(code)}`,
  ])
  const { child, ended, ready } = startWith(preloads, usual())
  const { dicomPort, aeTitle } = await ready()
  const association = await ScuAssociation.open({
    ...{ host: '127.0.0.1', port: dicomPort, calledAETitle: aeTitle, callingAETitle: 'SENDER' },
    contexts: [{ abstractSyntax: CT_IMAGE_STORAGE, transferSyntax: EXPLICIT_LITTLE_ENDIAN }],
  })
  execFileSync('/usr/bin/mkfifo', [hangs])
  const { request, bytes } = ctImage({ instance: 1 })
  const unanswered = association.store({ ...request, dataSet: [bytes] }).then(
    () => 'answered',
    () => 'not answered',
  )
  await expect.poll(() => existsSync(waits)).toBe(true)
  child.kill('SIGUSR2')
  expect((await ended).stderr).toContain('a fault nobody caught')
  expect([child.signalCode, await unanswered]).toEqual(['SIGKILL', 'not answered'])
})

it('makes the key outside the data folder when none is named, and says where', async () => {
  const { child, ended, ready } = start('--data', place.dataFolder, '--dicom-port', '0')
  await ready()
  child.kill('SIGINT')
  const { code, stderr } = await ended
  expect(code).toBe(0)
  const { keyFile } = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .find((line) => 'keyFile' in line)
  expect(keyFile.startsWith(join(place.folder, 'state'))).toBe(true)
  expect(statSync(keyFile).mode & 0o777).toBe(0o600)
})

it('explains its arguments', async () => {
  const { code, stdout } = await start('--help').ended
  expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('npm run station')])
  const wrong = [
    [],
    ['--data'],
    ['--nonsense'],
    ['--data', 'x', '--dicom-port', '70000'],
    ['--data', 'x', '--ae-title', 'a\\b'],
    ['backup', '--data', place.dataFolder, '--to', join(place.dataFolder, 'inside')],
  ]
  for (const { args, ended } of wrong.map((each) => ({ args: each, ended: start(...each).ended }))) {
    const { code: wrongCode, stdout: nothing, stderr } = await ended
    expect([args, wrongCode, nothing]).toEqual([args, 2, ''])
    expect(stderr).toContain('--data DIR')
  }
  const inside = await start('--data', place.dataFolder, '--key-file', join(place.dataFolder, 'key')).ended
  expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining('outside the data folder')])
})

it('says so when the data folder is in use', async () => {
  const first = start(...usual())
  await first.ready()
  const second = await start(...usual()).ended
  expect([second.code, second.stdout, second.stderr]).toEqual([
    3,
    '',
    expect.stringContaining('in use by another station'),
  ])
})

it('says so when a port is taken', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const taken = String((blocker.address() as { port: number }).port)
  const dicom = await start('--data', place.dataFolder, '--key-file', place.keyFile, '--dicom-port', taken).ended
  expect([dicom.code, dicom.stdout, dicom.stderr]).toEqual([5, '', expect.stringContaining('The DICOM port')])
  const http = await start(...usual(), '--http-port', taken).ended
  expect([http.code, http.stdout, http.stderr]).toEqual([5, '', expect.stringContaining('EADDRINUSE')])
  blocker.close()
})

it('does not start without its key, and restores it from the recovery key', async () => {
  const { dataFolder, keyFile } = place
  const vault = await openVault({ dataFolder, keyStore: createKeyFileStore({ keyFile, dataFolder }) })
  if (vault.kind !== 'open') throw new Error('locked')
  const recoveryKey = vault.drawRecoveryKey()
  vault.confirmRecoveryKey(recoveryKey.slice(-5))
  rmSync(keyFile)
  const locked = await start(...usual()).ended
  expect([locked.code, locked.stderr]).toEqual([4, expect.stringContaining('key-missing')])
  expect(existsSync(keyFile)).toBe(false)
  const recoveryKeyFile = join(place.folder, 'recovery')
  writeFileSync(recoveryKeyFile, 'AAAAA-AAAAA\n')
  const wrong = await start(...usual(), '--recovery-key-file', recoveryKeyFile).ended
  expect([wrong.code, wrong.stderr]).toEqual([4, expect.stringContaining('not the recovery key')])
  writeFileSync(recoveryKeyFile, `${recoveryKey}\n`)
  chmodSync(recoveryKeyFile, 0o600)
  const restored = start(...usual(), '--recovery-key-file', recoveryKeyFile)
  await restored.ready()
  expect(existsSync(keyFile)).toBe(true)
})

it('makes a backup while it runs, which starts elsewhere with the recovery key', async () => {
  const { dataFolder, keyFile, folder } = place
  const vault = await openVault({ dataFolder, keyStore: createKeyFileStore({ keyFile, dataFolder }) })
  if (vault.kind !== 'open') throw new Error('locked')
  const recoveryKeyFile = join(folder, 'recovery')
  const recoveryKey = vault.drawRecoveryKey()
  vault.confirmRecoveryKey(recoveryKey.slice(-5))
  writeFileSync(recoveryKeyFile, `${recoveryKey}\n`)
  await start(...usual()).ready()
  const to = join(folder, 'backups')
  const made = await start('backup', '--data', dataFolder, '--to', to, '--recovery-key-file', recoveryKeyFile).ended
  expect([made.code, made.stderr]).toEqual([0, ''])
  const copy = (JSON.parse(made.stdout) as { folder: string }).folder
  const log = (command: string) => start('audit', command, '--data', dataFolder, '--key-file', keyFile).ended
  const noted = (await log('export')).stdout.split('\n').filter((line) => line.includes('/backups'))
  expect(noted.map((line) => line.includes(`/backups/astreinte-backup-`))).toEqual([false, true])
  expect((await log('verify')).stdout).toMatch(/^Intact: /)
  const other = ['--data', copy, '--dicom-port', '0', '--key-file', join(folder, 'other.key')]
  await start(...other, '--recovery-key-file', recoveryKeyFile).ready()
})
