/** One export (contract/exporter.ts): each object is read whole and judged before anything of it is written. */
import { randomUUID } from 'node:crypto'
import { type Cache, CacheError, type StoredObject } from '../cache/cache.ts'
import type { ExportRequest, ExportState } from '../contract/exporter.ts'
import { type DataSet, HeaderScan, part10Header } from '../dataset/index.ts'
import { uidFromUUID } from '../dicom/implementation.ts'
import { hasPixelsElsewhere, TransferSyntaxUIDs, transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { DeidentificationError, Deidentifier } from './deidentify/deidentifier.ts'
import { type BeginsAt, type Destination, DestinationExists, folderDestination, zipDestination } from './destination.ts'
import { Dicomdir } from './directory/dicomdir.ts'
import { createFileIds } from './file-ids.ts'
import { parseSource, RewriteError, rewrite, rewrittenSyntax, unchanged } from './writing/rewrite.ts'

const STEP = 1024 * 1024

export type ExportCache = Pick<Cache, 'listInstanceKeys' | 'open'>

/** Compressions that the general purpose profiles with JPEG and JPEG 2000 know (PS3.11 Annexes D, F, G, I, K). */
const usualSyntaxes = new Set<string>([
  TransferSyntaxUIDs.ExplicitVRLittleEndian,
  TransferSyntaxUIDs.JPEGBaseline8Bit,
  TransferSyntaxUIDs.JPEGExtended12Bit,
  TransferSyntaxUIDs.JPEGLosslessSV1,
  TransferSyntaxUIDs.JPEG2000Lossless,
  TransferSyntaxUIDs.JPEG2000,
])

/** A data set as it will be written, and what is in it. */
interface Prepared {
  attributes: DataSet
  length: number
  TransferSyntaxUID: string
  SOPClassUID: string
  SOPInstanceUID: string
  bytes(): AsyncIterable<Uint8Array>
}

async function* wholeOf(object: StoredObject): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < object.length; at += STEP) yield await object.read(at, Math.min(at + STEP, object.length))
}

export interface ExportJobOptions {
  cache: ExportCache
  request: ExportRequest
  /** Told of every byte that was written, and of every object. */
  onWritten(bytes: number): void
  onChange(change: Partial<ExportState>): void
  /** Told of the place where it is written until it is whole, before anything is there. */
  beginsAt: BeginsAt
  /** Told when nothing is written there any more. */
  endsAt(partial: string, isLeft: boolean): Promise<void>
  signal: AbortSignal
}

/** How an export ended. */
export type ExportEnd = Pick<ExportState, 'state' | 'fault' | 'isLeft'>

export class ExportJob {
  readonly #options: ExportJobOptions
  readonly #deidentifier: Deidentifier | null
  readonly #fileIdOf = createFileIds()
  readonly #dicomdir = new Dicomdir()
  readonly #leftOut = new Map<string, number>()
  #unusual = 0
  #finished = 0

  constructor(options: ExportJobOptions) {
    this.#options = options
    const { deidentification } = options.request
    this.#deidentifier = deidentification && new Deidentifier(deidentification)
  }

