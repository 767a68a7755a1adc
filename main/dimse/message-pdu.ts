/** Messages into P-DATA-TF PDUs (PS3.8 §9.3.5, Annex E). */
import { type CommandSet, commandSetLength, writeCommandSet } from './command-set.ts'
import { messageControl, PDU_HEADER_LENGTH, PDV_HEADER_LENGTH, pduTypes } from './pdu.ts'

const HEADERS_LENGTH = PDU_HEADER_LENGTH + PDV_HEADER_LENGTH

/** Writes the two headers of a P-DATA-TF that holds one fragment of `length` bytes. */
export function writeDataHeaders(target: Buffer, presentationContextID: number, control: number, length: number): void {
  target.writeUInt16BE(pduTypes['P-DATA-TF'] << 8, 0)
  target.writeUInt32BE(length + PDV_HEADER_LENGTH, 2)
  target.writeUInt32BE(length + 2, PDU_HEADER_LENGTH)
  target.writeUInt8(presentationContextID, PDU_HEADER_LENGTH + 4)
  target.writeUInt8(control, PDU_HEADER_LENGTH + 5)
}

/** The headers before a data set fragment of `length` bytes. */
export function dataSetHeaders(presentationContextID: number, length: number, isLast: boolean): Buffer {
  const headers = Buffer.allocUnsafe(HEADERS_LENGTH)
  writeDataHeaders(headers, presentationContextID, isLast ? messageControl.last : 0, length)
  return headers
}

/** Largest fragment for a peer that takes P-DATA-TF of `maximumLength` bytes (0: any); fragments are of even length (PS3.8 §E.1). */
export function largestFragment(maximumLength: number, own: number): number {
  const most = (maximumLength === 0 ? own : Math.min(maximumLength, own)) - PDV_HEADER_LENGTH
  return Math.max(2, most - (most % 2))
}

/** A command set as P-DATA-TF PDUs: one, unless the peer's maximum length is smaller than that. */
export function encodeCommand(command: CommandSet, presentationContextID: number, maximumLength: number): Buffer {
  const length = commandSetLength(command)
  const pdu = Buffer.allocUnsafe(HEADERS_LENGTH + length)
  writeCommandSet(command, pdu, HEADERS_LENGTH)
  const most = largestFragment(maximumLength, length + PDV_HEADER_LENGTH)
  if (length <= most) {
    writeDataHeaders(pdu, presentationContextID, messageControl.command | messageControl.last, length)
    return pdu
  }
  const parts: Buffer[] = []
  for (let at = 0; at < length; at += most) {
    const fragment = pdu.subarray(HEADERS_LENGTH + at, HEADERS_LENGTH + Math.min(at + most, length))
    const headers = Buffer.allocUnsafe(HEADERS_LENGTH)
    const control = messageControl.command | (at + most >= length ? messageControl.last : 0)
    writeDataHeaders(headers, presentationContextID, control, fragment.length)
    parts.push(headers, fragment)
  }
  return Buffer.concat(parts)
}
