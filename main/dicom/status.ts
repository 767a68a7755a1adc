/** Status codes of DIMSE responses (PS3.7 Annex C, PS3.4 §B.2.3, §C.4). */

export const DimseStatus = {
  Success: 0x0000,
  Cancel: 0xfe00,
  Pending: 0xff00,
  PendingWithWarning: 0xff01,
  /** C-STORE: refused, out of resources. */
  OutOfResources: 0xa700,
  /** C-STORE: data set does not match SOP class. */
  DataSetDoesNotMatchSOPClass: 0xa900,
  /** C-STORE: cannot understand. */
  CannotUnderstand: 0xc000,
  /** C-MOVE, C-GET: unable to calculate the number of matches. */
  UnableToCalculateMatches: 0xa701,
  /** C-MOVE, C-GET: unable to perform sub-operations. */
  UnableToPerformSuboperations: 0xa702,
  /** C-MOVE. */
  MoveDestinationUnknown: 0xa801,
  /** C-FIND, C-MOVE, C-GET: the identifier does not match the SOP class. */
  IdentifierDoesNotMatchSOPClass: 0xa900,
  /** C-MOVE, C-GET: sub-operations complete, one or more failures or warnings. */
  SuboperationsWithFailures: 0xb000,
  CoercionOfDataElements: 0xb000,
  ElementsDiscarded: 0xb006,
  DataSetDoesNotMatchSOPClassWarning: 0xb007,
  NoSuchSOPClass: 0x0118,
  SOPClassNotSupported: 0x0122,
  ProcessingFailure: 0x0110,
  DuplicateSOPInstance: 0x0111,
  NoSuchObjectInstance: 0x0112,
  NoSuchEventType: 0x0113,
  InvalidArgumentValue: 0x0115,
  InvalidSOPInstance: 0x0117,
  ClassInstanceConflict: 0x0119,
  NoSuchActionType: 0x0123,
  NotAuthorized: 0x0124,
  DuplicateInvocation: 0x0210,
  UnrecognizedOperation: 0x0211,
  MistypedArgument: 0x0212,
  ResourceLimitation: 0x0213,
} as const

/** Failure Reasons of a STOW-RS response that are no C-STORE status (PS3.18 Table 10.5.3-2). */
export const StoreFailureReason = { TransferSyntaxNotSupported: 0xc122 } as const

/** The classes of PS3.7 Annex C: what a status means for the one who asked. */
export type StatusClass = 'success' | 'warning' | 'pending' | 'cancel' | 'failure'

/** Class of a status code (PS3.7 §C.1 – §C.5). */
export const statusClass = (status: number): StatusClass => {
  if (status === 0) return 'success'
  if (status === 0xfe00) return 'cancel'
  if (status === 0xff00 || status === 0xff01) return 'pending'
  if (status === 0x0001 || status === 0x0107 || status === 0x0116 || status >>> 12 === 0xb) return 'warning'
  return 'failure'
}
