/**
 * Objects that tools store by STOW-RS, into the cache: each part of the message is identified by its first bytes, refused, or streamed
 * through the one door. What a part did not bring to its end is dropped.
 */
import { ArchiveError, identifyReceived, openReceived, readMultipart } from './archive/index.ts'
import type { Cache, IngestOutcome } from './cache/index.ts'
import { DimseStatus, isStorableTransferSyntax, isStorageSOPClass, isUID, StoreFailureReason } from './dicom/index.ts'
import type { BrokenMessage, StoreObjects, StoreResult } from './http/index.ts'
import { refusalAnswers } from './receiver/index.ts'

export interface StoreObjectsOptions {
  cache: Pick<Cache, 'ingest'>
  /** SOP classes that are taken beside those of the standard. */
  additionalSOPClassUIDs(): readonly string[]
  /** The cache broke its promise; told beside a failure. */
  onFault(error: unknown): void
}

interface Identifiers {
  SOPClassUID: string
  SOPInstanceUID: string
}
type Message = Parameters<StoreObjects>[0]
type Part = { headers: ReadonlyMap<string, string>; body: AsyncIterable<Uint8Array> }

const failed = (FailureReason: number, { SOPClassUID, SOPInstanceUID }: Identifiers): StoreResult => ({
  kind: 'failed',
  SOPClassUID,
  SOPInstanceUID,
  FailureReason,
})
const nameless: Identifiers = { SOPClassUID: '', SOPInstanceUID: '' }

const resultOf = (outcome: IngestOutcome, identifiers: Identifiers): StoreResult => {
  if (outcome.kind === 'refused') return failed(refusalAnswers[outcome.reason].status, identifiers)
  const { StudyInstanceUID, SeriesInstanceUID } = outcome
  return { kind: 'stored', ...identifiers, StudyInstanceUID, SeriesInstanceUID }
}

/** Bytes of the whole message, counted. Throws {@link ArchiveError} `too-large`. */
async function* bounded(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array, void> {
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > limit) throw new ArchiveError('too-large', `more than ${limit} bytes`)
    yield piece
  }
}

const isDicomPart = ({ headers }: Part): boolean => {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'application/dicom'
  return type === 'application/dicom' || type === 'application/octet-stream'
}

class MessageIntake {
  readonly #options: StoreObjectsOptions
  readonly #message: Message
  /** One for each part, in order; what they wait for is the disk. */
  readonly results: Promise<StoreResult>[] = []

  constructor(options: StoreObjectsOptions, message: Message) {
    this.#options = options
    this.#message = message
  }

  /** Takes one part. Throws what makes the rest of the message unreadable, having dropped what was written of the part. */
  async take(part: Part): Promise<void> {
    if (!isDicomPart(part)) return this.#tell(failed(DimseStatus.CannotUnderstand, nameless))
    try {
      await this.#takeFile(part.body)
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.fault !== 'nonsense') throw error
      this.#tell(failed(DimseStatus.CannotUnderstand, nameless))
    }
  }

  #tell(result: StoreResult): void {
    this.results.push(Promise.resolve(result))
  }

  /** Why an object is not begun; null when it may be. */
  #refusal(SOPClassUID: string, SOPInstanceUID: string, StudyInstanceUID: string, syntax: string): number | null {
    const wanted = this.#message.StudyInstanceUID
    if (!isUID(SOPInstanceUID) || !isUID(StudyInstanceUID)) return DimseStatus.DataSetDoesNotMatchSOPClass
    if (wanted !== null && wanted !== StudyInstanceUID) return DimseStatus.DataSetDoesNotMatchSOPClass
    const isKnown = isStorageSOPClass(SOPClassUID) || this.#options.additionalSOPClassUIDs().includes(SOPClassUID)
    if (!isKnown) return DimseStatus.SOPClassNotSupported
    return isStorableTransferSyntax(syntax) ? null : StoreFailureReason.TransferSyntaxNotSupported
  }

  async #takeFile(file: AsyncIterable<Uint8Array>): Promise<void> {
    const received = await openReceived(file)
    const { identifiers, bytes } = await identifyReceived(received)
    const SOPClassUID = identifiers.SOPClassUID || received.meta.SOPClassUID
    const SOPInstanceUID = identifiers.SOPInstanceUID || received.meta.SOPInstanceUID
    const { TransferSyntaxUID } = received
    const refusal = this.#refusal(SOPClassUID, SOPInstanceUID, identifiers.StudyInstanceUID, TransferSyntaxUID)
    if (refusal !== null) return this.#tell(failed(refusal, { SOPClassUID, SOPInstanceUID }))
    await this.#ingest({ SOPClassUID, SOPInstanceUID }, TransferSyntaxUID, bytes)
  }

  async #ingest(object: Identifiers, TransferSyntaxUID: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const peer = { AETitle: '', address: this.#message.remoteAddress }
    const writer = this.#options.cache.ingest({ origin: 'received', peer, ...object, TransferSyntaxUID })
    try {
      for await (const piece of bytes) await writer.write(piece)
    } catch (error) {
      writer.abort()
      const isTooLarge = error instanceof ArchiveError && error.fault === 'too-large'
      this.#tell(failed(isTooLarge ? DimseStatus.OutOfResources : DimseStatus.CannotUnderstand, object))
      throw error
    }
    const outcome = writer.end().catch((error: unknown): IngestOutcome => {
      this.#options.onFault(error)
      return { kind: 'refused', reason: 'storage-failed' }
    })
    this.results.push(outcome.then((ended) => resultOf(ended, object)))
  }
}

/** What is wrong with a message that could not be read on; errors that are none of the message's are thrown. */
const brokenBy = (error: unknown): BrokenMessage => {
  if (!(error instanceof ArchiveError)) throw error
  return error.fault === 'too-large' ? 'too-large' : 'malformed'
}

/** Takes the objects of STOW-RS messages into `options.cache`. */
export const createStoreObjects =
  (options: StoreObjectsOptions): StoreObjects =>
  async (message) => {
    const { boundary, limits } = message
    const intake = new MessageIntake(options, message)
    let broken: BrokenMessage | null = null
    try {
      const body = bounded(message.body, limits.bytes)
      for await (const part of readMultipart(body, boundary, limits)) await intake.take(part)
    } catch (error) {
      broken = brokenBy(error)
    }
    return { results: await Promise.all(intake.results), broken }
  }
