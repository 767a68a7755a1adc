/**
 * Cuts the byte stream of a connection into PDUs (PS3.8 §9.3) as it arrives, in chunks of any size. The fragments of a P-DATA-TF
 * are handed on where they lie, never collected; only the few PDUs that must be whole are buffered, after their length was checked.
 */
import { ProtocolError } from './dimse-error.ts'
import { checkPduLength, isPduType, messageControl, PDU_HEADER_LENGTH, PDV_HEADER_LENGTH, pduTypes } from './pdu.ts'

/** Takes what the reader finds. Each call may throw {@link ProtocolError}. */
export interface PduHandler {
  /** A whole PDU other than P-DATA-TF; `body` is its variable field and may be kept. */
  onPdu(type: number, body: Buffer): void
  /** A P-DATA-TF begins: its header was read. */
  onData(): void
  /** Part of a fragment, valid until the handler returns; `isLast`: with it the command or data set is complete. */
  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void
}

export interface PduLimits {
  maxAssociatePduLength: number
  maxPduLength: number
}

const HEADER = 0
const BODY = 1
const PDV_HEADER = 2
const FRAGMENT = 3

/** What the first bytes of a connection that speaks no DICOM look like. */
export function recogniseStranger(bytes: Uint8Array): 'tls-on-plain-port' | 'http-on-dicom-port' | 'not-dicom' {
  if (bytes[0] === 0x16) return 'tls-on-plain-port'
  const text = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  return /^(GET|PUT|HEAD|POST|TRACE|PATCH|DELETE|OPTIONS|CONNECT|PRI) ?/.test(text) ? 'http-on-dicom-port' : 'not-dicom'
}

export class PduReader {
  readonly #handler: PduHandler
  readonly #limits: PduLimits
  readonly #small = Buffer.alloc(Math.max(PDU_HEADER_LENGTH, PDV_HEADER_LENGTH))
  #part: typeof HEADER | typeof BODY | typeof PDV_HEADER | typeof FRAGMENT = HEADER
  #smallLength = 0
  #type = 0
  #body: Buffer = Buffer.alloc(0)
  #bodyLength = 0
  /** Bytes that are left of the P-DATA-TF, and of the fragment in it. */
  #pduLeft = 0
  #fragmentLeft = 0
  #presentationContextID = 0
  #control = 0
  #isHalted = false
  #count = 0

  constructor(handler: PduHandler, limits: PduLimits) {
    this.#handler = handler
    this.#limits = limits
  }

  /** Whether a PDU has begun and is not complete. */
  get isInsidePdu(): boolean {
    return this.#part !== HEADER || this.#smallLength > 0
  }

  /** PDUs whose header was read. */
  get count(): number {
    return this.#count
  }

  /** Called by the handler: `read` returns after the present call, with the rest of its chunk unread. */
  halt(): void {
    this.#isHalted = true
  }

  /** Reads `chunk` from `offset`; returns where it stopped: at the end, or where it was halted. Throws {@link ProtocolError}. */
  read(chunk: Uint8Array, offset: number): number {
    this.#isHalted = false
    let at = offset
    while (at < chunk.length && !this.#isHalted) {
      if (this.#part === FRAGMENT) at = this.#readFragment(chunk, at)
      else if (this.#part === PDV_HEADER) at = this.#readPdvHeader(chunk, at)
      else if (this.#part === HEADER) at = this.#readHeader(chunk, at)
      else at = this.#readBody(chunk, at)
    }
    return at
  }

  #readHeader(chunk: Uint8Array, at: number): number {
    if (this.#smallLength === 0) this.#checkType(chunk, at)
    const next = this.#collect(chunk, at, PDU_HEADER_LENGTH)
    if (this.#smallLength < PDU_HEADER_LENGTH) return next
    this.#smallLength = 0
    this.#count += 1
    this.#type = this.#small.readUInt8(0)
    const length = this.#small.readUInt32BE(2)
    checkPduLength(this.#type, length, this.#limits)
    if (this.#type === pduTypes['P-DATA-TF']) {
      this.#pduLeft = length
      this.#part = PDV_HEADER
      this.#handler.onData()
    } else {
      this.#body = Buffer.allocUnsafe(length)
      this.#bodyLength = 0
      this.#part = BODY
    }
    return next
  }

  /** The first byte of a PDU tells already whether it is one: strangers are not waited for. */
  #checkType(chunk: Uint8Array, at: number): void {
    if (isPduType(chunk[at] ?? 0)) return
    throw new ProtocolError(
      this.#count === 0 ? recogniseStranger(chunk.subarray(at)) : 'pdu-unknown',
      'unrecognized-PDU',
    )
  }

  #readBody(chunk: Uint8Array, at: number): number {
    const length = Math.min(this.#body.length - this.#bodyLength, chunk.length - at)
    this.#body.set(chunk.subarray(at, at + length), this.#bodyLength)
    this.#bodyLength += length
    if (this.#bodyLength === this.#body.length) {
      const body = this.#body
      this.#part = HEADER
      this.#body = Buffer.alloc(0)
      this.#handler.onPdu(this.#type, body)
    }
    return at + length
  }

  #readPdvHeader(chunk: Uint8Array, at: number): number {
    if (this.#smallLength === 0 && this.#pduLeft < PDV_HEADER_LENGTH) throw new ProtocolError('pdu-malformed')
    const next = this.#collect(chunk, at, PDV_HEADER_LENGTH)
    if (this.#smallLength < PDV_HEADER_LENGTH) return next
    this.#smallLength = 0
    const length = this.#small.readUInt32BE(0)
    if (length < 2 || length + 4 > this.#pduLeft) throw new ProtocolError('pdu-malformed')
    this.#presentationContextID = this.#small.readUInt8(4)
    this.#control = this.#small.readUInt8(5)
    this.#pduLeft -= length + 4
    this.#fragmentLeft = length - 2
    this.#part = FRAGMENT
    if (this.#fragmentLeft === 0) this.#emit(chunk.subarray(next, next))
    return next
  }

  #readFragment(chunk: Uint8Array, at: number): number {
    const end = Math.min(at + this.#fragmentLeft, chunk.length)
    this.#fragmentLeft -= end - at
    this.#emit(chunk.subarray(at, end))
    return end
  }

  #emit(bytes: Uint8Array): void {
    const isWhole = this.#fragmentLeft === 0
    if (isWhole) this.#part = this.#pduLeft > 0 ? PDV_HEADER : HEADER
    const isLast = isWhole && (this.#control & messageControl.last) !== 0
    this.#handler.onFragment(this.#presentationContextID, (this.#control & messageControl.command) !== 0, bytes, isLast)
  }

  /** Fills the small buffer up to `length` bytes; a header may be spread over chunks. */
  #collect(chunk: Uint8Array, at: number, length: number): number {
    const end = Math.min(at + length - this.#smallLength, chunk.length)
    for (let i = at; i < end; i += 1) this.#small[this.#smallLength++] = chunk[i] ?? 0
    return end
  }
}
