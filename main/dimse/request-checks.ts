/** The status that a request deserves before its data set is looked at (PS3.7 §9.1, §10.1, Annex C). */
import { DimseStatus, isUID, SOPClassUIDs } from '../dicom/index.ts'
import { type CommandSet, commandFields, NO_DATA_SET } from './command-set.ts'
import type { OperationAnswer, OperationName, OperationService, PeerRight } from './dimse.ts'
import type { AcceptedContext } from './presentation-contexts.ts'

const operationNames = new Map<number, OperationName>(
  (['C-FIND', 'C-GET', 'C-MOVE', 'N-ACTION', 'N-EVENT-REPORT'] as const).map((name) => [
    commandFields[`${name}-RQ`],
    name,
  ]),
)

/** The operation that a request asks for; undefined for C-ECHO, C-STORE and what is not performed here. */
export const operationNameOf = ({ CommandField }: CommandSet): OperationName | undefined =>
  operationNames.get(CommandField)

/** Of a request on a context of verification or storage. */
export function examineStoreOrEcho(command: CommandSet, context: AcceptedContext, mayStore: boolean): OperationAnswer {
  const isStore = command.CommandField === commandFields['C-STORE-RQ']
  if (!isStore && command.CommandField !== commandFields['C-ECHO-RQ']) {
    return { status: DimseStatus.UnrecognizedOperation }
  }
  const isVerification = context.abstractSyntax === SOPClassUIDs.Verification
  if (command.AffectedSOPClassUID !== context.abstractSyntax || isStore === isVerification) {
    return { status: DimseStatus.SOPClassNotSupported }
  }
  const hasDataSet = command.CommandDataSetType !== NO_DATA_SET
  if (!isStore) return { status: hasDataSet ? DimseStatus.MistypedArgument : DimseStatus.Success }
  if (!mayStore) return { status: DimseStatus.NotAuthorized }
  if (!isUID(command.AffectedSOPInstanceUID ?? '')) return { status: DimseStatus.InvalidSOPInstance }
  return hasDataSet
    ? { status: DimseStatus.Success }
    : { status: DimseStatus.CannotUnderstand, ErrorComment: 'no data set' }
}

/** Of a request on a context of `service`. */
export function examineOperation(
  command: CommandSet,
  { abstractSyntax }: AcceptedContext,
  service: OperationService,
  may: (right: PeerRight) => boolean,
): number {
  const name = operationNameOf(command)
  const operations = service.sopClasses.get(abstractSyntax)
  const right = name && operations?.[name]
  if (right === undefined) return DimseStatus.UnrecognizedOperation
  const SOPClassUID = name === 'N-ACTION' ? command.RequestedSOPClassUID : command.AffectedSOPClassUID
  if (SOPClassUID !== abstractSyntax) return DimseStatus.NoSuchSOPClass
  if (right !== null && !may(right)) return DimseStatus.NotAuthorized
  return command.CommandDataSetType === NO_DATA_SET ? DimseStatus.MistypedArgument : DimseStatus.Success
}
