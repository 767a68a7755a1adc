/** PDU types of the DICOM upper layer, what lengths they may have, and the fixed ones encoded (PS3.8 §9.3). */
import { type AbortReason, abortReasons, ProtocolError } from './dimse-error.ts'

/** PDU-type field (PS3.8 §9.3.1). */
export const pduTypes = {
  'A-ASSOCIATE-RQ': 0x01,
  'A-ASSOCIATE-AC': 0x02,
  'A-ASSOCIATE-RJ': 0x03,
  'P-DATA-TF': 0x04,
  'A-RELEASE-RQ': 0x05,
  'A-RELEASE-RP': 0x06,
  'A-ABORT': 0x07,
} as const

/** Bytes before every PDU's variable field: type, reserved, length. */
export const PDU_HEADER_LENGTH = 6
/** Bytes before a fragment inside a PDV item: its length, the presentation context, the message control header (PS3.8 §9.3.5.1, §E.2). */
export const PDV_HEADER_LENGTH = 6
/** Bits of the message control header (PS3.8 §E.2). */
export const messageControl = { command: 0x01, last: 0x02 } as const

/** Lengths that a PDU may have, `[least, most]`; those with `null` are bounded by the limits. */
const pduLengths: Record<number, readonly [number, number | 'association' | 'data']> = {
  [pduTypes['A-ASSOCIATE-RQ']]: [68, 'association'],
  [pduTypes['A-ASSOCIATE-AC']]: [68, 'association'],
  [pduTypes['A-ASSOCIATE-RJ']]: [4, 4],
  [pduTypes['P-DATA-TF']]: [PDV_HEADER_LENGTH, 'data'],
  [pduTypes['A-RELEASE-RQ']]: [4, 4],
  [pduTypes['A-RELEASE-RP']]: [4, 4],
  [pduTypes['A-ABORT']]: [4, 4],
}

/** Whether `type` is a PDU type of the standard. */
export const isPduType = (type: number): boolean => pduLengths[type] !== undefined

/** Checks a PDU's length before anything of it is kept; throws {@link ProtocolError}. */
export function checkPduLength(
  type: number,
  length: number,
  limits: { maxAssociatePduLength: number; maxPduLength: number },
): void {
  const bounds = pduLengths[type]
  if (!bounds) throw new ProtocolError('pdu-unknown', 'unrecognized-PDU')
  const [least, most] = bounds
  if (length < least) throw new ProtocolError('pdu-malformed')
  const bound = most === 'association' ? limits.maxAssociatePduLength : most === 'data' ? limits.maxPduLength : most
  if (length > bound) throw new ProtocolError(typeof most === 'number' ? 'pdu-malformed' : 'pdu-too-long')
}

const fixedPdu = (type: number, third: number, fourth: number, second = 0): Buffer =>
  Buffer.from([type, 0, 0, 0, 0, 4, 0, second, third, fourth])

/** A-RELEASE-RQ (PS3.8 §9.3.6). */
export const encodeReleaseRequest = (): Buffer => fixedPdu(pduTypes['A-RELEASE-RQ'], 0, 0)
/** A-RELEASE-RP (PS3.8 §9.3.7). */
export const encodeReleaseResponse = (): Buffer => fixedPdu(pduTypes['A-RELEASE-RP'], 0, 0)

/** Source of an A-ABORT (PS3.8 Table 9-26). */
export const abortSources = { 'service-user': 0, 'service-provider': 2 } as const

/** A-ABORT (PS3.8 §9.3.8); the reason is significant for the service provider only. */
export const encodeAbort = (source: keyof typeof abortSources, reason: AbortReason = 'reason-not-specified'): Buffer =>
  fixedPdu(pduTypes['A-ABORT'], abortSources[source], source === 'service-user' ? 0 : abortReasons[reason])

/** Rejections that we send: result, source and reason of an A-ASSOCIATE-RJ (PS3.8 Table 9-21). */
export const rejections = {
  'application-context-name-not-supported': { result: 1, source: 1, reason: 2 },
  'calling-AE-title-not-recognized': { result: 1, source: 1, reason: 3 },
  'called-AE-title-not-recognized': { result: 1, source: 1, reason: 7 },
  'protocol-version-not-supported': { result: 1, source: 2, reason: 2 },
  'temporary-congestion': { result: 2, source: 3, reason: 1 },
  'local-limit-exceeded': { result: 2, source: 3, reason: 2 },
} as const
export type Rejection = keyof typeof rejections

/** A-ASSOCIATE-RJ (PS3.8 §9.3.4). */
export function encodeReject(rejection: Rejection): Buffer {
  const { result, source, reason } = rejections[rejection]
  return fixedPdu(pduTypes['A-ASSOCIATE-RJ'], source, reason, result)
}
