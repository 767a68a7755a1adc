import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import {
  encodeAssociateRequest,
  parseAssociateAccept,
  parseAssociateRequest,
} from '../../../main/dimse/associate-pdu.ts'
import { type CommandSet, commandFields, decodeCommandSet, NO_DATA_SET } from '../../../main/dimse/command-set.ts'
import type { DimseServerOptions, StoreSink } from '../../../main/dimse/index.ts'
import { encodeCommand } from '../../../main/dimse/message-pdu.ts'
import { DimsePeer } from '../../helpers/dimse-peer.ts'
import { type KeptObject, type RecordingServer, startRecordingServer, until } from '../../helpers/dimse-server.ts'
import {
  associateRequest,
  bytes,
  dataFragment,
  echoRequest,
  echoResponse,
  releaseRequest,
  releaseResponse,
  storeDataSet,
  storeRequest,
} from '../../helpers/pdu-fixtures.ts'

const CT = SOPClassUIDs.CTImageStorage
let running: RecordingServer[] = []
let peers: DimsePeer[] = []

async function start(
  options: Partial<DimseServerOptions> = {},
  sink?: (object: KeptObject) => Partial<StoreSink>,
): Promise<RecordingServer> {
  const recording = await startRecordingServer(options, sink)
  running.push(recording)
  return recording
}

async function associate({ server }: RecordingServer, request: Uint8Array = associateRequest): Promise<DimsePeer> {
  const peer = await DimsePeer.associate(server.port, request)
  peers.push(peer)
  return peer
}

afterEach(async () => {
  for (const peer of peers) peer.destroy()
  await Promise.all(running.map(({ server }) => server.close(0)))
  running = []
  peers = []
})

/** The next response's command set. */
async function response(peer: DimsePeer): Promise<CommandSet> {
  const pdu = await peer.pdu()
  if (pdu?.type !== 4) throw new Error(`no response but PDU ${pdu?.type}: ${pdu?.body.toString('hex')}`)
  return decodeCommandSet(pdu.body.subarray(6))
}
const statusOf = async (peer: DimsePeer) => (await response(peer)).Status

/** What ends an association: source and reason of the A-ABORT. */
async function abortOf(peer: DimsePeer): Promise<string> {
  const pdu = await peer.pdu()
  return pdu?.type === 7 ? `A-ABORT source ${pdu.body[2]} reason ${pdu.body[3]}` : `PDU ${pdu?.type}`
}

const storeCommand = (changes: Partial<CommandSet> = {}, MessageID = 7, context = 3): Buffer =>
  encodeCommand(
    {
      AffectedSOPClassUID: CT,
      CommandField: commandFields['C-STORE-RQ'],
      MessageID,
      Priority: 0,
      CommandDataSetType: 0,
      AffectedSOPInstanceUID: `1.2.${MessageID}`,
      ...changes,
    },
    context,
    0,
  )
const dataSet = (content: string | Uint8Array, context = 3): Buffer => dataFragment(context, Buffer.from(content), 2)
const contentOf = (object: KeptObject | undefined) => Buffer.concat(object?.chunks ?? []).toString('latin1')

