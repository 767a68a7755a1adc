/** Command sets: always implicit VR little endian (PS3.7 §6.3.1), their elements in one table (PS3.7 Annex E.1). */
import { ProtocolError } from './dimse-error.ts'

/** CommandField (0000,0100) of each DIMSE message (PS3.7 §E.1). */
export const commandFields = {
  'C-STORE-RQ': 0x0001,
  'C-STORE-RSP': 0x8001,
  'C-GET-RQ': 0x0010,
  'C-FIND-RQ': 0x0020,
  'C-MOVE-RQ': 0x0021,
  'C-ECHO-RQ': 0x0030,
  'C-ECHO-RSP': 0x8030,
  'N-EVENT-REPORT-RQ': 0x0100,
  'N-GET-RQ': 0x0110,
  'N-SET-RQ': 0x0120,
  'N-ACTION-RQ': 0x0130,
  'N-CREATE-RQ': 0x0140,
  'N-DELETE-RQ': 0x0150,
  'C-CANCEL-RQ': 0x0fff,
} as const

/** Bit that makes a request's CommandField its response's. */
export const RESPONSE_BIT = 0x8000
/** CommandDataSetType (0000,0800) of a message without a data set; any other value announces one. */
export const NO_DATA_SET = 0x0101
/** A value of CommandDataSetType that announces a data set. */
export const WITH_DATA_SET = 0x0001

type ValueForm = 'UI' | 'US' | 'AE' | 'LO'
/** Elements that are read and written, in ascending order: keyword → element number in group 0000 and VR. */
const elements = {
  AffectedSOPClassUID: [0x0002, 'UI'],
  RequestedSOPClassUID: [0x0003, 'UI'],
  CommandField: [0x0100, 'US'],
  MessageID: [0x0110, 'US'],
  MessageIDBeingRespondedTo: [0x0120, 'US'],
  MoveDestination: [0x0600, 'AE'],
  Priority: [0x0700, 'US'],
  CommandDataSetType: [0x0800, 'US'],
  Status: [0x0900, 'US'],
  ErrorComment: [0x0902, 'LO'],
  ErrorID: [0x0903, 'US'],
  AffectedSOPInstanceUID: [0x1000, 'UI'],
  RequestedSOPInstanceUID: [0x1001, 'UI'],
  EventTypeID: [0x1002, 'US'],
  ActionTypeID: [0x1008, 'US'],
  NumberOfRemainingSuboperations: [0x1020, 'US'],
  NumberOfCompletedSuboperations: [0x1021, 'US'],
  NumberOfFailedSuboperations: [0x1022, 'US'],
  NumberOfWarningSuboperations: [0x1023, 'US'],
  MoveOriginatorApplicationEntityTitle: [0x1030, 'AE'],
  MoveOriginatorMessageID: [0x1031, 'US'],
} as const satisfies Record<string, readonly [number, ValueForm]>

type Keyword = keyof typeof elements
type ValueOf<K extends Keyword> = (typeof elements)[K][1] extends 'US' ? number : string
type Required = 'CommandField' | 'CommandDataSetType'
/** A command set by keyword. CommandGroupLength is written and, read, not needed. */
export type CommandSet = { [K in Required]: number } & { [K in Exclude<Keyword, Required>]?: ValueOf<K> }

const rows = Object.entries(elements) as [Keyword, readonly [number, ValueForm]][]
const rowOf = new Map(rows.map(([keyword, [element, form]]) => [element, { keyword, form }]))

function decodeValue(form: ValueForm, bytes: Buffer): number | string {
  if (form === 'US') {
    if (bytes.length !== 2) throw new ProtocolError('command-malformed', null)
    return bytes.readUInt16LE(0)
  }
  return bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart()
}

/** Decodes a complete command set; elements of the table only. Throws {@link ProtocolError} `command-malformed`. */
export function decodeCommandSet(bytes: Uint8Array): CommandSet {
  const set = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const values: Partial<Record<Keyword, number | string>> = {}
  let at = 0
  while (at < set.length) {
    if (at + 8 > set.length || set.readUInt16LE(at) !== 0) throw new ProtocolError('command-malformed', null)
    const element = set.readUInt16LE(at + 2)
    const end = at + 8 + set.readUInt32LE(at + 4)
    if (end > set.length) throw new ProtocolError('command-malformed', null)
    const row = rowOf.get(element)
    // An element of length zero is absent.
    if (row && end > at + 8) values[row.keyword] = decodeValue(row.form, set.subarray(at + 8, end))
    at = end
  }
  const { CommandField, CommandDataSetType } = values
  if (typeof CommandField !== 'number' || typeof CommandDataSetType !== 'number') {
    throw new ProtocolError('command-malformed', null)
  }
  return values as CommandSet
}

const evenLength = (text: string) => text.length + (text.length % 2)

/** Length of the encoded command set in bytes. */
export function commandSetLength(command: CommandSet): number {
  let length = 12
  for (const [keyword] of rows) {
    const value = command[keyword]
    if (value !== undefined) length += 8 + (typeof value === 'number' ? 2 : evenLength(value))
  }
  return length
}

/** Writes `command` into `target` at `offset`; returns the offset behind it. Strings must be ASCII. */
export function writeCommandSet(command: CommandSet, target: Buffer, offset: number): number {
  const writeHeader = (element: number, length: number, at: number) => {
    target.writeUInt32LE(element << 16, at)
    return target.writeUInt32LE(length, at + 4)
  }
  let at = offset + 12
  for (const [keyword, [element, form]] of rows) {
    const value = command[keyword]
    if (typeof value === 'number') at = target.writeUInt16LE(value, writeHeader(element, 2, at))
    else if (value !== undefined) {
      const length = evenLength(value)
      at = writeHeader(element, length, at)
      target.write(value, at, 'latin1')
      if (length > value.length) target[at + value.length] = form === 'UI' ? 0 : 0x20
      at += length
    }
  }
  target.writeUInt32LE(at - offset - 12, writeHeader(0x0000, 4, offset))
  return at
}
