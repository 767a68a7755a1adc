/** C-GET and C-MOVE (PS3.4 §C.4.2, §C.4.3): stored objects, byte for byte, on the same association or to a peer of the table. */
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
import { type Holdings, namedObjects, toSend } from './held-objects.ts'
import { queryLimits } from './limits.ts'
import { Suboperations } from './suboperations.ts'

type Named = { instanceKeys: number[] } | { answer: OperationAnswer }

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

/** An object of the cache; null when it is gone, or damaged. */
const openToSend = (cache: Holdings, instanceKey: number): Promise<ObjectToSend | null> =>
  cache.open(instanceKey).then(toSend, () => null)

/** The status that the peer answers to one object; null when it could not be sent. Rejects when the association is over. */
async function storeBack(object: ObjectToSend, control: OperationControl): Promise<number | null> {
  const form = acceptedForm(object, control.accepts)
  if (!form) return null
  try {
    const { status } = await control.store({ ...form, dataSet: form.dataSet() })
    return status
  } catch (error) {
    if (error instanceof DimseError && error.code === 'unreadable') return null
    throw error
  }
}

/** Performs a C-GET. */
export async function get(
  cache: Holdings,
  request: OperationRequest,
  control: OperationControl,
): Promise<OperationAnswer> {
  const named = await readNamed(cache, request, control)
  if ('answer' in named) return named.answer
  const suboperations = new Suboperations(named.instanceKeys.length, control)
  for (const instanceKey of named.instanceKeys) {
    if (control.signal.aborted) break
    const object = await openToSend(cache, instanceKey)
    suboperations.count(object?.SOPInstanceUID ?? '', object && (await storeBack(object, control)))
    await suboperations.tell()
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
      onResult: ({ SOPInstanceUID, status }) => {
        suboperations.count(SOPInstanceUID, status)
        telling = telling.then(() => suboperations.tell())
      },
    })
    isReachable = report.kind !== 'interrupted' || report.next > startAt
    if (!isReachable) break
    startAt = report.next
  }
  await telling
  if (control.signal.aborted) return isReachable
  for (const { SOPInstanceUID } of objects.slice(startAt)) suboperations.count(SOPInstanceUID, null)
  return isReachable
}

/** Performs a C-MOVE to `destination`; null: no peer has that AE title. */
export async function move(
  cache: Holdings,
  aeTitle: string,
  destination: PeerAddress | null,
  request: OperationRequest,
  control: OperationControl,
): Promise<OperationAnswer> {
  if (!destination) return { status: DimseStatus.MoveDestinationUnknown }
  const named = await readNamed(cache, request, control)
  if ('answer' in named) return named.answer
  const { instanceKeys } = named
  const suboperations = new Suboperations(instanceKeys.length, control)
  let isReachable = true
  for (let at = 0; at < instanceKeys.length && !control.signal.aborted; at += queryLimits.objectsPerAssociation) {
    const objects: ObjectToSend[] = []
    for (const instanceKey of instanceKeys.slice(at, at + queryLimits.objectsPerAssociation)) {
      const object = await openToSend(cache, instanceKey)
      if (object) objects.push(object)
      else suboperations.count('', null)
    }
    if (isReachable) isReachable = await moveSome(objects, destination, aeTitle, request, control, suboperations)
    else for (const { SOPInstanceUID } of objects) suboperations.count(SOPInstanceUID, null)
  }
  return suboperations.last(request.TransferSyntaxUID, control.signal.aborted)
}
