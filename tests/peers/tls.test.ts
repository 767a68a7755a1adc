/** DICOM over TLS: dcmtk as sender, viewer and receiver, ourselves, and whoever comes without it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DicomPeer } from '../../main/contract/settings.ts'
import {
  readTlsCredentials,
  ScuAssociation,
  type TlsCredentials,
  verificationContext,
  verifyPeer,
} from '../../main/dimse/index.ts'
import { retrieveByGet } from '../../main/receiver/index.ts'
import { type CertificateFiles, createAuthority } from '../helpers/certificates.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import { startRecordingServer, until } from '../helpers/dimse-server.ts'
import {
  digestsIn,
  digestsOf,
  type FileContent,
  type FilledReceiver,
  readFile,
  startFilledReceiver,
} from '../helpers/filled-receiver.ts'
import { createMemoryCache } from '../helpers/memory-cache.ts'
import { freePort, stopChild } from '../helpers/peer-process.ts'
import { startStation } from '../helpers/station-process.ts'

const cranium = craniumFolder()
const tools = ['storescu', 'echoscu', 'movescu', 'storescp', 'openssl'].every(hasTool)

const fingerprintOf = ({ certificate }: CertificateFiles): string =>
  new X509Certificate(readFileSync(certificate)).fingerprint256

describe.runIf(cranium !== null && tools)('DICOM over TLS', () => {
  let folder = ''
  let files: FileContent[] = []
  let ours: CertificateFiles
  let theirs: CertificateFiles
  /** Of the same authority as theirs. */
  let neighbour: CertificateFiles
  let stranger: CertificateFiles
  let expired: CertificateFiles
  let credentials: TlsCredentials
  let station: FilledReceiver
  let port = 0
  let peers: DicomPeer[] = []
  let children: ChildProcess[] = []
  const may = { store: true, query: true, retrieve: true, commit: true }
  const peer = (aeTitle: string, at: number | null = null): DicomPeer => ({
    aeTitle,
    address: '127.0.0.1',
    port: at,
    tls: true,
    may,
    maxAssociations: null,
  })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-tls-'))
    const sign = createAuthority(folder, 'hospital')
    ours = sign('station')
    theirs = sign('modality')
    neighbour = sign('neighbour')
    expired = sign('expired', -1)
    stranger = createAuthority(folder, 'elsewhere')('stranger')
    credentials = await readTlsCredentials(ours)
    files = readdirSync(cranium ?? '')
      .slice(0, 12)
      .map((name) => readFile(join(cranium ?? '', name)))
    station = await startFilledReceiver(folder, files, {
      tls: credentials,
      limits: { artimTimeout: 500 },
      peers: () => ({ peers, unknownPeers: 'store' }),
    })
    expect(await station.receiver.listenSecurely(0)).toBe(null)
    port = station.receiver.secureAddress?.port ?? 0
  })
  afterEach(async () => {
    await Promise.all(children.map((child) => stopChild(child)))
    children = []
    peers = []
  })
  afterAll(async () => {
    await station.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const tls = ({ key, certificate, authorities }: CertificateFiles) => ['+tls', key, certificate, '+cf', authorities]
  const call = (at = port) => ['-aec', 'ASTREINTE', '127.0.0.1', String(at)]
  /** What the history says of the connection that `work` makes. */
  async function endOf(work: () => unknown) {
    const before = station.receiver.history()[0]
    await work()
    await until(() => station.receiver.history()[0] !== before)
    const { outcome, reasons, remoteAddress } = station.receiver.history()[0] ?? {}
    return { outcome, remoteAddress, reasons: reasons?.map(({ code }) => code) }
  }
  const send = (bytes: Uint8Array) => {
    const socket = connectPlain(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('error', () => {})
    socket.resume()
    return socket
  }

  test('storescu stores with a certificate of our authority', async () => {
    const paths = readdirSync(cranium ?? '').slice(0, 12)
    const result = await dcmtk('storescu', [
      ...tls(theirs),
      ...call(),
      ...paths.map((name) => join(cranium ?? '', name)),
    ])
    expect(result).toMatchObject({ code: 0 })
    await until(() => station.receiver.history()[0]?.duplicates === 12)
    expect(station.receiver.history()[0]).toMatchObject({ outcome: 'completed', reasons: [] })
  })

  test('a certificate of another authority, or none, is refused and told', async () => {
    const refused = { outcome: 'refused-connection', remoteAddress: '127.0.0.1', reasons: ['tls-certificate-refused'] }
    const untrusting = [...tls(stranger), '-ic']
    expect(await endOf(() => dcmtk('echoscu', [...untrusting, ...call()]))).toEqual(refused)
    expect(await endOf(() => dcmtk('echoscu', ['+tla', '-ic', ...call()]))).toEqual(refused)
  })

  test('a certificate that is over is refused and told as that, from who calls and from who is called', async () => {
    const end = await endOf(() => dcmtk('echoscu', [...tls(expired), '-ic', ...call()]))
    expect(end).toMatchObject({ outcome: 'refused-connection', reasons: ['tls-certificate-expired'] })
    const server = await startRecordingServer({ tls: await readTlsCredentials(expired) })
    const called = { aeTitle: 'ASTREINTE', address: '127.0.0.1', port: server.server.port, tls: true }
    expect(await station.receiver.testPeer(called)).toEqual({ fault: 'tls-failed', detail: 'CERT_HAS_EXPIRED' })
    await server.server.close(0)
  })

  test('what is older than TLS 1.2 is refused', async () => {
    const end = await endOf(() => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'ALL:@SECLEVEL=0',
      })
      socket.on('error', () => {})
    })
    expect(end).toMatchObject({ outcome: 'protocol-error', reasons: ['tls-handshake-failed'] })
  })

  test('plain DICOM, HTTP and garbage on the TLS port end with a reason; and TLS on the plain port', async () => {
    const notTls = { outcome: 'protocol-error', reasons: ['not-tls'] }
    expect(await endOf(() => dcmtk('echoscu', call()))).toMatchObject(notTls)
    expect(await endOf(() => send(Buffer.from('GET / HTTP/1.1\r\n\r\n')))).toMatchObject(notTls)
    expect(await endOf(() => send(Buffer.alloc(500, 0xa5)))).toMatchObject(notTls)
    expect(await endOf(() => dcmtk('echoscu', [...tls(theirs), ...call(station.port)]))).toMatchObject({
      reasons: ['tls-on-plain-port'],
    })
  })

  test('silence and a connection that closes at once end as well, and leave room', async () => {
    expect(await endOf(() => send(Buffer.from([0x16])))).toMatchObject({ outcome: 'timed-out' })
    expect(await endOf(() => send(Buffer.from([0x16, 3, 1])).end())).toMatchObject({ outcome: 'aborted' })
    const silent = Array.from({ length: 70 }, () => send(Buffer.from([0x16])))
    await until(() => station.receiver.history().some(({ reasons }) => reasons[0]?.code === 'limit-reached'))
    for (const socket of silent) socket.destroy()
    await until(() => silent.every(({ closed }) => closed))
    let result = { code: 1, output: '' }
    for (let attempt = 0; attempt < 20 && result.code !== 0; attempt += 1) {
      result = await dcmtk('echoscu', [...tls(theirs), ...call()])
    }
    expect(result).toMatchObject({ code: 0 })
  })

  test('a peer of the table that speaks TLS counts as unknown without it', async () => {
    peers = [peer('VIEWER')]
    const query = ['-d', '-aet', 'VIEWER', '-S', '-k', '0008,0052=STUDY', '-k', '0020,000d']
    expect((await dcmtk('findscu', [...query, ...call(station.port)])).output).toMatch(/0x0124/)
    expect((await dcmtk('findscu', [...query, ...tls(theirs), ...call()])).output).toContain(files[0]?.StudyInstanceUID)
  })

  test('as many associations of a peer are borne as its row says, with TLS and without together', async () => {
    peers = [{ ...peer('MODALITY'), tls: false, maxAssociations: 1 }]
    const open = (at: number, secured: boolean) =>
      ScuAssociation.open({
        ...{ host: '127.0.0.1', port: at, calledAETitle: 'ASTREINTE', callingAETitle: 'MODALITY' },
        contexts: [verificationContext],
        ...(secured ? { tls: credentials } : {}),
      })
    const limited = { code: 'rejected', rejection: { result: 2, source: 3, reason: 2 } }
    const plain = await open(station.port, false)
    await expect(open(port, true)).rejects.toMatchObject(limited)
    await plain.release()
    await until(() => station.receiver.status.associations === 0)
    const secure = await open(port, true)
    await expect(open(station.port, false)).rejects.toMatchObject(limited)
    await secure.release()
  })

  test('an AE title that is bound to a certificate is not lent by another one of the same authority', async () => {
    const bound = { ...peer('VIEWER'), fingerprint: fingerprintOf(theirs) }
    peers = [bound]
    const echo = (files: CertificateFiles, aeTitle = 'VIEWER') =>
      dcmtk('echoscu', ['-aet', aeTitle, ...tls(files), ...call()])
    expect(await echo(theirs)).toMatchObject({ code: 0 })
    expect(await echo(neighbour, 'OTHER')).toMatchObject({ code: 0 })
    const refused = { outcome: 'rejected', reasons: ['certificate-of-another'] }
    expect(await endOf(() => echo(neighbour))).toMatchObject(refused)
    expect(await endOf(() => dcmtk('echoscu', ['-aet', 'VIEWER', ...call(station.port)]))).toMatchObject(refused)
  })

  test('who is called must show the certificate that is named, not only one that is trusted', async () => {
    const at = await freePort()
    const child = spawn('storescp', [...tls(theirs), '-aet', 'STORE', '-od', folder, String(at)], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: 'ignore',
    })
    children.push(child)
    const test = (fingerprint: string | null) =>
      station.receiver.testPeer({ aeTitle: 'STORE', address: '127.0.0.1', port: at, tls: true, fingerprint })
    await expect.poll(() => test(null)).toEqual({ fault: null, detail: '' })
    expect(await test(fingerprintOf(theirs))).toEqual({ fault: null, detail: '' })
    expect(await test(fingerprintOf(neighbour))).toEqual({ fault: 'certificate-of-another', detail: '' })
    // Certificates of devices mostly name no address: the one that is named itself need not.
    const byName = { aeTitle: 'STORE', address: 'localhost', port: at, tls: true }
    const nameless = { fault: 'tls-failed', detail: 'ERR_TLS_CERT_ALTNAME_INVALID' }
    expect(await station.receiver.testPeer(byName)).toEqual(nameless)
    const named = (files: CertificateFiles) =>
      station.receiver.testPeer({ ...byName, fingerprint: fingerprintOf(files) })
    expect(await named(theirs)).toEqual({ fault: null, detail: '' })
    expect(await named(neighbour)).toEqual({ fault: 'certificate-of-another', detail: '' })
  })

  test('movescu has a study sent over TLS to storescp, byte for byte', async () => {
    const into = join(folder, 'moved')
    mkdirSync(into)
    const at = await freePort()
    const child = spawn('storescp', [...tls(theirs), '-aet', 'STORE', '-od', into, '+B', String(at)], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: 'ignore',
    })
    children.push(child)
    const answers = async () => (await dcmtk('echoscu', [...tls(theirs), '127.0.0.1', String(at)])).code === 0
    for (let attempt = 0; attempt < 100 && !(await answers()); attempt += 1) expect(child.exitCode).toBe(null)
    peers = [{ ...peer('VIEWER'), tls: false }, peer('STORE', at)]
    const result = await dcmtk('movescu', [
      ...['-aet', 'VIEWER', '-aem', 'STORE', '-S', ...call(station.port)],
      ...['-k', '0008,0052=STUDY', '-k', `0020,000d=${files[0]?.StudyInstanceUID}`],
    ])
    expect(result).toMatchObject({ code: 0 })
    expect(digestsIn(into)).toEqual(digestsOf(files))
  })

  test('we verify and retrieve over TLS, and trust only our authorities and the host that we called', async () => {
    const modality = await readTlsCredentials(theirs)
    const request = { host: '127.0.0.1', port, calledAETitle: 'ASTREINTE', callingAETitle: 'VIEWER' }
    expect(await verifyPeer({ ...request, tls: modality })).toBe(0)
    const failed = { code: 'connection-failed' }
    await expect(verifyPeer({ ...request, tls: { ...modality, servername: 'pacs.example' } })).rejects.toMatchObject(
      failed,
    )
    const foreign = await readTlsCredentials(stranger)
    await expect(verifyPeer({ ...request, tls: foreign })).rejects.toMatchObject(failed)
    await expect(readTlsCredentials({ ...theirs, key: stranger.key })).rejects.toMatchObject({
      code: 'bad-credentials',
    })
    peers = [peer('VIEWER')]
    const cache = createMemoryCache()
    const report = await retrieveByGet(cache, {
      peer: { aeTitle: 'ASTREINTE', host: '127.0.0.1', port, tls: modality },
      callingAETitle: 'VIEWER',
      StudyInstanceUID: files[0]?.StudyInstanceUID ?? '',
      storedSOPClassUIDs: ['1.2.840.10008.5.1.4.1.1.2'],
    })
    expect(report).toMatchObject({ kind: 'completed', stored: 12 })
  })

  test('a headless station listens for it, and refuses files that do not belong together', async () => {
    const at = await freePort()
    const options = ({ key, certificate, authorities }: CertificateFiles) => [
      ...['--dicom-tls-key', key, '--dicom-tls-certificate', certificate, '--dicom-tls-authorities', authorities],
      ...['--dicom-tls-port', String(at)],
    ]
    const program = await startStation({ arguments: options(ours) })
    try {
      const [name = ''] = readdirSync(cranium ?? '')
      expect(await dcmtk('storescu', [...tls(theirs), ...call(at), join(cranium ?? '', name)])).toMatchObject({
        code: 0,
      })
      expect(await dcmtk('echoscu', call(program.dicomPort))).toMatchObject({ code: 0 })
    } finally {
      await program.dispose()
    }
    await expect(
      startStation({ folder: mkdtempSync(join(folder, 'other-')), arguments: options({ ...ours, key: stranger.key }) }),
    ).rejects.toThrow('not a key, its certificate and an authority')
  })
})
