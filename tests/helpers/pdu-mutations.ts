/** Sessions of whole PDUs as peers send them, and what can become of them on the way: the material of the fuzz tests. */
import fc from 'fast-check'
import type { DataSetContent } from '../../main/dataset/index.ts'
import { SOPClassUIDs, STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID, TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { encodeAssociateRequest } from '../../main/dimse/associate-pdu.ts'
import { type CommandSet, commandFields, NO_DATA_SET, WITH_DATA_SET } from '../../main/dimse/command-set.ts'
import { encodeIdentifier } from '../../main/dimse/index.ts'
import { encodeCommand } from '../../main/dimse/message-pdu.ts'
import { dataFragment, releaseRequest, releaseResponse, storeDataSet, userAbort } from './pdu-fixtures.ts'

const { ImplicitVRLittleEndian, ExplicitVRLittleEndian } = TransferSyntaxUIDs
const {
  CTImageStorage: CT,
  Verification,
  StorageCommitmentPushModel: COMMITMENT,
  StudyRootQueryRetrieveInformationModelFind: FIND,
  StudyRootQueryRetrieveInformationModelMove: MOVE,
  StudyRootQueryRetrieveInformationModelGet: GET,
} = SOPClassUIDs

const contexts = [Verification, CT, FIND, MOVE, GET, COMMITMENT].map((abstractSyntax, index) => ({
  id: 2 * index + 1,
  abstractSyntax,
  transferSyntaxes: [ImplicitVRLittleEndian, ExplicitVRLittleEndian],
}))
const contextOf = (SOPClassUID: string) => contexts.find((each) => each.abstractSyntax === SOPClassUID)?.id ?? 1

/** VIEWER calls ASTREINTE and proposes everything, with roles. */
export const associateEverything = encodeAssociateRequest({
  protocolVersion: 1,
  calledAETitle: 'ASTREINTE',
  callingAETitle: 'VIEWER',
  applicationContextName: '1.2.840.10008.3.1.1.1',
  presentationContexts: contexts,
  userInformation: {
    maximumLength: 16_384,
    implementationClassUID: '1.2.826.0.1.3680043',
    implementationVersionName: 'TESTPEER_1',
    asynchronousOperations: { invoked: 4, performed: 4 },
    roles: [CT, COMMITMENT].map((SOPClassUID) => ({ SOPClassUID, scuRole: true, scpRole: true })),
    hasUserIdentity: false,
  },
})

function request(
  name: keyof typeof commandFields,
  SOPClassUID: string,
  changes: Partial<CommandSet>,
  content?: DataSetContent,
): Buffer[] {
  const context = contextOf(SOPClassUID)
  const command = {
    CommandField: commandFields[name],
    MessageID: 5,
    CommandDataSetType: content ? WITH_DATA_SET : NO_DATA_SET,
    ...changes,
  }
  const pdus = [encodeCommand(command, context, 0)]
  if (!content) return pdus
  const dataSet = encodeIdentifier(content, ImplicitVRLittleEndian)
  const half = dataSet.length >> 1
  return [
    ...pdus,
    dataFragment(context, dataSet.subarray(0, half), 0),
    dataFragment(context, dataSet.subarray(half), 2),
  ]
}

const affected = (AffectedSOPClassUID: string) => ({ AffectedSOPClassUID, Priority: 0 })
const store = encodeCommand(
  {
    ...affected(CT),
    CommandField: commandFields['C-STORE-RQ'],
    MessageID: 2,
    CommandDataSetType: WITH_DATA_SET,
    AffectedSOPInstanceUID: '1.2.3',
  },
  3,
  0,
)
const named = { QueryRetrieveLevel: 'STUDY', StudyInstanceUID: '1.2.0' }
const reference = [{ ReferencedSOPClassUID: CT, ReferencedSOPInstanceUID: '1.2.1' }]
const model = STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID
const transaction = { TransactionUID: '1.2.77', ReferencedSOPSequence: reference }

/** What follows an accepted association, by what it does. */
const dialogues: Record<string, Buffer[]> = {
  nothing: [],
  echo: request('C-ECHO-RQ', Verification, { AffectedSOPClassUID: Verification }),
  store: [store, storeDataSet],
  'store in fragments': [
    store,
    ...Array.from({ length: 9 }, () => dataFragment(3, Buffer.alloc(7, 1), 0)),
    storeDataSet,
  ],
  'store and abort': [store, dataFragment(3, Buffer.alloc(300, 7), 0), userAbort],
  find: request('C-FIND-RQ', FIND, affected(FIND), { ...named, PatientName: 'LÉA*', StudyDate: '20260101-' }),
  'find and cancel': [
    ...request('C-FIND-RQ', FIND, affected(FIND), { QueryRetrieveLevel: 'STUDY' }),
    ...request('C-CANCEL-RQ', FIND, { MessageIDBeingRespondedTo: 5 }),
  ],
  move: request('C-MOVE-RQ', MOVE, { ...affected(MOVE), MoveDestination: 'NOBODY' }, named),
  get: request('C-GET-RQ', GET, affected(GET), named),
  commit: request(
    'N-ACTION-RQ',
    COMMITMENT,
    { RequestedSOPClassUID: COMMITMENT, RequestedSOPInstanceUID: model, ActionTypeID: 1 },
    transaction,
  ),
  report: request(
    'N-EVENT-REPORT-RQ',
    COMMITMENT,
    { AffectedSOPClassUID: COMMITMENT, AffectedSOPInstanceUID: model, EventTypeID: 1 },
    transaction,
  ),
  'another operation': request('N-SET-RQ', CT, { RequestedSOPClassUID: CT }),
  'a response': request('C-STORE-RSP', CT, { MessageIDBeingRespondedTo: 1, Status: 0 }),
}

/** Whole sessions: each PDU on its own. */
export const sessions: Buffer[][] = Object.values(dialogues).map((pdus) => [
  associateEverything,
  ...pdus,
  releaseRequest,
])

type Change = (pdus: Buffer[]) => Buffer[]

/** Anywhere alike: of doubles most lie next to zero. */
const place = fc.noBias(fc.nat({ max: 0xffffffff })).map((share) => share / 2 ** 32)
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 }))
const loosePdu = fc.constantFrom(releaseResponse, userAbort, releaseRequest, ...sessions.flat())

