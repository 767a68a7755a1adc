import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CacheError } from '../../main/cache/index.ts'
import { verifyPeer } from '../../main/dimse/index.ts'
import { askRunningStation } from '../../main/launch-files.ts'
import { type RunningStation, runStation, temporaryFolder } from './running-station.ts'

let place: ReturnType<typeof temporaryFolder>
const running: RunningStation[] = []
beforeEach(() => {
  place = temporaryFolder()
})
afterEach(async () => {
  for (const each of running.splice(0)) await each.close()
  place.remove()
})
async function run(options: Parameters<typeof runStation>[1] = {}): Promise<RunningStation> {
  const station = await runStation(place, options)
  running.push(station)
  return station
}
async function stop(each: RunningStation): Promise<void> {
  running.splice(running.indexOf(each), 1)
  await each.close()
}

const codes = async ({ client }: RunningStation) => {
  const { problems } = await client.station.status.query({})
  return problems.map(({ code }) => code)
}
const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'it worked',
    (error: Error) => error.message,
  )

it('starts empty, receives, serves and stops', async () => {
  const { station, client } = await run({ aeTitle: 'ESSAI' })
  const { receiver } = station
  if (!receiver) throw new Error('it does not receive')
  expect(receiver).toMatchObject({ aeTitle: 'ESSAI', host: '127.0.0.1' })
  const peer = { host: '127.0.0.1', port: receiver.port, calledAETitle: 'ESSAI', callingAETitle: 'TEST' }
  expect(await verifyPeer(peer)).toBe(0)
  expect((await client.studies.list.query({})).total).toBe(0)
  expect(await client.station.status.query({})).toMatchObject({
    host: 'headless',
    receiver: { listening: true, port: receiver.port },
    cache: { studies: 0, instances: 0 },
  })
  await station.close()
  await expect(verifyPeer(peer)).rejects.toThrow()
  await expect(fetch(station.url)).rejects.toThrow()
})

it('keeps the token for tools in a private file outside the data folder, while it runs', async () => {
  const { station } = await run()
  expect(station.tokenFile.startsWith(place.dataFolder)).toBe(false)
  expect(statSync(station.tokenFile).mode & 0o777).toBe(0o600)
  const authorization = `Bearer ${readFileSync(station.tokenFile, 'utf8').trim()}`
  expect((await fetch(`${station.dicomWeb}/studies`, { headers: { authorization } })).status).toBe(204)
  await station.close()
  expect(existsSync(station.tokenFile)).toBe(false)
})

it('refuses a data folder that is in use, and lets a second start ask the first for a window', async () => {
  const first = await run({ kind: 'browser' })
  const error = await runStation(place).catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(CacheError)
  expect((error as CacheError).code).toBe('folder-in-use')
  expect(await askRunningStation(place.dataFolder)).toEqual({ raised: true })
  expect(first.shown.length).toBe(1)
  await stop(first)
  expect(await askRunningStation(place.dataFolder)).toBeNull()
})

it('hands a second start an address where there is no window to raise', async () => {
  await run()
  const answer = await askRunningStation(place.dataFolder)
  expect(answer).toMatchObject({ raised: false, entry: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/enter#/) })
})

it('keeps settings over a restart, and lets arguments override them for the run', async () => {
  const first = await run()
  const answer = await first.client.settings.update.mutate({ language: 'en', aeTitle: 'GARDE', firstRunDone: true })
  expect(answer).toMatchObject({ problem: null, settings: { language: 'en', aeTitle: 'GARDE', firstRunDone: true } })
  expect(first.station.receiver?.aeTitle).toBe('GARDE')
  await expect.poll(() => first.events.some(({ data }) => data.kind === 'settingsChanged')).toBe(true)
  await stop(first)
  const second = await run({ aeTitle: 'PASSAGE' })
  expect(await second.client.settings.get.query({})).toMatchObject({ language: 'en', aeTitle: 'PASSAGE' })
  await second.client.workspace.save.mutate({ windowId: 'main', state: '{}' })
  await stop(second)
  // The index holds nothing of a person's.
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(place.dataFolder, `index.sqlite${suffix}`), { force: true })
  const third = await run()
  expect((await third.client.settings.get.query({})).aeTitle).toBe('GARDE')
  expect(await third.client.workspace.load.query({ windowId: 'main' })).toEqual({ windowId: 'main', state: '{}' })
})

it('changes nothing when the receiver cannot follow', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const taken = (blocker.address() as { port: number }).port
  const { client, station } = await run()
  const before = station.receiver
  const answer = await client.settings.update.mutate({ dicomPort: taken, language: 'en' })
  expect(answer.problem).toBe('port-in-use')
  expect(answer.settings).toMatchObject({ language: 'fr', dicomPort: before?.port })
  expect(station.receiver).toEqual(before)
  blocker.close()
})

it('listens on the network when a person wants it, and on this machine alone again', async () => {
  const { client, station } = await run({ dicomHost: '127.0.0.1' })
  await client.settings.update.mutate({ acceptFromNetwork: true })
  expect(['::', '0.0.0.0']).toContain(station.receiver?.host)
  // What a modality can be told, the same as the test of the settings says.
  const { dicomPort, aeTitle } = await client.settings.get.query({})
  const trial = { aeTitle, dicomPort, acceptFromNetwork: true }
  const answer = await client.settings.testReceiver.mutate(trial)
  expect(await client.network.addresses.query({})).toEqual(expect.arrayContaining(answer.addresses))
  await client.settings.update.mutate({ acceptFromNetwork: false })
  expect(station.receiver?.host).toBe('127.0.0.1')
})

