/**
 * Files that a window offers: dropped or chosen there, they have no path that the station could read. The window holds them and is told which
 * bytes are wanted; it answers each read with a request of its own. Once it is gone, so are its files.
 */
import { randomUUID } from 'node:crypto'
import type { AbortSignalLike } from '../../contract/define.ts'
import type { WantedRead } from '../../contract/importer.ts'
import type { Found } from './found-file.ts'

/** Bytes of a file that are asked for first, which is what looking at it takes; and at a time from there on. */
const FIRST = 64 * 1024
const PIECE = 8 * 1024 * 1024
/** ms for a window to be heard again after it was lost, before it is gone; and to begin with an answer. */
const RETURN_WITHIN = 15_000
const ANSWER_WITHIN = 120_000

export interface OfferedFilesOptions {
  /** The window was closed or loaded anew: nothing more can be read. */
  onGone(): void
  returnWithin?: number
}

/** What a window answered to a read. */
interface Answer {
  bytes: AsyncIterable<Uint8Array>
  /** Nobody reads them any more. */
  finish(): void
}

interface Waiting {
  wanted: WantedRead
  resolve(answer: Answer): void
  reject(error: Error): void
}

/** The window cannot give what was asked for. */
class NotGiven extends Error {}

export class OfferedFiles {
  readonly #options: OfferedFilesOptions
  readonly #found: Found[] = []
  readonly #waiting = new Map<string, Waiting>()
  /** Give up the reads whose bytes are coming. */
  readonly #reading = new Set<(error: Error) => void>()
  #files = 0
  #isAll = false
  #isClosed = false
  #listeners = 0
  #goneTimer: NodeJS.Timeout | undefined
  #wakers: (() => void)[] = []

  constructor(options: OfferedFilesOptions) {
    this.#options = options
    this.#expectWindow()
  }

  /** More files, numbered in this order, and names that the window could not list; `isAll`: there are no more. */
  add(files: readonly { name: string; bytes: number }[], unreadable: readonly string[], isAll: boolean): void {
    if (this.#isClosed || this.#isAll) return
    for (const { name, bytes } of files) {
      this.#found.push(this.#fileOf(name, bytes, this.#files))
      this.#files += 1
    }
    for (const name of unreadable) this.#found.push({ kind: 'refused', name, reason: 'unreadable-file' })
    this.#isAll = isAll
    this.#wake()
  }

  /** What was offered, in its order, until all of it was. */
  async *found(): AsyncGenerator<Found> {
    while (!this.#isClosed) {
      const next = this.#found.shift()
      if (next) yield next
      else if (this.#isAll) return
      else await this.#change()
    }
  }

  /** All reads that wait, at first and whenever one is added; for the window that holds the files. */
  async *wanted(signal: AbortSignalLike): AsyncGenerator<{ id: string; data: { reads: WantedRead[] } }> {
    const end = () => this.#wake()
    signal.addEventListener('abort', end)
    this.#listeners += 1
    clearTimeout(this.#goneTimer)
    let told = new Set<string>()
    try {
      for (let id = 0; !this.#isClosed && !signal.aborted; id += 1) {
        const reads = [...this.#waiting.values()].map(({ wanted }) => wanted)
        if (reads.some(({ readId }) => !told.has(readId))) yield { id: String(id), data: { reads } }
        told = new Set(reads.map(({ readId }) => readId))
        const isNew = [...this.#waiting.keys()].some((readId) => !told.has(readId))
        if (!isNew && !this.#isClosed && !signal.aborted) await this.#change()
      }
    } finally {
      signal.removeEventListener('abort', end)
      this.#listeners -= 1
      if (this.#listeners === 0) this.#expectWindow()
    }
  }

  /** Takes the bytes of a read, null when the window cannot give them; resolves when nobody reads them any more. */
  async answer(readId: string, bytes: AsyncIterable<Uint8Array> | null): Promise<void> {
    const waiting = this.#waiting.get(readId)
    this.#waiting.delete(readId)
    if (!waiting) return
    if (!bytes) return waiting.reject(new NotGiven('The window cannot read the file'))
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.resolve({ bytes, finish: resolve })
    await promise
  }

  /** Wants nothing more: what waits is given up, and the window may let its files go. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearTimeout(this.#goneTimer)
    for (const { reject } of this.#waiting.values()) reject(new NotGiven('Nothing more is wanted'))
    this.#waiting.clear()
    for (const giveUp of this.#reading) giveUp(new NotGiven('Nothing more is wanted'))
    this.#found.length = 0
    this.#wake()
  }

  #expectWindow(): void {
    if (this.#isClosed) return
    const giveUp = () => {
      this.#options.onGone()
      this.close()
    }
    this.#goneTimer = setTimeout(giveUp, this.#options.returnWithin ?? RETURN_WITHIN)
    this.#goneTimer.unref()
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve))
  }

  #fileOf(name: string, bytes: number, file: number): Found {
    const readRange = (start: number, end: number) => this.#read(file, start, end)
    const readAll = async function* () {
      for (let at = 0; at < bytes; ) {
        const end = Math.min(bytes, at + (at === 0 ? FIRST : PIECE))
        yield* readRange(at, end)
        at = end
      }
    }
    return { kind: 'file', file: { name, bytes, read: readAll, readRange } }
  }

  async *#read(file: number, start: number, end: number): AsyncGenerator<Uint8Array> {
    const { bytes, finish } = await this.#ask({ readId: randomUUID(), file, start, end })
    const pieces = bytes[Symbol.asyncIterator]()
    const given = Promise.withResolvers<never>()
    // Who reads no more when it is given up has nobody to tell.
    given.promise.catch(() => undefined)
    this.#reading.add(given.reject)
    if (this.#isClosed) given.reject(new NotGiven('Nothing more is wanted'))
    let left = end - start
    try {
      for (;;) {
        // A window that comes to a stop in mid-read holds up nobody who cancels.
        const { done, value } = await Promise.race([pieces.next(), given.promise])
        if (done) break
        left -= value.length
        if (left < 0) throw new NotGiven('The window gave more than it was asked for')
        yield value
      }
      if (left > 0) throw new NotGiven('The window gave less than it was asked for')
    } finally {
      this.#reading.delete(given.reject)
      // Its end is told to the window, not waited for here.
      Promise.resolve(pieces.return?.()).then(finish, finish)
    }
  }

  #ask(wanted: WantedRead): Promise<Answer> {
    if (this.#isClosed) return Promise.reject(new NotGiven('Nothing more is wanted'))
    return new Promise((resolve, reject) => {
      const giveUp = () => void this.answer(wanted.readId, null)
      const timer = setTimeout(giveUp, ANSWER_WITHIN)
      timer.unref()
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          clearTimeout(timer)
          settle(value)
        }
      }
      this.#waiting.set(wanted.readId, { wanted, resolve: settled(resolve), reject: settled(reject) })
      this.#wake()
    })
  }
}
