/** Items inside the association PDUs: a cursor that never reads past its end, and the few value forms they hold (PS3.8 §9.3.2). */
import { ProtocolError } from './dimse-error.ts'

/** Reads big-endian values from a bounded stretch of bytes; throws {@link ProtocolError} `pdu-malformed` where it ends. */
export class ByteCursor {
  readonly #bytes: Buffer
  #at: number
  readonly #end: number

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get left(): number {
    return this.#end - this.#at
  }

  /** Passes `length` bytes and returns where they begin. */
  skip(length: number): number {
    if (length > this.left) throw new ProtocolError('pdu-malformed')
    const start = this.#at
    this.#at += length
    return start
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.skip(1))
  }

  uint16(): number {
    return this.#bytes.readUInt16BE(this.skip(2))
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.skip(4))
  }

  text(length: number): string {
    const start = this.skip(length)
    return this.#bytes.toString('latin1', start, start + length)
  }

  /** The next item: type, reserved, 16-bit length, content. */
  item(): { type: number; content: ByteCursor } {
    const type = this.uint8()
    this.skip(1)
    const length = this.uint16()
    const start = this.skip(length)
    return { type, content: new ByteCursor(this.#bytes, start, start + length) }
  }
}

/** A UID without its padding; 64 characters and one of padding at most. */
export function readUID(cursor: ByteCursor, length: number): string {
  if (length > 65) throw new ProtocolError('pdu-malformed')
  return cursor.text(length).replace(/[\0 ]+$/, '')
}

/** An AE title or version name without its padding; characters that are not printable ASCII become `?`. */
export const readTitle = (cursor: ByteCursor, length: number): string =>
  cursor
    .text(length)
    .replace(/\0+$/, '')
    .trim()
    .slice(0, 16)
    .replace(/[^\x20-\x7e]/g, '?')

/** An item of an association PDU. */
export function encodeItem(type: number, content: Uint8Array): Buffer {
  const item = Buffer.alloc(4 + content.length)
  item.writeUInt8(type, 0)
  item.writeUInt16BE(content.length, 2)
  item.set(content, 4)
  return item
}