it('tries a receiver’s address without changing anything', async () => {
  const { client, station } = await run()
  const before = station.receiver
  const address = { aeTitle: 'ESSAI', acceptFromNetwork: false, dicomPort: before?.port ?? 0 }
  expect(await client.settings.testReceiver.mutate(address)).toEqual({ problem: null, addresses: ['127.0.0.1'] })
  expect(await client.settings.testReceiver.mutate({ ...address, aeTitle: '' })).toMatchObject({
    problem: 'bad-ae-title',
  })
  expect(await client.settings.testReceiver.mutate({ ...address, dicomPort: 70_000 })).toMatchObject({
    problem: 'port-not-permitted',
  })
  expect(station.receiver).toEqual(before)
})

it('starts without a receiver when its port is taken, says so, and recovers', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const taken = (blocker.address() as { port: number }).port
  const each = await run({ dicomPort: taken })
  expect(each.station.receiver).toBeNull()
  expect(await codes(each)).toContain('receiver-stopped')
  await new Promise((resolve) => blocker.close(resolve))
  const answer = await each.client.settings.update.mutate({ dicomPort: taken })
  expect(answer.problem).toBeNull()
  expect(each.station.receiver?.port).toBe(taken)
  expect(await codes(each)).not.toContain('receiver-stopped')
})

it('says what is wrong around it', async () => {
  const first = await run({ afterCrash: true })
  expect((await codes(first)).sort()).toEqual(['recovery-key-not-confirmed', 'station-restarted'])
  const { recoveryKey } = await first.client.security.drawRecoveryKey.mutate({})
  const lastGroup = recoveryKey.split('-').at(-1) ?? ''
  expect(await first.client.security.confirmRecoveryKey.mutate({ lastGroup: 'AAAAA' })).toEqual({ confirmed: false })
  expect(await first.client.security.confirmRecoveryKey.mutate({ lastGroup })).toEqual({ confirmed: true })
  expect(await codes(first)).toEqual(['station-restarted'])
  await expect
    .poll(() => first.events.findLast(({ data }) => data.kind === 'statusChanged')?.data)
    .toMatchObject({ status: { problems: [{ code: 'station-restarted' }] } })
})

it('opens locked without its key, answers little, and is restored by the recovery key without a restart', async () => {
  const first = await run()
  const { recoveryKey } = await first.client.security.drawRecoveryKey.mutate({})
  await first.client.security.confirmRecoveryKey.mutate({ lastGroup: recoveryKey.slice(-5) })
  await first.client.settings.update.mutate({ aeTitle: 'GARDE' })
  await stop(first)
  const key = readFileSync(place.keyFile)
  rmSync(place.keyFile)

  const { client, station, ask } = await run()
  expect(await client.security.state.query({})).toMatchObject({ locked: 'key-missing', keyFile: place.keyFile })
  expect(station.receiver).toBeNull()
  expect(await client.station.status.query({})).toMatchObject({ receiver: { listening: false }, cache: { studies: 0 } })
  expect(await failure(client.studies.list.query({}))).toBe('locked')
  expect(await failure(client.workspace.load.query({ windowId: '1' }))).toBe('locked')
  expect(await failure(client.settings.update.mutate({ aeTitle: 'AUTRE' }))).toBe('locked')
  expect(await client.settings.update.mutate({ language: 'en' })).toMatchObject({ settings: { language: 'en' } })
  expect((await ask('/dicom-web/studies')).status).toBe(503)

  expect(await client.security.restore.mutate({ recoveryKey: 'AAAAA' })).toEqual({ outcome: 'wrong-recovery-key' })
  expect(await client.security.restore.mutate({ recoveryKey })).toEqual({ outcome: 'restored' })
  expect(await client.security.restore.mutate({ recoveryKey })).toEqual({ outcome: 'not-locked' })
  expect((await client.settings.get.query({})).aeTitle).toBe('GARDE')
  expect(station.receiver?.aeTitle).toBe('GARDE')
  expect((await client.studies.list.query({})).total).toBe(0)
  expect(readFileSync(place.keyFile)).toEqual(key)
})

it('opens locked with the key of another folder, and leaves that key alone', async () => {
  const other = temporaryFolder()
  await (await runStation(other)).close()
  await stop(await run())
  writeFileSync(place.keyFile, readFileSync(other.keyFile), { mode: 0o600 })
  const { client } = await run()
  expect((await client.security.state.query({})).locked).toBe('key-wrong')
  expect(readFileSync(place.keyFile)).toEqual(readFileSync(other.keyFile))
  other.remove()
})

it('keeps the windows’ state', async () => {
  const first = await run()
  expect(await first.client.workspace.load.query({ windowId: 'main' })).toBeNull()
  const saved = { windowId: 'main', state: JSON.stringify({ study: '1.2', text: 'é"\\'.repeat(10_000) }) }
  await first.client.workspace.save.mutate(saved)
  await stop(first)
  const second = await run()
  expect(await second.client.workspace.load.query({ windowId: 'main' })).toEqual(saved)
})

it('leaves nothing open when it cannot start', async () => {
  const blocker = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => blocker.once('listening', resolve))
  const httpPort = (blocker.address() as { port: number }).port
  await expect(runStation(place, { httpPort })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  blocker.close()
  const { station } = await run()
  expect(station.receiver).not.toBeNull()
})
