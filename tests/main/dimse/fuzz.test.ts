/**
 * Mutated PDUs against the decoder, the receiver and the requestor: never a crash, a hang, or memory that stays. `FUZZ_CASES` sets how
 * many (100000 for the long form), `FUZZ_SEED` repeats a run.
 */
import { createServer } from 'node:net'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import {
  encodeAssociateAccept,
  parseAssociateAccept,
  parseAssociateRequest,
} from '../../../main/dimse/associate-pdu.ts'
import { ProtocolError } from '../../../main/dimse/dimse-error.ts'
import { DimseError, ScuAssociation, verificationContext } from '../../../main/dimse/index.ts'
import { defaultLimits } from '../../../main/dimse/limits.ts'
import { PduReader } from '../../../main/dimse/pdu-reader.ts'
import { noUserInformation } from '../../../main/dimse/user-information.ts'
import { createReceiver, type Receiver } from '../../../main/receiver/index.ts'
import { DimsePeer } from '../../helpers/dimse-peer.ts'
import { until } from '../../helpers/dimse-server.ts'
import { createMemoryCache, type MemoryCache } from '../../helpers/memory-cache.ts'
import { echoRequest, echoResponse, releaseRequest, releaseResponse } from '../../helpers/pdu-fixtures.ts'
import { associateEverything, chunksOf, cuts, mutated, sessions } from '../../helpers/pdu-mutations.ts'

const cases = Number(process.env.FUZZ_CASES ?? 400)
const seed = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) }
/** Streams that come at once. */
const AT_ONCE = 10
// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 + 100 * cases })

test('PDUs are read alike however they are cut, or refused', () => {
  /** What the reader tells, fragments joined. */
  const told = (chunks: readonly Buffer[]): unknown[] => {
    const events: unknown[] = []
    let fragment = ''
    const reader = new PduReader(
      {
        onPdu: (type, body) => {
          events.push([type, body.toString('hex')])
          if (type === 1) parseAssociateRequest(body)
          if (type === 2) parseAssociateAccept(body)
        },
        onData: () => {},
        onFragment: (context, isCommand, content, isLast) => {
          fragment += Buffer.from(content).toString('hex')
          if (isLast) {
            events.push([context, isCommand, fragment])
            fragment = ''
          }
        },
      },
      defaultLimits,
    )
    try {
      for (const chunk of chunks) for (let at = 0; at < chunk.length; ) at = reader.read(chunk, at)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return [...events, error.code]
    }
    return [...events, fragment]
  }
  const session = mutated(sessions)
  fc.assert(
    fc.property(session, cuts, (stream, shares) => {
      const whole = told([stream])
      const [code] = whole.slice(-1)
      // What is said of strangers depends on how much of them was seen.
      if (code === 'not-dicom' || code === 'http-on-dicom-port') return
      expect(told(chunksOf(stream, shares))).toEqual(whole)
    }),
    { numRuns: 2 * cases, ...seed },
  )
})