describe('negotiation', () => {
  test('answers what was proposed, with 1/1 asynchronous operations, the SCU role, and no user identity', async () => {
    const recording = await start()
    const proposed = parseAssociateRequest(associateRequest.subarray(6))
    const peer = await DimsePeer.connect(recording.server.port)
    peers.push(peer)
    peer.send(
      encodeAssociateRequest({
        ...proposed,
        userInformation: {
          ...proposed.userInformation,
          asynchronousOperations: { invoked: 0, performed: 0 },
          roles: [{ SOPClassUID: CT, scuRole: true, scpRole: true }],
        },
      }),
    )
    const answer = await peer.pdu()
    expect(parseAssociateAccept(answer?.body ?? Buffer.alloc(0))).toEqual({
      protocolVersion: 1,
      calledAETitle: 'ASTREINTE',
      callingAETitle: 'ECHOSCU',
      applicationContextName: '1.2.840.10008.3.1.1.1',
      presentationContexts: [
        { id: 1, result: 'acceptance', transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian },
        { id: 3, result: 'acceptance', transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian },
      ],
      userInformation: {
        maximumLength: 131_072,
        implementationClassUID: expect.stringMatching(/^2\.25\.\d+$/),
        implementationVersionName: expect.stringMatching(/^ASTREINTE/),
        asynchronousOperations: { invoked: 1, performed: 1 },
        roles: [{ SOPClassUID: CT, scuRole: true, scpRole: false }],
        hasUserIdentity: false,
      },
    })
  })

  const wrong = (change: (pdu: Buffer) => void) => {
    const pdu = Buffer.from(associateRequest)
    change(pdu)
    return pdu
  }
  test.each([
    ['another called AE title', wrong((pdu) => pdu.write('ASTREINT        ', 10)), [1, 1, 7], 'called-ae-unknown'],
    [
      'another application context',
      wrong((pdu) => pdu.write('2', 6 + 68 + 4 + 20)),
      [1, 1, 2],
      'application-context-unknown',
    ],
    ['another protocol version', wrong((pdu) => pdu.writeUInt16BE(2, 6)), [1, 2, 2], 'protocol-version-unknown'],
  ])('%s is rejected, and the reason is told', async (_name, request, rejection, reason) => {
    const { server, ends } = await start()
    const peer = await DimsePeer.connect(server.port)
    peers.push(peer)
    peer.send(request)
    const answer = await peer.pdu()
    expect([answer?.type, ...(answer?.body.subarray(1) ?? [])]).toEqual([3, ...rejection])
    await until(() => ends.length > 0)
    expect(ends).toMatchObject([{ outcome: 'rejected', reason, association: { callingAETitle: 'ECHOSCU' } }])
  })

  test('an association beyond the limits is rejected as transient; the next one is welcome when there is room', async () => {
    const recording = await start({ limits: { maxAssociationsPerPeer: 1 } })
    const first = await associate(recording)
    const second = await DimsePeer.connect(recording.server.port)
    second.send(associateRequest)
    const answer = await second.pdu()
    expect([answer?.type, ...(answer?.body.subarray(1) ?? [])]).toEqual([3, 2, 3, 2])
    first.send(releaseRequest)
    expect((await first.pdu())?.type).toBe(6)
    await associate(recording)
    expect(recording.ends.map(({ reason }) => reason)).toEqual(['limit-reached', null])
  })

  test('connections beyond the limit are closed', async () => {
    const { server, ends } = await start({ limits: { maxPendingConnections: 1 } })
    const waiting = await DimsePeer.connect(server.port)
    peers.push(waiting)
    const refused = await DimsePeer.connect(server.port)
    await refused.closed()
    expect(ends).toMatchObject([{ outcome: 'refused-connection', reason: 'limit-reached', association: null }])
  })
})

describe('C-ECHO', () => {
  test('is answered byte for byte as the standard says', async () => {
    const peer = await associate(await start())
    peer.send(echoRequest)
    expect((await peer.pdu())?.body.toString('hex')).toBe(echoResponse.toString('hex', 6))
    peer.send(releaseRequest)
    expect((await peer.pdu())?.body.toString('hex')).toBe(releaseResponse.toString('hex', 6))
  })

  test('on a storage context is not supported', async () => {
    const peer = await associate(await start())
    peer.send(storeCommand({ CommandField: commandFields['C-ECHO-RQ'], CommandDataSetType: NO_DATA_SET }))
    expect(await response(peer)).toMatchObject({ CommandField: 0x8030, MessageIDBeingRespondedTo: 7, Status: 0x0122 })
  })
})

