/** What goes wrong on a connection, as codes; the receiver's history and the log show them, never patient data. */

/** Codes of `AssociationEnd.reason`. */
export const endReasons = {
  'not-dicom': 'The first bytes are no A-ASSOCIATE-RQ of any kind',
  'http-on-dicom-port': 'An HTTP request came to the DICOM port',
  'tls-on-plain-port': 'A TLS ClientHello came to the port that speaks plain DICOM',
  'not-tls': 'What came to the port that speaks TLS was none: plain DICOM, perhaps',
  'tls-handshake-failed': 'Peer and we found no version and cipher in common, or it did not trust our certificate',
  'tls-certificate-refused': 'The peer showed no certificate of an authority that we trust',
  'tls-certificate-expired': 'The peer showed a certificate that is not valid any more, or not yet',
  'no-association-request': 'The connection brought no complete A-ASSOCIATE-RQ in time, or closed before',
  'protocol-version-unknown': 'The peer speaks no version 1 of the upper layer protocol',
  'application-context-unknown': 'The application context is not that of DICOM',
  'called-ae-unknown': 'The peer called another AE title than ours',
  'calling-ae-unknown': 'The peer is not in the table of those that are let in',
  'certificate-of-another': 'The peer showed another certificate than that of its AE title, or none',
  'limit-reached': 'More connections or associations than the limits allow',
  stopping: 'The receiver is stopping',
  'pdu-unknown': 'A PDU type that PS3.8 does not know',
  'pdu-unexpected': 'A PDU that the state of the association does not allow',
  'pdu-too-long': 'A PDU longer than announced or allowed',
  'pdu-malformed': 'A PDU whose lengths or items contradict each other',
  'pdu-too-slow': 'A PDU was not complete in time',
  'cut-pdu': 'The connection ended inside a PDU',
  'cut-data-set': 'The association ended inside a data set',
  'connection-lost': 'The connection ended without release or abort',
  idle: 'Nothing came for too long',
  'peer-not-reading': 'The peer does not take our answers',
  'peer-aborted': 'The peer aborted the association',
  'context-not-accepted': 'A message on a presentation context that was not accepted',
  'message-malformed': 'Command or data set fragments in an order that PS3.7 does not allow',
  'command-malformed': 'A command set that cannot be decoded',
  'command-too-long': 'A command set longer than allowed',
  'identifier-too-long': 'A data set that has to be held whole is longer than allowed',
  'internal-error': 'A fault of this program',
} as const
export type EndReason = keyof typeof endReasons

/** Reason of an A-ABORT whose source is the service provider (PS3.8 Table 9-26). */
export const abortReasons = {
  'reason-not-specified': 0,
  'unrecognized-PDU': 1,
  'unexpected-PDU': 2,
  'unrecognized-PDU-parameter': 4,
  'unexpected-PDU-parameter': 5,
  'invalid-PDU-parameter-value': 6,
} as const
export type AbortReason = keyof typeof abortReasons

/**
 * What a peer broke: why we say it ended (`code`), and what it is told: the reason of an A-ABORT by the service provider for a broken
 * PDU, null for a broken message, which the service user aborts without a reason.
 */
export class ProtocolError extends Error {
  readonly code: EndReason
  readonly abortReason: AbortReason | null
  constructor(code: EndReason, abortReason: AbortReason | null = 'invalid-PDU-parameter-value') {
    super(endReasons[code])
    this.name = 'ProtocolError'
    this.code = code
    this.abortReason = abortReason
  }
}

/** Codes of a requestor's failure. */
export type DimseErrorCode =
  | 'connection-failed'
  | 'rejected'
  | 'aborted'
  | 'timed-out'
  | 'context-not-accepted'
  /** Our key, certificate or authorities cannot be used. */
  | 'bad-credentials'
  /** The data set to be sent could not be read; nothing was sent. */
  | 'unreadable'
  | 'protocol-error'
  | 'closed'

/** A broken promise of an association that we requested. */
export class DimseError extends Error {
  readonly code: DimseErrorCode
  /** For `rejected`: result, source and reason of the A-ASSOCIATE-RJ (PS3.8 Table 9-21). */
  readonly rejection: { result: number; source: number; reason: number } | null
  /** For `aborted`: by the peer's A-ABORT; otherwise by us, or the connection ended. */
  readonly isByPeer: boolean
  constructor(
    code: DimseErrorCode,
    message: string,
    rejection: DimseError['rejection'] = null,
    options?: ErrorOptions & { isByPeer?: boolean },
  ) {
    super(message, options)
    this.name = 'DimseError'
    this.code = code
    this.rejection = rejection
    this.isByPeer = options?.isByPeer ?? false
  }
}
