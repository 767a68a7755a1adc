/**
 * C-GET and C-MOVE (PS3.4 §C.4.2, §C.4.3): stored objects, byte for byte where the receiver takes them so, on the same association or to a
 * peer of the table.
 */
import { DimseStatus } from '../../dicom/index.ts'
import {
  acceptedForm,
  DimseError,
  decodeIdentifier,
  type ObjectToSend,
  type OperationAnswer,
  type OperationControl,
  type OperationRequest,
  sendObjects,
} from '../../dimse/index.ts'
import { connectionTo, type PeerAddress } from '../peer-table.ts'
import type { FrameDecoder } from '../sending/decompressed.ts'
import { toSend } from '../sending/to-send.ts'
import { type Holdings, type NamedObject, namedObjects } from './held-objects.ts'
import { queryLimits } from './limits.ts'
import { type SentCount, Suboperations } from './suboperations.ts'

/** What went of a study to a peer, at its request or that of another. */
export interface ObjectsSent extends SentCount {
  StudyInstanceUID: string
  how: 'C-GET' | 'C-MOVE'
  /** AE title and address that they were sent to, and AE title of who asked for it. */
  to: string
  address: string
  requestor: string
}

/** Where objects come from. */
export interface RetrieveSource {
  cache: Holdings
  /** Told once an operation is over, of each study. */
  onSent(sent: ObjectsSent): void
  /** Decompresses what a receiver does not take as it is; null: nothing is. */
  decoder: FrameDecoder | null
}

type Named = { objects: NamedObject[] } | { answer: OperationAnswer }

async function readNamed(cache: Holdings, request: OperationRequest, control: OperationControl): Promise<Named> {
  const identifier = decodeIdentifier(request.dataSet, request.TransferSyntaxUID)
  if (!identifier) {
    return { answer: { status: DimseStatus.CannotUnderstand, ErrorComment: 'identifier cannot be read' } }
  }
  const named = await namedObjects(cache, identifier, request.SOPClassUID, control.signal)
  if (named.kind === 'bad') return { answer: { status: DimseStatus.IdentifierDoesNotMatchSOPClass } }
  if (named.kind === 'many') return { answer: { status: DimseStatus.UnableToCalculateMatches } }
  return named
}

/** An object of the cache; null when it is gone. */
const openToSend = (
  { cache, decoder }: RetrieveSource,
  { instanceKey }: NamedObject,
  suboperations: Suboperations,
): Promise<ObjectToSend | null> =>
  cache.open(instanceKey).then(
    (object) => {
      suboperations.opened(object.SOPInstanceUID, object.StudyInstanceUID)
      return toSend(object, decoder)
    },
    () => null,
  )

function tellSent(
  source: RetrieveSource,
  suboperations: Suboperations,
  where: Omit<ObjectsSent, 'StudyInstanceUID' | keyof SentCount>,
) {
  for (const [StudyInstanceUID, count] of suboperations.sent) source.onSent({ StudyInstanceUID, ...count, ...where })
}

/** Sends one object and counts it. Rejects when the association is over. */
async function storeBack(object: ObjectToSend, control: OperationControl, suboperations: Suboperations): Promise<void> {
  const { SOPInstanceUID } = object
  const form = acceptedForm(object, control.accepts)
  if (!form) {
    suboperations.fail(SOPInstanceUID, 'not-negotiated')
    return
  }
  try {
    const { status } = await control.store({ ...form, dataSet: form.dataSet() })
    suboperations.count(SOPInstanceUID, status)
  } catch (error) {
    if (!(error instanceof DimseError && error.code === 'unreadable')) throw error
    suboperations.fail(SOPInstanceUID, 'unreadable')
  }
}

/** Performs a C-GET. */
export async function get(
  source: RetrieveSource,
  request: OperationRequest,
  control: OperationControl,
): Promise<OperationAnswer> {
  const named = await readNamed(source.cache, request, control)
  if ('answer' in named) return named.answer
  const suboperations = new Suboperations(named.objects.length, control)
  const { callingAETitle, remoteAddress } = request.association
  try {
    for (const each of named.objects) {
      if (control.signal.aborted) break
      const object = await openToSend(source, each, suboperations)
      if (object) await storeBack(object, control, suboperations)
      else suboperations.fail(each.SOPInstanceUID, 'unreadable')
      await suboperations.tell()
    }
  } finally {
    // Also what went before an association broke.
    const where = { how: 'C-GET', to: callingAETitle, address: remoteAddress, requestor: callingAETitle } as const
    tellSent(source, suboperations, where)
  }
  return suboperations.last(request.TransferSyntaxUID, control.signal.aborted)
}

/** Sends some objects, again from where a connection broke as long as that gets further; false when the destination is out of reach. */
async function moveSome(
  objects: readonly ObjectToSend[],
  destination: PeerAddress,
  aeTitle: string,
  request: OperationRequest,
  control: OperationControl,
  suboperations: Suboperations,
): Promise<boolean> {
  let startAt = 0
  let isReachable = true
  let telling = Promise.resolve()
  while (startAt < objects.length && !control.signal.aborted) {
    const report = await sendObjects({
      ...connectionTo(destination, aeTitle),
      objects,
      startAt,
      originator: { aeTitle: request.association.callingAETitle, MessageID: request.MessageID },
      signal: control.signal,
      onResult: ({ SOPInstanceUID, kind, status }) => {
        if (kind === 'not-negotiated' || kind === 'unreadable') suboperations.fail(SOPInstanceUID, kind)
        else suboperations.count(SOPInstanceUID, status ?? DimseStatus.ProcessingFailure)
        telling = telling.then(() => suboperations.tell())
      },
    })
    isReachable = report.kind !== 'interrupted' || report.next > startAt
    if (!isReachable) break
    startAt = report.next
  }
  await telling
  if (control.signal.aborted) return isReachable
  for (const { SOPInstanceUID } of objects.slice(startAt)) suboperations.fail(SOPInstanceUID, 'unreachable')
  return isReachable
}

/** Performs a C-MOVE to `destination`; null: no peer has that AE title. */
export async function move(
  source: RetrieveSource,
  aeTitle: string,
  destination: PeerAddress | null,
  request: OperationRequest,
  control: OperationControl,
): Promise<OperationAnswer> {
  if (!destination) return { status: DimseStatus.MoveDestinationUnknown }
  const named = await readNamed(source.cache, request, control)
  if ('answer' in named) return named.answer
  const suboperations = new Suboperations(named.objects.length, control)
  let isReachable = true
  try {
    for (let at = 0; at < named.objects.length && !control.signal.aborted; at += queryLimits.objectsPerAssociation) {
      const objects: ObjectToSend[] = []
      for (const each of named.objects.slice(at, at + queryLimits.objectsPerAssociation)) {
        const object = await openToSend(source, each, suboperations)
        if (object) objects.push(object)
        else suboperations.fail(each.SOPInstanceUID, 'unreadable')
      }
      if (isReachable) isReachable = await moveSome(objects, destination, aeTitle, request, control, suboperations)
      else for (const { SOPInstanceUID } of objects) suboperations.fail(SOPInstanceUID, 'unreachable')
    }
  } finally {
    const requestor = request.association.callingAETitle
    tellSent(source, suboperations, { how: 'C-MOVE', to: destination.aeTitle, address: destination.host, requestor })
  }
  return suboperations.last(request.TransferSyntaxUID, control.signal.aborted)
}
