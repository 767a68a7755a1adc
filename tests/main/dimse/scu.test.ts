import { getEventListeners } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { encodeAssociateAccept } from '../../../main/dimse/associate-pdu.ts'
import { DimseError, ScuAssociation, verificationContext, verifyPeer } from '../../../main/dimse/index.ts'
import { noUserInformation } from '../../../main/dimse/user-information.ts'
import { type RecordingServer, startRecordingServer, until } from '../../helpers/dimse-server.ts'
import { bytes } from '../../helpers/pdu-fixtures.ts'

const CT = SOPClassUIDs.CTImageStorage
const { ExplicitVRLittleEndian, JPEGLSLossless } = TransferSyntaxUIDs
const peer = { host: '127.0.0.1', calledAETitle: 'ASTREINTE', callingAETitle: 'SENDER' }
const ctContext = { abstractSyntax: CT, transferSyntax: ExplicitVRLittleEndian }
let cleanUp: (() => unknown)[] = []

afterEach(async () => {
  await Promise.all(cleanUp.map((each) => each()))
  cleanUp = []
})

async function start(...args: Parameters<typeof startRecordingServer>): Promise<RecordingServer> {
  const recording = await startRecordingServer(...args)
  cleanUp.push(() => recording.server.close(0))
  return recording
}

/** A listener that answers every connection with `answer` once it has sent something. */
async function startPuppet(answer: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  cleanUp.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error) => (error instanceof DimseError ? { code: error.code, rejection: error.rejection } : error),
  )