const at = (where: number, length: number) => Math.floor(where * length)
const replaced = (pdus: Buffer[], index: number, change: (pdu: Buffer) => Buffer): Buffer[] =>
  pdus.map((pdu, each) => (each === index ? change(pdu) : pdu))
const patched = (pdu: Buffer, offset: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([pdu.subarray(0, offset), bytes, pdu.subarray(offset + bytes.length)])

/** PDUs lost, doubled, swapped, from elsewhere. */
const wholePdu: fc.Arbitrary<Change> = fc
  .tuple(place, place, fc.constantFrom('lose', 'double', 'swap', 'insert'), loosePdu)
  .map(([one, two, kind, other]) => (pdus) => {
    const [first, second] = [at(one, pdus.length), at(two, pdus.length)]
    if (kind === 'lose') return pdus.toSpliced(first, 1)
    if (kind === 'insert') return pdus.toSpliced(first, 0, other)
    if (kind === 'double') return pdus.toSpliced(first, 0, ...pdus.slice(first, first + 1))
    const [a, b] = [pdus[first], pdus[second]]
    return a && b ? pdus.with(first, b).with(second, a) : pdus
  })

/** Headers that lie: type, length, length of the fragment, context, control. */
const header: fc.Arbitrary<Change> = fc
  .tuple(place, fc.constantFrom(0, 1, 2, 4, 5, 6, 8, 9, 10, 11), byte)
  .map(([where, offset, value]) => (pdus) => {
    return replaced(pdus, at(where, pdus.length), (pdu) => patched(pdu, offset, Uint8Array.of(value)))
  })

/** Lengths inside: of items, elements, sequences. */
const inside: fc.Arbitrary<Change> = fc
  .tuple(place, place, fc.constantFrom([0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0, 0], [1, 0], [0, 1], [0xfe, 0xff]))
  .map(([where, offset, value]) => (pdus) => {
    return replaced(pdus, at(where, pdus.length), (pdu) => patched(pdu, at(offset, pdu.length), Uint8Array.from(value)))
  })

/** Bytes anywhere. */
const bytes: fc.Arbitrary<Change> = fc
  .tuple(place, fc.constantFrom('set', 'insert', 'remove', 'cut'), byte)
  .map(([where, kind, value]) => (pdus) => {
    const stream = Buffer.concat(pdus)
    const index = at(where, stream.length)
    if (kind === 'cut') return [stream.subarray(0, index)]
    const added = kind === 'remove' ? [] : [value]
    return [
      Buffer.concat([
        stream.subarray(0, index),
        Uint8Array.from(added),
        stream.subarray(kind === 'insert' ? index : index + 1),
      ]),
    ]
  })

/** Applies one to five changes to a list of PDUs. */
export const mutated = (corpus: readonly Buffer[][]): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      fc.constantFrom(...corpus),
      fc.array(fc.oneof(wholePdu, header, inside, bytes), { minLength: 1, maxLength: 5 }),
    )
    .map(([pdus, changes]) => Buffer.concat(changes.reduce((changed, change) => change(changed), pdus)))

/** Where a stream is cut into chunks, as shares of what is left. */
export const cuts = fc.array(place, { maxLength: 4 })

/** The chunks of a stream. */
export function chunksOf(stream: Buffer, shares: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let rest = stream
  for (const share of shares) {
    const length = at(share, rest.length)
    chunks.push(rest.subarray(0, length))
    rest = rest.subarray(length)
  }
  return [...chunks, rest]
}
