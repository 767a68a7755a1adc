/** Broken queries, retrievals, commitment requests and reports: each connection ends, and the next is served. */
import fc from 'fast-check'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import {
  APPLICATION_CONTEXT_UID,
  SOPClassUIDs,
  STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
  TransferSyntaxUIDs,
} from '../../../main/dicom/index.ts'
import { encodeAssociateRequest } from '../../../main/dimse/associate-pdu.ts'
import { type CommandSet, commandFields, WITH_DATA_SET } from '../../../main/dimse/command-set.ts'
import { encodeIdentifier, verifyPeer } from '../../../main/dimse/index.ts'
import { encodeCommand } from '../../../main/dimse/message-pdu.ts'
import { createReceiver, type Receiver } from '../../../main/receiver/index.ts'
import { reportContent, requestContent } from '../../../main/receiver/storage-commitment/transaction.ts'
import { DimsePeer } from '../../helpers/dimse-peer.ts'
import { until } from '../../helpers/dimse-server.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { dataFragment, releaseRequest } from '../../helpers/pdu-fixtures.ts'

const { ImplicitVRLittleEndian } = TransferSyntaxUIDs
const classes = [
  SOPClassUIDs.StudyRootQueryRetrieveInformationModelFind,
  SOPClassUIDs.StudyRootQueryRetrieveInformationModelMove,
  SOPClassUIDs.StudyRootQueryRetrieveInformationModelGet,
  SOPClassUIDs.StorageCommitmentPushModel,
] as const
const [FIND, MOVE, GET, COMMITMENT] = classes
const associate = encodeAssociateRequest({
  protocolVersion: 1,
  calledAETitle: 'ASTREINTE',
  callingAETitle: 'VIEWER',
  applicationContextName: APPLICATION_CONTEXT_UID,
  presentationContexts: classes.map((abstractSyntax, index) => ({
    id: 2 * index + 1,
    abstractSyntax,
    transferSyntaxes: [ImplicitVRLittleEndian],
  })),
  userInformation: {
    maximumLength: 16_384,
    implementationClassUID: '1.2.3',
    implementationVersionName: 'PEER',
    asynchronousOperations: null,
    roles: [],
    hasUserIdentity: false,
  },
})
const message = (
  SOPClassUID: (typeof classes)[number],
  command: Partial<CommandSet> & { CommandField: number },
  content: Parameters<typeof encodeIdentifier>[0],
): Buffer => {
  const context = 2 * classes.indexOf(SOPClassUID) + 1
  const whole = { MessageID: 3, CommandDataSetType: WITH_DATA_SET, ...command }
  return Buffer.concat([
    encodeCommand(whole, context, 0),
    dataFragment(context, Buffer.from(encodeIdentifier(content, ImplicitVRLittleEndian)), 2),
  ])
}
const study = { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.3', PatientName: 'A*' }
const model = STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID
const instances = [{ SOPClassUID: '1.2', SOPInstanceUID: '1.2.3' }]
const messages = [
  message(FIND, { CommandField: commandFields['C-FIND-RQ'], AffectedSOPClassUID: FIND }, study),
  message(GET, { CommandField: commandFields['C-GET-RQ'], AffectedSOPClassUID: GET }, study),
  message(
    MOVE,
    { CommandField: commandFields['C-MOVE-RQ'], AffectedSOPClassUID: MOVE, MoveDestination: 'VIEWER' },
    study,
  ),
  message(
    COMMITMENT,
    {
      CommandField: commandFields['N-ACTION-RQ'],
      RequestedSOPClassUID: COMMITMENT,
      RequestedSOPInstanceUID: model,
      ActionTypeID: 1,
    },
    requestContent('1.2.9', instances),
  ),
  message(
    COMMITMENT,
    {
      CommandField: commandFields['N-EVENT-REPORT-RQ'],
      AffectedSOPClassUID: COMMITMENT,
      AffectedSOPInstanceUID: model,
      EventTypeID: 1,
    },
    reportContent({ TransactionUID: '1.2.9', committed: instances, failed: [] }),
  ),
]

let receiver: Receiver | null = null
afterEach(() => receiver?.stop(0))

test('mutated operations end one way or another, and the next association works', async () => {
  const lines: string[] = []
  const may = { store: true, query: true, retrieve: true, commit: true }
  const peer = { aeTitle: 'VIEWER', address: '127.0.0.1', port: null, tls: false, may, maxAssociations: null }
  receiver = createReceiver({
    cache: createMemoryCache(),
    log: pino({ level: 'error' }, { write: (line: string) => lines.push(line) }),
    limits: { artimTimeout: 2_000, pduTimeout: 2_000, idleTimeout: 2_000 },
    peers: () => ({ peers: [peer], unknownPeers: 'store' }),
    holdings: {
      searchAttributes: async () => [{ StudyInstanceUID: '1.2.3', PatientName: 'A^B' }],
      listInstanceKeys: async () => [1],
      listInstances: async () => [],
      findInstance: async () => 1,
      listVersions: async () => [{ instanceKey: 1, isDamaged: false }],
      open: () => Promise.reject(new Error('gone')),
    },
  })
  expect(await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })).toBe(null)
  const port = receiver.address?.port ?? 0
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    value: fc.oneof(fc.constantFrom(0, 1, 2, 0x7f, 0xff), fc.integer({ min: 0, max: 255 })),
    isInsert: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...messages), { minLength: 1, maxLength: 3 }),
      fc.array(change, { maxLength: 5 }),
      async (sent, changes) => {
        const stream = [...Buffer.concat(sent)]
        for (const { at, value, isInsert } of changes) {
          stream.splice(Math.floor(at * stream.length), isInsert ? 0 : 1, value)
        }
        const bad = await DimsePeer.associate(port, associate)
        bad.send(Buffer.from(stream), releaseRequest)
        bad.socket.end()
        await bad.closed()
      },
    ),
    { numRuns: 300 },
  )
  await until(() => receiver?.status.associations === 0)
  expect(lines).toEqual([])
  expect(await verifyPeer({ host: '127.0.0.1', port, calledAETitle: 'ASTREINTE', callingAETitle: 'CT1' })).toBe(0)
})