describe('C-STORE', () => {
  test('hands the data set on and answers when it is stored', async () => {
    const recording = await start()
    const peer = await associate(recording)
    peer.send(storeRequest, storeDataSet)
    expect(await response(peer)).toEqual({
      AffectedSOPClassUID: CT,
      CommandField: commandFields['C-STORE-RSP'],
      MessageIDBeingRespondedTo: 2,
      CommandDataSetType: NO_DATA_SET,
      Status: 0,
      AffectedSOPInstanceUID: '1.2.3',
    })
    const [object] = recording.objects
    expect(contentOf(object)).toBe(storeDataSet.toString('latin1', 12))
    expect(object?.request).toEqual({
      association: {
        id: expect.any(Number),
        callingAETitle: 'ECHOSCU',
        calledAETitle: 'ASTREINTE',
        remoteAddress: '127.0.0.1',
        isEncrypted: false,
        implementationClassUID: '1.2.826.0.1.3680043',
        implementationVersionName: 'TESTPEER_1',
      },
      MessageID: 2,
      AffectedSOPClassUID: CT,
      AffectedSOPInstanceUID: '1.2.3',
      TransferSyntaxUID: TransferSyntaxUIDs.ImplicitVRLittleEndian,
    })
    peer.send(releaseRequest)
    await peer.pdu()
    await until(() => recording.ends.length > 0)
    expect(recording.ends).toMatchObject([{ outcome: 'completed', reason: null, refusedSOPClassUIDs: [] }])
  })

  test('takes any fragmentation: of PDVs, of PDUs and of what TCP delivers', async () => {
    const recording = await start()
    const peer = await associate(recording)
    let MessageID = 0
    const fragment = fc.record({ content: fc.uint8Array({ maxLength: 9 }), sameChunk: fc.boolean() })
    const content = fc.array(fragment, { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(content, fc.boolean(), async (fragments, commandInTheSamePdu) => {
        MessageID += 1
        const pdvs = fragments.map(({ content }, index) =>
          dataFragment(3, content, index === fragments.length - 1 ? 2 : 0),
        )
        const parts = commandInTheSamePdu
          ? [mergePdus([storeCommand({}, MessageID), ...pdvs])]
          : [storeCommand({}, MessageID), ...pdvs]
        for (const part of parts) {
          const middle = Math.floor(part.length / 2)
          peer.send(part.subarray(0, middle))
          await new Promise((resolve) => setImmediate(resolve))
          peer.send(part.subarray(middle))
        }
        expect(await statusOf(peer)).toBe(0)
        const whole = Buffer.concat(fragments.map((each) => each.content))
        expect(contentOf(recording.objects.at(-1))).toBe(whole.toString('latin1'))
      }),
      { numRuns: 60 },
    )
  })

  test('arrives whole when every byte comes alone', async () => {
    const recording = await start()
    const peer = await associate(recording)
    for (const byte of Buffer.concat([storeCommand(), dataSet('abcdefgh')])) {
      peer.send(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await statusOf(peer)).toBe(0)
    expect(contentOf(recording.objects[0])).toBe('abcdefgh')
  })

  test('pipelined requests are handled one after the other, in order', async () => {
    const log: string[] = []
    const recording = await start({}, (object) => {
      log.push(`begin ${object.request.MessageID}`)
      return {
        end: async () => {
          for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve))
          log.push(`stored ${object.request.MessageID}`)
          return { status: 0 }
        },
      }
    })
    const peer = await associate(recording)
    peer.send(storeCommand({}, 1), dataSet('one'), storeCommand({}, 2), dataSet('two'), echoRequest)
    await until(() => log.length > 0)
    peer.send(storeCommand({}, 3), dataSet('three'))
    const answers = [await response(peer), await response(peer), await response(peer), await response(peer)]
    const seen = answers.map(({ CommandField, MessageIDBeingRespondedTo }) => [CommandField, MessageIDBeingRespondedTo])
    expect(seen).toEqual([
      [0x8001, 1],
      [0x8001, 2],
      [0x8030, 1],
      [0x8001, 3],
    ])
    expect(log).toEqual(['begin 1', 'stored 1', 'begin 2', 'stored 2', 'begin 3', 'stored 3'])
    expect(recording.objects.map(contentOf)).toEqual(['one', 'two', 'three'])
  })

  test('a sink that is not ready is given nothing, and nothing is lost', async () => {
    let isReady = true
    let disturbances = 0
    let waits = 0
    const recording = await start({}, (object) => ({
      write: (chunk) => {
        if (!isReady) disturbances += 1
        object.chunks.push(Buffer.from(chunk))
        isReady = false
        waits += 1
        return new Promise<void>((resolve) => {
          setImmediate(() => {
            isReady = true
            resolve()
          })
        })
      },
    }))
    const peer = await associate(recording)
    const block = Buffer.alloc(100_000, 1)
    peer.send(storeCommand())
    for (let i = 0; i < 100; i += 1) peer.socket.write(dataFragment(3, block, i === 99 ? 2 : 0))
    expect(await statusOf(peer)).toBe(0)
    expect(Buffer.concat(recording.objects[0]?.chunks ?? []).equals(Buffer.alloc(10_000_000, 1))).toBe(true)
    expect(waits).toBeGreaterThan(100)
    expect(disturbances).toBe(0)
  })

  test.each<[string, Buffer[], Partial<CommandSet>]>([
    [
      'without a data set',
      [storeCommand({ CommandDataSetType: NO_DATA_SET })],
      { Status: 0xc000, ErrorComment: 'no data set' },
    ],
    [
      'with an SOP class other than its context',
      [storeCommand({ AffectedSOPClassUID: '1.2.3' }), dataSet('x')],
      { Status: 0x0122 },
    ],
    ['on the verification context', [storeCommand({}, 7, 1), dataSet('x', 1)], { Status: 0x0122 }],
    ['without an instance UID', [storeCommand({ AffectedSOPInstanceUID: '' }), dataSet('x')], { Status: 0x0117 }],
    [
      'with an instance UID that is none',
      [storeCommand({ AffectedSOPInstanceUID: 'DOE' }), dataSet('x')],
      { Status: 0x0117 },
    ],
    ['of a data set of no byte', [storeCommand(), dataSet('')], { Status: 0 }],
    ['with too large a data set', [storeCommand(), dataSet(Buffer.alloc(2000))], { Status: 0xa700 }],
  ])('%s gets its status, and the association goes on', async (_name, pdus, expected) => {
    const recording = await start({ limits: { maxDataSetLength: 1000 } })
    const peer = await associate(recording)
    peer.send(...pdus)
    expect(await response(peer)).toMatchObject({ CommandField: 0x8001, MessageIDBeingRespondedTo: 7, ...expected })
    peer.send(storeRequest, storeDataSet)
    expect(await statusOf(peer)).toBe(0)
    expect(contentOf(recording.objects.at(-1))).toBe(storeDataSet.toString('latin1', 12))
  })

  test.each<[string, Partial<DimseServerOptions>, Partial<StoreSink>]>([
    ['cannot be opened', { store: () => raise() }, {}],
    ['throws on writing', {}, { write: () => raise() }],
    ['fails while it is waited for', {}, { write: () => Promise.reject(new Error('broken')) }],
    ['throws at the end', {}, { end: () => raise() }],
    ['fails at the end', {}, { end: () => Promise.reject(new Error('broken')) }],
  ])('a sink that %s gives 0110, the fault is told, and the association goes on', async (_name, options, sink) => {
    const recording = await start(options, () => sink)
    const peer = await associate(recording)
    peer.send(storeCommand(), dataFragment(3, Buffer.from('abc'), 0), dataSet('def'))
    expect(await statusOf(peer)).toBe(0x0110)
    expect(recording.faults).toHaveLength(1)
    peer.send(echoRequest)
    expect(await statusOf(peer)).toBe(0)
  })

  test('one whose association ends inside the data set is aborted', async () => {
    const recording = await start()
    const peer = await associate(recording)
    peer.send(storeCommand(), dataFragment(3, Buffer.from('half'), 0))
    await until(() => recording.objects[0]?.chunks.length === 1)
    peer.destroy()
    await until(() => recording.ends.length > 0)
    expect(recording.objects[0]?.state).toBe('association-ended')
    expect(recording.ends).toMatchObject([{ outcome: 'aborted', reason: 'cut-data-set' }])
  })

  test('one that is being stored when the association ends is stored, and then the end is told', async () => {
    let finish: () => void = () => {}
    const recording = await start({}, (object) => ({
      end: () =>
        new Promise((resolve) => {
          finish = () => {
            object.state = 'ended'
            resolve({ status: 0 })
          }
        }),
    }))
    const peer = await associate(recording)
    peer.send(storeRequest, storeDataSet)
    await until(() => recording.objects[0]?.chunks.length === 1)
    peer.destroy()
    await until(() => recording.server.associations === 0)
    expect(recording.ends).toEqual([])
    finish()
    await until(() => recording.ends.length > 0)
    expect(recording.objects[0]?.state).toBe('ended')
  })
})

