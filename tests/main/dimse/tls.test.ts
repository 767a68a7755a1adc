import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTlsCredentials, type TlsCredentials } from '../../../main/dimse/index.ts'
import { type RecordingServer, startRecordingServer } from '../../helpers/dimse-server.ts'

describe('the listener for TLS', () => {
  let folder = ''
  let credentials: TlsCredentials
  let recording: RecordingServer
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-tls-'))
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
    const rsa = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key]
    const self = ['-subj', '/CN=station', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...rsa, '-out', certificate, ...self], { stdio: 'ignore' })
    credentials = await readTlsCredentials({ key, certificate, authorities: certificate })
    recording = await startRecordingServer({ tls: credentials })
  })
  afterAll(async () => {
    await recording.server.close(0)
    rmSync(folder, { recursive: true, force: true })
  })

  /** What is agreed on with a peer that offers only this. */
  const agreed = (ciphers: string, maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
    new Promise<string>((resolve) => {
      const { key, certificate: cert, authorities: ca } = credentials
      const socket = connect({
        socket: connectPlain(recording.server.port, '127.0.0.1'),
        ...{ key, cert, ca, ciphers, maxVersion, minVersion: 'TLSv1.1', host: '127.0.0.1' },
      })
      socket.on('error', () => resolve('nothing'))
      socket.on('secureConnect', () => {
        resolve(`${socket.getProtocol()} ${socket.getCipher().name}`)
        socket.destroy()
      })
    })

  test.each(['ECDHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES256-GCM-SHA384'])(
    'speaks TLS 1.2 by %s',
    async (cipher) => {
      expect(await agreed(cipher, 'TLSv1.2')).toBe(`TLSv1.2 ${cipher}`)
    },
  )

  test('speaks TLS 1.3, and nothing without forward secrecy, without authenticated encryption, or older', async () => {
    expect(await agreed('TLS_AES_128_GCM_SHA256', 'TLSv1.3')).toBe('TLSv1.3 TLS_AES_128_GCM_SHA256')
    expect(await agreed('AES128-GCM-SHA256', 'TLSv1.2')).toBe('nothing')
    expect(await agreed('ECDHE-RSA-AES128-SHA256', 'TLSv1.2')).toBe('nothing')
    expect(await agreed('ECDHE-RSA-AES128-SHA@SECLEVEL=0', 'TLSv1.1')).toBe('nothing')
  })
})
