/** What comes from strangers, broken senders and bad links: always an end with a reason, never a crash, never unbounded memory. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { DimseServerOptions } from '../../../main/dimse/index.ts'
import { DimsePeer } from '../../helpers/dimse-peer.ts'
import { type RecordingServer, startRecordingServer, until } from '../../helpers/dimse-server.ts'
import {
  associateRequest,
  bytes,
  dataFragment,
  echoRequest,
  echoResponse,
  releaseRequest,
  storeDataSet,
  storeRequest,
  tlsClientHello,
  userAbort,
} from '../../helpers/pdu-fixtures.ts'

let running: RecordingServer[] = []
let peers: DimsePeer[] = []

async function start(options: Partial<DimseServerOptions> = {}): Promise<RecordingServer> {
  const recording = await startRecordingServer(options)
  running.push(recording)
  return recording
}

async function connect({ server }: RecordingServer): Promise<DimsePeer> {
  const peer = await DimsePeer.connect(server.port)
  peers.push(peer)
  return peer
}

afterEach(async () => {
  for (const peer of peers) peer.destroy()
  await Promise.all(running.map(({ server }) => server.close(0)))
  running = []
  peers = []
})

/** The reason of the only end, once it came. */
async function endOf({ ends }: RecordingServer): Promise<string> {
  await until(() => ends.length > 0, 'an end')
  return ends.map(({ outcome, reason }) => `${outcome}: ${reason}`).join('; ')
}

/** A healthy peer is served as ever. */
async function serves(recording: RecordingServer): Promise<void> {
  const peer = await DimsePeer.associate(recording.server.port, associateRequest)
  peer.send(echoRequest)
  expect((await peer.pdu())?.body.toString('hex')).toBe(echoResponse.toString('hex', 6))
  peer.send(releaseRequest)
  expect((await peer.pdu())?.type).toBe(6)
  peer.destroy()
}

describe('a connection that speaks no DICOM is closed at once', () => {
  test.each([
    ['HTTP', Buffer.from('GET /dicom-web/studies HTTP/1.1\r\nHost: station\r\n\r\n'), 'http-on-dicom-port'],
    ['TLS', tlsClientHello, 'tls-on-plain-port'],
    ['zeros', Buffer.alloc(1000), 'not-dicom'],
    ['text', Buffer.from('MSH|^~\\&|RIS|'), 'not-dicom'],
  ])('%s', async (_name, content, reason) => {
    const recording = await start()
    const peer = await connect(recording)
    peer.send(content)
    await peer.closed()
    expect(await endOf(recording)).toBe(`protocol-error: ${reason}`)
    await serves(recording)
  })
})

describe('an association request', () => {
  test('that never comes is not waited for longer than ARTIM', async () => {
    const recording = await start({ limits: { artimTimeout: 50 } })
    const peer = await connect(recording)
    await peer.closed()
    expect(await endOf(recording)).toBe('timed-out: no-association-request')
  })

  test('that comes byte by byte is cut by ARTIM, however steadily it drips', async () => {
    const recording = await start({ limits: { artimTimeout: 60 } })
    const peer = await connect(recording)
    let at = 0
    const drip = setInterval(() => peer.send(associateRequest.subarray(at, ++at)), 5)
    await peer.closed()
    clearInterval(drip)
    expect(at).toBeLessThan(associateRequest.length)
    expect(await endOf(recording)).toBe('timed-out: no-association-request')
  })

  test('that is cut by the connection', async () => {
    const recording = await start()
    const peer = await connect(recording)
    peer.send(associateRequest.subarray(0, 100))
    peer.socket.end()
    expect(await endOf(recording)).toBe('aborted: cut-pdu')
    await serves(recording)
  })

  test('that is preceded by another PDU is aborted by the service user', async () => {
    const recording = await start()
    const peer = await connect(recording)
    peer.send(storeDataSet)
    const pdu = await peer.pdu()
    expect([pdu?.type, pdu?.body[2], pdu?.body[3]]).toEqual([7, 0, 0])
    expect(await endOf(recording)).toBe('protocol-error: pdu-unexpected')
  })
})

describe('a length that lies', () => {
  test.each([
    ['an A-ASSOCIATE-RQ of 4 GiB', bytes('01 00 ff ff ff fe')],
    ['a P-DATA-TF of 2 GiB before any association', bytes('04 00 7f ff ff ff')],
  ])('%s is refused before anything is buffered', async (_name, header) => {
    const recording = await start()
    const before = process.memoryUsage()
    const peer = await connect(recording)
    peer.send(header)
    expect((await peer.pdu())?.type).toBe(7)
    const after = process.memoryUsage()
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000)
    expect(await endOf(recording)).toBe('protocol-error: pdu-too-long')
    await serves(recording)
  })

  test('memory stays bounded while a refused sender goes on sending', async () => {
    const recording = await start()
    const peer = await DimsePeer.associate(recording.server.port, associateRequest)
    peers.push(peer)
    peer.send(bytes('04 00 ff ff ff ff'))
    const before = process.memoryUsage().rss
    for (let i = 0; i < 200; i += 1) {
      if (!peer.socket.write(Buffer.alloc(100_000))) {
        await Promise.race([new Promise((resolve) => peer.socket.once('drain', resolve)), peer.closed()])
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000)
    expect(await endOf(recording)).toBe('protocol-error: pdu-too-long')
  })
})