test('a listener that throws is told as a fault and harms no association', async () => {
  const recording = await start({ onAssociation: () => raise(), onEnd: () => raise() })
  const peer = await associate(recording)
  peer.send(storeRequest, storeDataSet)
  expect(await statusOf(peer)).toBe(0)
  peer.send(releaseRequest)
  expect((await peer.pdu())?.type).toBe(6)
  await until(() => recording.faults.length === 2)
})

test('an answer that cannot be encoded ends the association, not the program', async () => {
  const recording = await start({}, () => ({ end: async () => ({ status: 70_000 }) }))
  const peer = await associate(recording)
  peer.send(storeRequest, storeDataSet)
  expect(await abortOf(peer)).toBe('A-ABORT source 0 reason 0')
  await until(() => recording.ends.length > 0)
  expect(recording.ends).toMatchObject([{ outcome: 'protocol-error', reason: 'internal-error' }])
})

describe('other messages', () => {
  test.each([
    ['C-FIND-RQ', commandFields['C-FIND-RQ']],
    ['N-CREATE-RQ', commandFields['N-CREATE-RQ']],
    ['a command of no standard', 0x0777],
  ])('%s is an unrecognized operation, after its data set', async (_name, CommandField) => {
    const peer = await associate(await start())
    peer.send(storeCommand({ CommandField }), dataSet('identifier'), echoRequest)
    expect(await response(peer)).toMatchObject({
      CommandField: CommandField | 0x8000,
      MessageIDBeingRespondedTo: 7,
      Status: 0x0211,
    })
    expect(await statusOf(peer)).toBe(0)
  })

  test('C-CANCEL-RQ has no answer', async () => {
    const peer = await associate(await start())
    const cancel = {
      CommandField: commandFields['C-CANCEL-RQ'],
      MessageIDBeingRespondedTo: 1,
      CommandDataSetType: NO_DATA_SET,
    }
    peer.send(encodeCommand(cancel, 1, 0), echoRequest)
    expect(await response(peer)).toMatchObject({ CommandField: 0x8030 })
  })

  test.each<[string, Buffer[], string]>([
    ['a data set of another context', [storeCommand(), dataSet('x', 1)], 'message-malformed'],
    ['a data set without a command', [dataSet('x')], 'message-malformed'],
    [
      'a command inside a data set',
      [storeCommand(), dataFragment(3, Buffer.from('x'), 0), echoRequest],
      'message-malformed',
    ],
    ['a message on a context that was not accepted', [storeCommand({}, 7, 9)], 'context-not-accepted'],
    ['a response that nobody waits for', [storeCommand({ CommandField: 0x8001 })], 'message-malformed'],
    [
      'a command without Message ID',
      [encodeCommand({ CommandField: 1, CommandDataSetType: 0 }, 3, 0)],
      'command-malformed',
    ],
    ['a command that cannot be decoded', [dataFragment(1, Buffer.from('DOE^JANE'), 3)], 'command-malformed'],
    ['a command without end', new Array(20).fill(dataFragment(1, Buffer.alloc(1000), 1)), 'command-too-long'],
  ])('%s is aborted by the service user', async (_name, pdus, reason) => {
    const recording = await start()
    const peer = await associate(recording)
    peer.send(...pdus)
    expect(await abortOf(peer)).toBe('A-ABORT source 0 reason 0')
    await until(() => recording.ends.length > 0)
    expect(recording.ends).toMatchObject([{ outcome: 'protocol-error', reason }])
    expect(recording.objects.every(({ state }) => state === 'association-ended')).toBe(true)
  })

  test.each<[string, Buffer, string, string]>([
    ['an unknown PDU type', bytes('09 00 00 00 00 04'), 'A-ABORT source 2 reason 1', 'pdu-unknown'],
    ['a second A-ASSOCIATE-RQ', associateRequest, 'A-ABORT source 2 reason 2', 'pdu-unexpected'],
    ['an A-RELEASE-RP', releaseResponse, 'A-ABORT source 2 reason 2', 'pdu-unexpected'],
    [
      'a malformed P-DATA-TF',
      bytes('04 00 00 00 00 08 00 00 00 09 01 03'),
      'A-ABORT source 2 reason 6',
      'pdu-malformed',
    ],
    ['a P-DATA-TF beyond our length', bytes('04 00 00 10 00 00'), 'A-ABORT source 2 reason 6', 'pdu-too-long'],
  ])('%s is aborted by the service provider', async (_name, pdu, abort, reason) => {
    const recording = await start()
    const peer = await associate(recording)
    peer.send(pdu)
    expect(await abortOf(peer)).toBe(abort)
    await until(() => recording.ends.length > 0)
    expect(recording.ends).toMatchObject([{ outcome: 'protocol-error', reason }])
  })
})

