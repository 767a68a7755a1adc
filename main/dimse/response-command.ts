/** The command set of a response: what it repeats of its request, and what the answer adds (PS3.7 §9.3, §10.3). */
import { isUID } from '../dicom/index.ts'
import { type CommandSet, NO_DATA_SET, RESPONSE_BIT, WITH_DATA_SET } from './command-set.ts'
import type { OperationAnswer, SuboperationCounts } from './dimse.ts'

const countsOf = (counts: Partial<SuboperationCounts> = {}): Partial<CommandSet> => ({
  ...(counts.remaining === undefined ? {} : { NumberOfRemainingSuboperations: counts.remaining }),
  ...(counts.completed === undefined ? {} : { NumberOfCompletedSuboperations: counts.completed }),
  ...(counts.failed === undefined ? {} : { NumberOfFailedSuboperations: counts.failed }),
  ...(counts.warning === undefined ? {} : { NumberOfWarningSuboperations: counts.warning }),
})

const namedUIDs = (command: CommandSet): Partial<CommandSet> => {
  const SOPClassUID = command.AffectedSOPClassUID ?? command.RequestedSOPClassUID ?? ''
  const SOPInstanceUID = command.AffectedSOPInstanceUID ?? command.RequestedSOPInstanceUID ?? ''
  return {
    ...(isUID(SOPClassUID) ? { AffectedSOPClassUID: SOPClassUID } : {}),
    ...(isUID(SOPInstanceUID) ? { AffectedSOPInstanceUID: SOPInstanceUID } : {}),
  }
}

/** The response to `command` that says `answer`. */
export const responseTo = (
  command: CommandSet,
  { status, ErrorComment, suboperations, dataSet }: OperationAnswer,
): CommandSet => ({
  CommandField: command.CommandField | RESPONSE_BIT,
  MessageIDBeingRespondedTo: command.MessageID ?? 0,
  CommandDataSetType: dataSet ? WITH_DATA_SET : NO_DATA_SET,
  Status: status,
  ...namedUIDs(command),
  ...(command.ActionTypeID === undefined ? {} : { ActionTypeID: command.ActionTypeID }),
  ...(command.EventTypeID === undefined ? {} : { EventTypeID: command.EventTypeID }),
  ...countsOf(suboperations),
  ...(ErrorComment ? { ErrorComment: ErrorComment.slice(0, 64) } : {}),
})