describe('an association that we request', () => {
  test('verifies a peer', async () => {
    const { server, ends } = await start()
    expect(await verifyPeer({ ...peer, port: server.port })).toBe(0)
    await until(() => ends.length > 0)
    expect(ends).toMatchObject([{ outcome: 'completed', association: { callingAETitle: 'SENDER' } }])
  })

  test('stores data sets of any pieces, byte for byte, one after the other', async () => {
    const recording = await start()
    const contexts = [verificationContext, ctContext, { abstractSyntax: CT, transferSyntax: JPEGLSLossless }]
    const association = await ScuAssociation.open({ ...peer, port: recording.server.port, contexts })
    const whole = Buffer.alloc(1_000_000)
    for (let i = 0; i < whole.length; i += 1) whole[i] = (i * 31) & 0xff
    async function* pieces() {
      for (let at = 0; at < whole.length; ) {
        const length = 1 + ((at * 7919) % 300_000)
        yield whole.subarray(at, at + length)
        at += length
      }
    }
    const input = { SOPClassUID: CT, SOPInstanceUID: '1.2.3', TransferSyntaxUID: ExplicitVRLittleEndian }
    expect(await association.store({ ...input, dataSet: pieces() })).toEqual({ status: 0 })
    expect(await association.store({ ...input, TransferSyntaxUID: JPEGLSLossless, dataSet: [whole] })).toEqual({
      status: 0,
    })
    expect(await association.store({ ...input, SOPInstanceUID: '1.2.4', dataSet: [] })).toEqual({ status: 0 })
    await association.release()
    expect(recording.objects.map(({ request }) => [request.TransferSyntaxUID, request.AffectedSOPInstanceUID])).toEqual(
      [
        [ExplicitVRLittleEndian, '1.2.3'],
        [JPEGLSLossless, '1.2.3'],
        [ExplicitVRLittleEndian, '1.2.4'],
      ],
    )
    expect(recording.objects.map(({ chunks }) => Buffer.concat(chunks).equals(whole))).toEqual([true, true, false])
    expect(await failureOf(association.echo())).toEqual({ code: 'closed', rejection: null })
  })

  test('tells status and comment of a refusal', async () => {
    const { server } = await start({}, () => ({ end: async () => ({ status: 0xa700, ErrorComment: 'disk full' }) }))
    const association = await ScuAssociation.open({ ...peer, port: server.port, contexts: [ctContext] })
    const input = { SOPClassUID: CT, SOPInstanceUID: '1.2.3', TransferSyntaxUID: ExplicitVRLittleEndian }
    expect(await association.store({ ...input, dataSet: [Buffer.from('ab')] })).toEqual({
      status: 0xa700,
      ErrorComment: 'disk full',
    })
    expect(association.accepts(CT, JPEGLSLossless)).toBe(false)
    expect(await failureOf(association.echo())).toEqual({ code: 'context-not-accepted', rejection: null })
    await association.release()
  })

  test('keeps to the peer’s maximum length', async () => {
    const lengths: number[] = []
    const recording = await start({ limits: { maxPduLength: 1000 } }, () => ({
      write: (chunk) => {
        lengths.push(chunk.length)
        return undefined
      },
    }))
    const association = await ScuAssociation.open({ ...peer, port: recording.server.port, contexts: [ctContext] })
    const input = { SOPClassUID: CT, SOPInstanceUID: '1.2.3', TransferSyntaxUID: ExplicitVRLittleEndian }
    expect(await association.store({ ...input, dataSet: [Buffer.alloc(10_000)] })).toEqual({ status: 0 })
    await association.release()
    expect(lengths.reduce((sum, length) => sum + length)).toBe(10_000)
  })

  test('fails with a code when it cannot be had', async () => {
    const { server } = await start()
    const contexts = [verificationContext]
    const refused = ScuAssociation.open({ ...peer, calledAETitle: 'OTHER', port: server.port, contexts })
    expect(await failureOf(refused)).toEqual({ code: 'rejected', rejection: { result: 1, source: 1, reason: 7 } })
    const port = await startPuppet((socket) => socket.destroy())
    expect(await failureOf(verifyPeer({ ...peer, port }))).toEqual({ code: 'aborted', rejection: null })
    const silent = await startPuppet(() => {})
    expect(await failureOf(verifyPeer({ ...peer, port: silent, responseTimeout: 50 }))).toEqual({
      code: 'timed-out',
      rejection: null,
    })
    const strange = await startPuppet((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await failureOf(verifyPeer({ ...peer, port: strange }))).toEqual({ code: 'protocol-error', rejection: null })
    const malformed = await startPuppet((socket) => socket.write(bytes('02 00 00 00 00 44 00 01')))
    expect(await failureOf(verifyPeer({ ...peer, port: malformed, responseTimeout: 50 }))).toEqual({
      code: 'timed-out',
      rejection: null,
    })
    await server.close(0)
    expect(await failureOf(verifyPeer({ ...peer, port: server.port }))).toEqual({
      code: 'connection-failed',
      rejection: null,
    })
  })

  test('is aborted by its signal, and when the data set cannot be read', async () => {
    const recording = await start()
    const { port } = recording.server
    const controller = new AbortController()
    const association = await ScuAssociation.open({ ...peer, port, contexts: [ctContext], signal: controller.signal })
    const input = { SOPClassUID: CT, SOPInstanceUID: '1.2.3', TransferSyntaxUID: ExplicitVRLittleEndian }
    async function* endless() {
      while (true) yield Buffer.alloc(50_000)
    }
    const storing = association.store({ ...input, dataSet: endless() })
    await until(() => recording.objects.length > 0)
    controller.abort()
    expect(await failureOf(storing)).toEqual({ code: 'aborted', rejection: null })
    const second = await ScuAssociation.open({ ...peer, port, contexts: [ctContext] })
    async function* broken() {
      yield Buffer.alloc(300_000)
      throw new Error('unreadable')
    }
    expect(await failureOf(second.store({ ...input, dataSet: broken() }))).toEqual({ code: 'aborted', rejection: null })
    await until(() => recording.ends.length === 2)
    expect(recording.objects.map(({ state }) => state)).toEqual(['association-ended', 'association-ended'])
  })

  test('sends fragments of even length, whatever pieces come and whatever length the peer takes', async () => {
    const chunks: Buffer[] = []
    const recording = await start({ limits: { maxPduLength: 1001 } }, () => ({
      write: (chunk) => {
        chunks.push(Buffer.from(chunk))
        return undefined
      },
    }))
    const association = await ScuAssociation.open({ ...peer, port: recording.server.port, contexts: [ctContext] })
    const input = { SOPClassUID: CT, SOPInstanceUID: '1.2.3', TransferSyntaxUID: ExplicitVRLittleEndian }
    const whole = Buffer.from(Array.from({ length: 5000 }, (_, index) => index % 251))
    const cuts = [0, 1, 2, 9, 2000, 2001, 3000, 5000]
    const dataSet = cuts.slice(1).map((end, index) => whole.subarray(cuts[index], end))
    expect(await association.store({ ...input, dataSet })).toEqual({ status: 0 })
    await association.release()
    expect(chunks.filter(({ length }) => length % 2 !== 0)).toEqual([])
    expect(Buffer.concat(chunks).equals(whole)).toBe(true)
  })

  test('leaves nothing behind: neither on its signal, nor a connection, nor a clock', async () => {
    const { server } = await start()
    const { signal } = new AbortController()
    const contexts = [verificationContext]
    const released = await ScuAssociation.open({ ...peer, port: server.port, contexts, signal })
    await released.release()
    const aborted = await ScuAssociation.open({ ...peer, port: server.port, contexts, signal })
    aborted.abort()
    await aborted.ended
    expect(getEventListeners(signal, 'abort')).toEqual([])

    const clocks = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = clocks()
    const impossible = ScuAssociation.open({ ...peer, port: 70_000, contexts, signal })
    expect(await failureOf(impossible)).toEqual({ code: 'connection-failed', rejection: null })
    expect(clocks()).toBe(before)
  })

  test('ends when a peer that was to be verified takes no verification', async () => {
    let isClosed = false
    const port = await startPuppet((socket) => {
      socket.on('data', () => {})
      socket.on('close', () => {
        isClosed = true
      })
      socket.write(
        encodeAssociateAccept({
          protocolVersion: 1,
          calledAETitle: 'ASTREINTE',
          callingAETitle: 'SENDER',
          applicationContextName: '1.2.840.10008.3.1.1.1',
          presentationContexts: [
            { id: 1, result: 'abstract-syntax-not-supported', transferSyntax: '1.2.840.10008.1.2' },
          ],
          userInformation: noUserInformation(),
        }),
      )
      socket.once('data', () => socket.end())
    })
    const failure = failureOf(verifyPeer({ ...peer, port, responseTimeout: 20_000 }))
    expect(await failure).toEqual({ code: 'context-not-accepted', rejection: null })
    await until(() => isClosed)
  })

  test('asks one after the other for what is asked at once', async () => {
    const { server } = await start()
    const association = await ScuAssociation.open({ ...peer, port: server.port, contexts: [verificationContext] })
    expect(await Promise.all([association.echo(), association.echo(), association.echo()])).toEqual([0, 0, 0])
    const left = [association.echo(), association.echo()].map(failureOf)
    association.abort()
    expect(await Promise.all(left)).toEqual(new Array(2).fill({ code: 'aborted', rejection: null }))
  })

  test('asks nothing that was cancelled before', async () => {
    const recording = await start()
    const contexts = [verificationContext, ctContext]
    const association = await ScuAssociation.open({ ...peer, port: recording.server.port, contexts })
    const operation = { name: 'C-FIND', SOPClassUID: CT, content: {} } as const
    const asking = association.operate(operation, undefined, AbortSignal.abort())
    expect(await failureOf(asking)).toEqual({ code: 'aborted', rejection: null })
    expect(await association.echo()).toBe(0)
    await association.release()
  })
})