describe('the receiver', () => {
  let receiver: Receiver
  let cache: MemoryCache
  let ingested = 0
  const faults: string[] = []
  const port = () => receiver.address?.port ?? 0

  beforeAll(async () => {
    cache = createMemoryCache()
    receiver = createReceiver({
      cache: {
        ingest: (request) => {
          ingested += 1
          return cache.ingest(request)
        },
      },
      log: pino({ level: 'error' }, { write: (line: string) => faults.push(line) }),
      limits: { artimTimeout: 5000, maxAssociationsPerPeer: 64, maxPendingConnections: 1000 },
      reportDelays: [0],
      peers: () => ({
        peers: [
          {
            ...{ aeTitle: 'VIEWER', address: '127.0.0.1', port: null, tls: false, maxAssociations: null },
            may: { store: true, query: true, retrieve: true, commit: true },
          },
        ],
        unknownPeers: 'store',
      }),
      holdings: {
        searchAttributes: async ({ offset }) =>
          offset === 0 ? [{ StudyInstanceUID: '1.2.0', PatientName: 'A^B' }] : [],
        listInstanceKeys: async () => [1, 2],
        listInstances: async () => [],
        findInstance: async () => 1,
        listVersions: async () => [{ instanceKey: 1, isDamaged: false }],
        open: async (instanceKey) => ({
          ...{
            instanceKey,
            StudyInstanceUID: '1.2.0',
            SeriesInstanceUID: '1.2.4',
            SOPInstanceUID: `1.2.${instanceKey}`,
          },
          ...{ SOPClassUID: SOPClassUIDs.CTImageStorage, sha256: '', pixelData: null, length: 40_000 },
          TransferSyntaxUID: TransferSyntaxUIDs.ImplicitVRLittleEndian,
          read: async (start, end) => Buffer.alloc(end - start),
        }),
      },
    })
    expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
  })
  afterAll(() => receiver.stop(0))

  async function send(chunks: readonly Buffer[]): Promise<void> {
    const peer = await DimsePeer.connect(port())
    for (const chunk of chunks) {
      peer.send(chunk)
      await new Promise((resolve) => setImmediate(resolve))
    }
    peer.socket.end()
    await peer.closed()
  }

  const heldMemory = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }

  test('ends every mutated session, keeps nothing of it, and serves the next', async () => {
    const before = heldMemory()
    let most = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(mutated(sessions), cuts), { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (streams) => {
          await Promise.all(streams.map(([stream, shares]) => send(chunksOf(stream, shares))))
          await until(() => receiver.status.associations === 0)
          expect(cache.objects.length + cache.aborted.length).toBe(ingested)
          ingested = 0
          cache.objects.length = 0
          cache.aborted.length = 0
          most = Math.max(most, heldMemory() - before)
          expect(faults).toEqual([])
        },
      ),
      { numRuns: Math.ceil(cases / AT_ONCE), ...seed },
    )
    expect(most).toBeLessThan(200_000_000)

    const peer = await DimsePeer.associate(port(), associateEverything)
    peer.send(echoRequest, releaseRequest)
    expect((await peer.pdu())?.body.toString('hex')).toBe(echoResponse.toString('hex', 6))
    expect((await peer.pdu())?.type).toBe(6)
    peer.destroy()
  })
})

test('the requestor ends with an answer or a reason, whatever comes back', async () => {
  const accept = encodeAssociateAccept({
    protocolVersion: 1,
    calledAETitle: 'ASTREINTE',
    callingAETitle: 'SENDER',
    applicationContextName: '1.2.840.10008.3.1.1.1',
    presentationContexts: [{ id: 1, result: 'acceptance', transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian }],
    userInformation: noUserInformation(),
  })
  let answer: Buffer = Buffer.alloc(0)
  let reached = 0
  const puppet = createServer((socket) => {
    socket.on('error', () => {})
    // Step by step as long as it is as it should be: each answer after its question, then what is left.
    const steps = [accept, echoResponse]
    let rest = answer
    socket.on('data', () => {
      const step = steps.shift()
      if (!step?.equals(rest.subarray(0, step.length))) return socket.end(rest)
      rest = rest.subarray(step.length)
      if (step === accept) reached += 1
      return socket.write(step)
    })
  })
  await new Promise<void>((resolve) => puppet.listen(0, '127.0.0.1', resolve))
  const address = puppet.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const request = { host: '127.0.0.1', port, calledAETitle: 'ASTREINTE', callingAETitle: 'SENDER' }
  // Changes spread over all of it hit the acceptance nearly always: half of them leave it alone.
  const answers = fc.oneof(
    mutated([[accept, echoResponse, releaseResponse]]),
    mutated([[echoResponse, releaseResponse]]).map((rest) => Buffer.concat([accept, rest])),
  )
  const unchanged = Buffer.concat([accept, echoResponse, releaseResponse])
  let succeeded = 0
  await fc.assert(
    fc.asyncProperty(answers, async (stream) => {
      answer = stream
      try {
        const association = await ScuAssociation.open({ ...request, contexts: [verificationContext] })
        try {
          expect(await association.echo()).toBeTypeOf('number')
        } finally {
          await association.release()
          await association.ended
        }
        succeeded += 1
      } catch (error) {
        expect(error).toBeInstanceOf(DimseError)
      }
    }),
    { numRuns: Math.ceil(cases / 3), examples: [[unchanged]], ...seed },
  )
  // Otherwise nothing behind the first PDU would have been tried.
  expect(reached).toBeGreaterThan(cases / 20)
  expect(succeeded).toBeGreaterThan(0)
  puppet.close()
})