describe('a sender that stalls', () => {
  const associated = async (recording: RecordingServer): Promise<DimsePeer> => {
    const peer = await DimsePeer.associate(recording.server.port, associateRequest)
    peers.push(peer)
    return peer
  }

  test('inside a PDU is cut, also when a byte comes now and then', async () => {
    const recording = await start({ limits: { pduTimeout: 80 } })
    const peer = await associated(recording)
    peer.send(storeRequest)
    const slow = dataFragment(3, Buffer.alloc(100_000), 2)
    let at = 0
    const drip = setInterval(() => peer.send(slow.subarray(at, ++at)), 5)
    expect((await peer.pdu())?.type).toBe(7)
    clearInterval(drip)
    expect(await endOf(recording)).toBe('timed-out: pdu-too-slow')
    expect(recording.objects[0]?.state).toBe('association-ended')
    await serves(recording)
  })

  test('between PDUs is cut when it is idle', async () => {
    const recording = await start({ limits: { idleTimeout: 60 } })
    const peer = await associated(recording)
    peer.send(storeRequest)
    expect((await peer.pdu())?.type).toBe(7)
    expect(await endOf(recording)).toBe('timed-out: idle')
  })

  test('is not cut while we make it wait', async () => {
    const recording = await startRecordingServer({ limits: { idleTimeout: 1_000, pduTimeout: 1_000 } }, () => ({
      end: async () => {
        const from = performance.now()
        await until(() => performance.now() - from > 1_500)
        return { status: 0 }
      },
    }))
    running.push(recording)
    const peer = await associated(recording)
    peer.send(storeRequest, storeDataSet, echoRequest.subarray(0, 3))
    expect((await peer.pdu())?.type).toBe(4)
    peer.send(echoRequest.subarray(3))
    expect((await peer.pdu())?.type).toBe(4)
  })

  test('inside a data set when the connection goes', async () => {
    const recording = await start()
    const peer = await associated(recording)
    peer.send(storeRequest, dataFragment(3, Buffer.alloc(1000), 2).subarray(0, 500))
    await until(() => recording.objects.length === 1)
    peer.socket.destroy()
    expect(await endOf(recording)).toBe('aborted: cut-pdu')
    expect(recording.objects[0]?.state).toBe('association-ended')
    await serves(recording)
  })

  test('inside a data set and aborts', async () => {
    const recording = await start()
    const peer = await associated(recording)
    peer.send(storeRequest, dataFragment(3, Buffer.alloc(1000), 0), userAbort)
    expect(await endOf(recording)).toBe('aborted: peer-aborted')
    expect(recording.objects[0]?.state).toBe('association-ended')
  })

  test.each([
    ['C-ECHO', echoRequest],
    ['C-STORE', Buffer.concat([storeRequest, storeDataSet])],
  ])('without taking our answers to %s is not read from for ever', async (_name, request) => {
    const recording = await start({ limits: { idleTimeout: 400 } })
    const peer = await associated(recording)
    peer.socket.pause()
    const block = Buffer.concat(new Array(200).fill(request))
    let canSend = true
    while (recording.ends.length === 0) {
      if (canSend) canSend = peer.socket.write(block)
      else canSend = !peer.socket.writableNeedDrain
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(recording.ends).toMatchObject([{ outcome: 'timed-out', reason: 'peer-not-reading' }])
    await serves(recording)
  })
})

test('many connections at once: those within the limit are served', async () => {
  const recording = await start({ limits: { maxAssociationsPerPeer: 20, maxPendingConnections: 200 } })
  const all = await Promise.all(Array.from({ length: 100 }, () => connect(recording)))
  for (const peer of all) peer.send(associateRequest)
  const answers = await Promise.all(all.map((peer) => peer.pdu()))
  const types = answers.map((answer) => answer?.type)
  expect([types.filter((type) => type === 2).length, types.filter((type) => type === 3).length]).toEqual([20, 80])
  for (const [index, peer] of all.entries()) if (types[index] === 2) peer.send(echoRequest, releaseRequest)
  const served = await Promise.all(all.filter((_, index) => types[index] === 2).map((peer) => peer.pdu()))
  expect(served.every((pdu) => pdu?.type === 4)).toBe(true)
  await until(() => recording.server.associations === 0)
})

test('silent connections of one address leave room for others', async () => {
  const recording = await start({ limits: { maxPendingConnections: 6 } })
  for (let i = 0; i < 6; i += 1) await connect(recording)
  await until(() => recording.ends.length === 3, 'three refusals')
  expect(recording.ends[0]).toMatchObject({ outcome: 'refused-connection', reason: 'limit-reached' })
  const other = await DimsePeer.connect(recording.server.port, '127.0.0.1', '127.0.0.2')
  peers.push(other)
  other.send(associateRequest)
  expect((await other.pdu())?.type).toBe(2)
})

test('an error of the listening socket is told and does not end the process', async () => {
  const listening: Server[] = []
  const note = (message: unknown) => {
    if (typeof message === 'object' && message !== null && 'server' in message && message.server instanceof Server) {
      listening.push(message.server)
    }
  }
  subscribe('tracing:net.server.listen:asyncStart', note)
  const recording = await start()
  unsubscribe('tracing:net.server.listen:asyncStart', note)
  const error = Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' })
  expect(listening.map((server) => server.emit('error', error))).toEqual([true])
  expect(recording.faults).toEqual([error])
  await serves(recording)
})
