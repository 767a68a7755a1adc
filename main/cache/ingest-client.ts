/**
 * The receiving thread's side of `ingest`: copies incoming bytes into buffers that travel to the store worker and come back. A writer with
 * too many buffers under way asks its caller to wait, so that one slow disk holds few bytes in memory.
 */
import type { IngestOutcome, IngestRequest, IngestWriter } from './cache.ts'
import type { ToStore } from './workers/store-messages.ts'

/** A multiple of the packs' chunk length, so that whole chunks are encrypted where they lie. */
const BUFFER_LENGTH = 256 * 1024
/** Buffers that one writer may have under way. */
const CREDITS = 4
const MAX_SPARE_BUFFERS = 32

interface Writer {
  underWay: number
  wait: { promise: Promise<void>; resolve(): void } | null
  answer: ((outcome: IngestOutcome) => void) | null
}

const REFUSED: IngestOutcome = { kind: 'refused', reason: 'storage-failed' }

export class IngestClient {
  readonly #post: (message: ToStore, transfer: ArrayBuffer[]) => void
  readonly #writers = new Map<number, Writer>()
  readonly #spare: ArrayBuffer[] = []
  #nextObject = 1
  #failed = false

  constructor(post: (message: ToStore, transfer: ArrayBuffer[]) => void) {
    this.#post = post
  }

  /** Begins an object. */
  ingest(request: IngestRequest): IngestWriter {
    const object = this.#nextObject++
    const writer: Writer = { underWay: 0, wait: null, answer: null }
    this.#writers.set(object, writer)
    let buffer: ArrayBuffer | null = null
    let filled = 0
    let isBegun = false
    let isOver = this.#failed

    const send = (isLast: boolean): void => {
      const message = {
        type: 'data' as const,
        object,
        request: isBegun ? null : request,
        buffer,
        length: filled,
        isLast,
      }
      if (buffer) writer.underWay += 1
      this.#post(message, buffer ? [buffer] : [])
      isBegun = true
      buffer = null
      filled = 0
    }
    const copy = (chunk: Uint8Array): void => {
      for (let at = 0; at < chunk.length; ) {
        buffer ??= this.#spare.pop() ?? new ArrayBuffer(BUFFER_LENGTH)
        const part = chunk.subarray(at, at + BUFFER_LENGTH - filled)
        new Uint8Array(buffer).set(part, filled)
        filled += part.length
        at += part.length
        if (filled === BUFFER_LENGTH) send(false)
      }
    }

    return {
      write: (chunk) => {
        if (isOver || this.#failed) return undefined
        copy(chunk)
        if (writer.underWay < CREDITS) return undefined
        writer.wait ??= Promise.withResolvers<void>()
        return writer.wait.promise
      },
      end: () => {
        if (isOver || this.#failed) return Promise.resolve(REFUSED)
        isOver = true
        return new Promise((resolve) => {
          writer.answer = resolve
          send(true)
        })
      },
      abort: () => {
        if (isOver) return
        isOver = true
        if (buffer) this.#keep(buffer)
        buffer = null
        this.#writers.delete(object)
        writer.wait?.resolve()
        if (isBegun && !this.#failed) this.#post({ type: 'abort', object }, [])
      },
    }
  }

  /** A buffer came back. */
  returned(object: number, buffer: ArrayBuffer): void {
    this.#keep(buffer)
    const writer = this.#writers.get(object)
    if (!writer) return
    writer.underWay -= 1
    if (writer.underWay >= CREDITS || !writer.wait) return
    writer.wait.resolve()
    writer.wait = null
  }

  /** The store has decided about an object. */
  decided(object: number, outcome: IngestOutcome): void {
    const writer = this.#writers.get(object)
    this.#writers.delete(object)
    writer?.answer?.(outcome)
  }

  /** The store is gone: everything under way is refused. */
  fail(): void {
    this.#failed = true
    for (const writer of this.#writers.values()) {
      writer.wait?.resolve()
      writer.answer?.(REFUSED)
    }
    this.#writers.clear()
  }

  #keep(buffer: ArrayBuffer): void {
    if (this.#spare.length < MAX_SPARE_BUFFERS) this.#spare.push(buffer)
  }
}
