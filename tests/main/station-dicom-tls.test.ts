import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readTlsCredentials, type TlsCredentials, verifyPeer } from '../../main/dimse/index.ts'
import { createReceiver, type Receiver } from '../../main/receiver/index.ts'
import { keepDicomTls, loadStationTls } from '../../main/station-dicom-tls.ts'
import { createAuthority } from '../helpers/certificates.ts'
import { createMemoryCache } from '../helpers/memory-cache.ts'
import { freePort } from '../helpers/peer-process.ts'

describe('DICOM over TLS as a person sets it up', () => {
  let folder = ''
  let ours: TlsCredentials
  let others: TlsCredentials
  let modality: TlsCredentials
  const running: Receiver[] = []
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-tls-'))
    const sign = createAuthority(folder, 'hospital')
    ours = await readTlsCredentials(sign('station'))
    modality = await readTlsCredentials(sign('modality'))
    others = await readTlsCredentials(createAuthority(folder, 'elsewhere')('station'))
  })
  afterEach(async () => {
    for (const each of running.splice(0)) await each.stop(0)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function documents() {
    const kept = new Map<string, string>()
    return {
      loadDocument: async (name: string) => kept.get(name) ?? null,
      saveDocument: async (name: string, text: string) => void kept.set(name, text),
    }
  }

  async function start(cache = documents(), launch?: { credentials: TlsCredentials; port: number }) {
    const kept = await loadStationTls(cache)
    const tls = launch ?? kept
    const receiver = createReceiver({
      cache: createMemoryCache(),
      log: pino({ level: 'silent' }),
      ...(tls ? { tls: tls.credentials } : {}),
    })
    running.push(receiver)
    const keeper = keepDicomTls(receiver, cache, launch, kept)
    expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
    expect(await keeper.start()).toBe(null)
    return { receiver, keeper, cache }
  }

  const call = (port: number, tls: TlsCredentials) =>
    verifyPeer({
      host: '127.0.0.1',
      ...{ port, tls, calledAETitle: 'ASTREINTE', callingAETitle: 'CT1', responseTimeout: 20_000 },
    }).catch(() => 'refused')

  test('is listened for at once, kept, changed while it runs, and given up', async () => {
    const { receiver, keeper, cache } = await start()
    expect(keeper.state()).toMatchObject({ source: 'none', port: 2762, certificate: null, listening: null })
    const port = await freePort()
    expect(await keeper.configure(port, ours)).toEqual({ fault: null, problem: null })
    expect(keeper.state()).toMatchObject({
      source: 'kept',
      certificate: { subject: 'CN=station', issuer: 'CN=hospital', names: ['127.0.0.1'] },
      authorities: [{ subject: 'CN=hospital' }],
      listening: { address: '127.0.0.1', port },
    })
    expect(JSON.stringify(keeper.state())).not.toContain('PRIVATE')
    expect(await call(port, modality)).toBe(0)
    expect(await call(port, others)).toBe('refused')

    expect(await keeper.configure(port, others)).toEqual({ fault: null, problem: null })
    expect(await call(port, modality)).toBe('refused')
    expect(await call(port, others)).toBe(0)
    const elsewhere = await freePort()
    expect(await keeper.configure(elsewhere, null)).toEqual({ fault: null, problem: null })
    expect(await call(elsewhere, others)).toBe(0)
    await receiver.stop(0)

    const again = await start(cache)
    expect(again.keeper.state()).toMatchObject({ source: 'kept', listening: { port: elsewhere } })
    expect(await call(elsewhere, others)).toBe(0)
    await again.keeper.remove()
    expect(again.keeper.state()).toMatchObject({ source: 'none', certificate: null, listening: null })
    expect(await call(elsewhere, others)).toBe('refused')
    expect(await loadStationTls(cache)).toBe(null)
  })

  test('that cannot be changes nothing, and says why', async () => {
    const { receiver, keeper, cache } = await start()
    const port = await freePort()
    const text = (name: string) => readFileSync(join(folder, name), 'utf8')
    const faults: [Partial<TlsCredentials>, string][] = [
      [{ key: 'nothing' }, 'key-unreadable'],
      [{ key: others.key }, 'key-of-another'],
      [{ certificate: ours.key }, 'certificate-unreadable'],
      [{ authorities: '' }, 'authorities-unreadable'],
      [{ authorities: text('hospital.pem') + ours.certificate }, 'not-an-authority'],
    ]
    for (const [change, fault] of faults) {
      expect(await keeper.configure(port, { ...ours, ...change })).toEqual({ fault, problem: null })
    }
    expect(await keeper.configure(receiver.address?.port ?? 0, ours)).toEqual({ fault: null, problem: 'port-in-use' })
    expect(keeper.state()).toMatchObject({ source: 'none', listening: null })
    expect(await loadStationTls(cache)).toBe(null)
    expect(await keeper.configure(port, ours)).toEqual({ fault: null, problem: null })
    expect(await keeper.configure(receiver.address?.port ?? 0, others)).toMatchObject({ problem: 'port-in-use' })
    expect(await call(port, modality)).toBe(0)
  })

  test('that the host gave is not changed here', async () => {
    const { keeper } = await start(documents(), { credentials: ours, port: 0 })
    const { source, port } = keeper.state()
    expect(source).toBe('launch')
    expect(await keeper.configure(port, others)).toMatchObject({ fault: 'key-unreadable' })
    await keeper.remove()
    expect(await call(port, modality)).toBe(0)
  })

  test('a remote AE is tried as it would be called, and why it does not answer is told', async () => {
    const { receiver, keeper } = await start()
    const plain = receiver.address?.port ?? 0
    const port = await freePort()
    const closed = await freePort()
    const peer = { aeTitle: 'ASTREINTE', address: '127.0.0.1', port: plain, tls: false }
    const faultOf = async (changes: Partial<typeof peer> | { port: null }) =>
      Object.values(await receiver.testPeer({ ...peer, ...changes })).join(' ')
    expect(await faultOf({ port, tls: true })).toBe('no-credentials ')
    await keeper.configure(port, ours)
    expect(await faultOf({})).toBe(' ')
    expect(await faultOf({ port, tls: true })).toBe(' ')
    expect(await faultOf({ aeTitle: 'OTHER' })).toBe('called-ae-unknown A-ASSOCIATE-RJ 1/1/7')
    expect(await faultOf({ port: closed })).toBe('no-connection ECONNREFUSED')
    expect(await faultOf({ port: plain, tls: true })).toMatch(/^tls-failed |^aborted/)
    expect(await faultOf({ port, tls: false })).toMatch(/^aborted|^not-dicom/)
    expect(await faultOf({ port: null })).toBe('not-called ')
    expect(await faultOf({ address: '127.0.0.0/8' })).toBe('not-called ')
  })
})