  /** Ends in the state that the export ended in. Never throws. */
  async run(): Promise<ExportEnd> {
    const { request, signal } = this.#options
    let begun: string | null = null
    let destination: Destination | null = null
    const beginsAt = async (partial: string): Promise<void> => {
      begun = partial
      await this.#options.beginsAt(partial)
    }
    const ended = async (end: ExportEnd): Promise<ExportEnd> => {
      if (begun !== null) await this.#options.endsAt(begun, end.isLeft)
      return end
    }
    try {
      const keys = await this.#keys()
      this.#options.onChange({ objects: keys.length })
      if (keys.length === 0) throw new NothingLeft()
      const makeDestination = request.form === 'zip' ? zipDestination : folderDestination
      destination = await makeDestination(request.folder, request.name, beginsAt)
      for (const key of keys) {
        signal.throwIfAborted()
        await this.#export(key, destination)
      }
      if (this.#dicomdir.files === 0) throw new NothingLeft()
      const directory = this.#dicomdir.bytes(uidFromUUID(randomUUID()))
      await destination.write(['DICOMDIR'], directory.length, pieceOf(directory), true)
      signal.throwIfAborted()
      await destination.finish()
      return await ended({ state: 'done', fault: null, isLeft: false })
    } catch (error) {
      const isLeft = (await destination?.discard()) === false
      if (signal.aborted) return ended({ state: 'cancelled', fault: null, isLeft })
      return ended({ state: 'failed', fault: faultOf(error, destination !== null), isLeft })
    }
  }

  async #keys(): Promise<number[]> {
    const asked = this.#options.request.StudyInstanceUIDs.map((StudyInstanceUID) =>
      this.#options.cache.listInstanceKeys({ StudyInstanceUID }),
    )
    const lists = await Promise.all(asked)
    // Evicted or removed since they were chosen: nobody is to take what there is for all of it.
    this.#options.onChange({ goneStudies: lists.filter((keys) => keys.length === 0).length })
    return lists.flat()
  }

  async #export(instanceKey: number, destination: Destination): Promise<void> {
    const prepared = await this.#prepared(instanceKey)
    if (typeof prepared === 'string') this.#leftOut.set(prepared, (this.#leftOut.get(prepared) ?? 0) + 1)
    else await this.#write(prepared, destination)
    this.#finished += 1
    const leftOut = [...this.#leftOut].map(([reason, count]) => ({ reason, count }))
    this.#options.onChange({ finished: this.#finished, leftOut, unusualSyntaxes: this.#unusual })
  }

  /** The object ready to be written, or why it cannot be. */
  async #prepared(instanceKey: number): Promise<Prepared | string> {
    try {
      return await this.#prepare(await this.#options.cache.open(instanceKey))
    } catch (error) {
      if (error instanceof RewriteError || error instanceof DeidentificationError || isUnreadable(error))
        return error.code
      throw error
    }
  }

  async #prepare(object: StoredObject): Promise<Prepared | string> {
    // Not for media (PS3.5 §10.8): where its pixels are is known to the network it came over.
    if (hasPixelsElsewhere(object.TransferSyntaxUID)) return 'pixels-elsewhere'
    const TransferSyntaxUID = rewrittenSyntax(object.TransferSyntaxUID)
    const bytes = await this.#bytesOf(object, TransferSyntaxUID)
    const scan = new HeaderScan(TransferSyntaxUID)
    for await (const piece of bytes()) {
      this.#options.signal.throwIfAborted()
      scan.push(piece)
    }
    const result = scan.end()
    if (result.kind !== 'complete') throw new RewriteError('What was written cannot be read again')
    const { attributes, length } = result
    const [SOPClassUID, SOPInstanceUID] = [
      object.SOPClassUID,
      attributes.text('SOPInstanceUID') || object.SOPInstanceUID,
    ]
    return { attributes, length, TransferSyntaxUID, SOPClassUID, SOPInstanceUID, bytes }
  }

  /** Byte for byte where nothing is to change. */
  async #bytesOf(object: StoredObject, TransferSyntaxUID: string): Promise<() => AsyncIterable<Uint8Array>> {
    if (!this.#deidentifier && TransferSyntaxUID === object.TransferSyntaxUID) return () => wholeOf(object)
    const source = await parseSource(object)
    const rewriting = this.#deidentifier?.rewriting(source.attributes, source.TransferSyntaxUID) ?? unchanged
    return () => rewrite(source, rewriting)
  }

  async #write(prepared: Prepared, destination: Destination): Promise<void> {
    const { attributes, TransferSyntaxUID, SOPClassUID, SOPInstanceUID, length } = prepared
    const fileId = this.#fileIdOf(attributes)
    const head = part10Header({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID })
    const isCompressible = transferSyntaxes.get(TransferSyntaxUID)?.encapsulated !== true
    await destination.write(fileId, head.length + length, this.#counted(head, prepared), isCompressible)
    if (!usualSyntaxes.has(TransferSyntaxUID)) this.#unusual += 1
    this.#dicomdir.add({ fileId, attributes, SOPClassUID, SOPInstanceUID, TransferSyntaxUID })
  }

  async *#counted(head: Uint8Array, prepared: Prepared): AsyncGenerator<Uint8Array> {
    yield head
    for await (const piece of prepared.bytes()) {
      this.#options.signal.throwIfAborted()
      this.#options.onWritten(piece.length)
      yield piece
    }
  }
}

class NothingLeft extends Error {}

/** The object cannot be had from the cache; anything else that goes wrong is not the object's. */
const isUnreadable = (error: unknown): error is CacheError =>
  error instanceof CacheError && (error.code === 'object-damaged' || error.code === 'object-missing')

async function* pieceOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** What a folder says that cannot be written to, and a disk that went away or fails. */
const unreachable = new Set([
  'ENOENT',
  'ENOTDIR',
  'EIO',
  'ENODEV',
  'ENXIO',
  'ESTALE',
  'ENOTCONN',
  'EHOSTDOWN',
  'ETIMEDOUT',
])

/** `hasBegun`: something was written there before. */
function faultOf(error: unknown, hasBegun: boolean): ExportState['fault'] {
  if (error instanceof NothingLeft) return 'nothing-to-export'
  if (isUnreadable(error)) return 'object-lost'
  const { code = '' } = error as { code?: string }
  if (error instanceof DestinationExists || code === 'EEXIST') return 'exists'
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'disk-full'
  if (code === 'EFBIG') return 'file-too-large'
  if (unreachable.has(code)) return hasBegun ? 'gone' : 'not-writable'
  return ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'not-writable' : 'internal'
}