describe('the listener', () => {
  test('moves to another port while associations go on, and stays where it is when it cannot', async () => {
    const recording = await start()
    const { server } = recording
    const oldPort = server.port
    const peer = await associate(recording)
    await server.rebind('127.0.0.1', 0)
    expect(server.port).not.toBe(oldPort)
    await expect(DimsePeer.connect(oldPort)).rejects.toThrow('ECONNREFUSED')
    peer.send(echoRequest)
    expect(await statusOf(peer)).toBe(0)
    const other = await start()
    const port = server.port
    await expect(server.rebind('127.0.0.1', other.server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(server.rebind('192.0.2.1', port)).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
    expect(server.isListening).toBe(true)
    const again = await associate(recording)
    again.send(echoRequest)
    expect(await statusOf(again)).toBe(0)
  })

  test('takes another AE title for later associations', async () => {
    const recording = await start()
    const before = await associate(recording)
    recording.server.rename('NIGHT')
    before.send(echoRequest)
    expect(await statusOf(before)).toBe(0)
    await expect(associate(recording)).rejects.toThrow('not accepted: PDU type 3')
  })

  test('closing lets an association finish, and aborts what does not', async () => {
    const recording = await start()
    const finishing = await associate(recording)
    const frozen = await associate(recording)
    finishing.send(storeCommand())
    await until(() => recording.objects.length === 1)
    const closed = recording.server.close(800)
    finishing.send(dataSet('the rest'))
    expect(await statusOf(finishing)).toBe(0)
    finishing.send(releaseRequest)
    expect((await finishing.pdu())?.type).toBe(6)
    finishing.destroy()
    expect(await abortOf(frozen)).toBe('A-ABORT source 0 reason 0')
    await closed
    expect(recording.ends.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['completed', null],
      ['aborted', 'stopping'],
    ])
  })
})

function raise(): never {
  throw new Error('broken')
}

/** One P-DATA-TF with the PDVs of several. */
function mergePdus(pdus: Buffer[]): Buffer {
  const body = Buffer.concat(pdus.map((pdu) => pdu.subarray(6)))
  const header = Buffer.alloc(6)
  header.writeUInt8(4, 0)
  header.writeUInt32BE(body.length, 2)
  return Buffer.concat([header, body])
}
