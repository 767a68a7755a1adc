/**
 * Objects that tools store by STOW-RS, into the cache: each part of the message is identified by its first bytes, refused, or streamed
 * through the one door. What a part did not bring to its end is dropped.
 */
import { ArchiveError, identifyReceived, openReceived, readMultipart } from './archive/index.ts'
import type { Cache, IngestOutcome, RefusalReason } from './cache/index.ts'
import { DimseStatus, isStorableTransferSyntax, isStorageSOPClass, isUID, StoreFailureReason } from './dicom/index.ts'
import type { BrokenMessage, StoreObjects, StoreResult } from './http/index.ts'
import { type Delivery, type DeliverySource, refusalAnswers } from './receiver/index.ts'

export interface StoreObjectsOptions {
  cache: Pick<Cache, 'ingest'>
  /** SOP classes that are taken beside those of the standard. */
  additionalSOPClassUIDs(): readonly string[]
  /** Counts what comes in a message, for the receiver's history. */
  begin(from: DeliverySource): Delivery
  /** The cache broke its promise; told beside a failure. */
  onFault(error: unknown): void
}

interface Identifiers {
  SOPClassUID: string
  SOPInstanceUID: string
}
type Message = Parameters<StoreObjects>[0]
type Part = { headers: ReadonlyMap<string, string>; body: AsyncIterable<Uint8Array> }

/** Why a part is not begun, by the words of the history. */
type PartRefusal =
  | Extract<RefusalReason, 'missing-identifiers' | 'unreadable-data-set' | 'cut-data-set' | 'too-large'>
  | 'not-dicom'
  | 'study-of-another-address'
  | 'unknown-sop-class'
  | 'unknown-transfer-syntax'
const partRefusals: Record<PartRefusal, number> = {
  'missing-identifiers': refusalAnswers['missing-identifiers'].status,
  'unreadable-data-set': refusalAnswers['unreadable-data-set'].status,
  'cut-data-set': refusalAnswers['cut-data-set'].status,
  'too-large': refusalAnswers['too-large'].status,
  'not-dicom': DimseStatus.CannotUnderstand,
  'study-of-another-address': DimseStatus.DataSetDoesNotMatchSOPClass,
  'unknown-sop-class': DimseStatus.SOPClassNotSupported,
  'unknown-transfer-syntax': StoreFailureReason.TransferSyntaxNotSupported,
}

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

const cutBy = (error: unknown): 'too-large' | 'cut-data-set' =>
  error instanceof ArchiveError && error.fault === 'too-large' ? 'too-large' : 'cut-data-set'

class MessageIntake {
  readonly #options: StoreObjectsOptions
  readonly #message: Message
  readonly #delivery: Delivery
  /** One for each part, in order; what they wait for is the disk. */
  readonly results: Promise<StoreResult>[] = []

  constructor(options: StoreObjectsOptions, message: Message, delivery: Delivery) {
    this.#options = options
    this.#message = message
    this.#delivery = delivery
  }

  /** Takes one part. Throws what makes the rest of the message unreadable, having dropped what was written of the part. */
  async take(part: Part): Promise<void> {
    if (!isDicomPart(part)) return this.#refuse('not-dicom', nameless)
    try {
      await this.#takeFile(part.body)
    } catch (error) {
      if (!(error instanceof ArchiveError) || error.fault !== 'nonsense') throw error
      this.#refuse('unreadable-data-set', nameless)
    }
  }

  #refuse(reason: PartRefusal, object: Identifiers): void {
    this.#delivery.countRefused(reason)
    this.results.push(Promise.resolve(failed(partRefusals[reason], object)))
  }

  /** Why an object is not begun; null when it may be. */
  #refusal({ SOPClassUID, SOPInstanceUID }: Identifiers, StudyInstanceUID: string, syntax: string): PartRefusal | null {
    const wanted = this.#message.StudyInstanceUID
    if (!isUID(SOPInstanceUID) || !isUID(StudyInstanceUID)) return 'missing-identifiers'
    if (wanted !== null && wanted !== StudyInstanceUID) return 'study-of-another-address'
    const isKnown = isStorageSOPClass(SOPClassUID) || this.#options.additionalSOPClassUIDs().includes(SOPClassUID)
    if (!isKnown) return 'unknown-sop-class'
    return isStorableTransferSyntax(syntax) ? null : 'unknown-transfer-syntax'
  }

  async #identify(file: AsyncIterable<Uint8Array>) {
    try {
      const received = await openReceived(file)
      return { received, ...(await identifyReceived(received)) }
    } catch (error) {
      const isNonsense = error instanceof ArchiveError && error.fault === 'nonsense'
      // It has no name yet by which the response could tell of it.
      if (!isNonsense) this.#delivery.countRefused(cutBy(error))
      throw error
    }
  }

  async #takeFile(file: AsyncIterable<Uint8Array>): Promise<void> {
    const { received, identifiers, bytes } = await this.#identify(file)
    const object = {
      SOPClassUID: identifiers.SOPClassUID || received.meta.SOPClassUID,
      SOPInstanceUID: identifiers.SOPInstanceUID || received.meta.SOPInstanceUID,
    }
    const refusal = this.#refusal(object, identifiers.StudyInstanceUID, received.TransferSyntaxUID)
    if (refusal !== null) return this.#refuse(refusal, object)
    await this.#ingest(object, received.TransferSyntaxUID, bytes)
  }

  async #ingest(object: Identifiers, TransferSyntaxUID: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const { client, remoteAddress } = this.#message
    const peer = { AETitle: client, address: remoteAddress }
    const writer = this.#options.cache.ingest({ origin: 'received', peer, ...object, TransferSyntaxUID })
    try {
      for await (const piece of bytes) await writer.write(piece)
    } catch (error) {
      writer.abort()
      this.#refuse(cutBy(error), object)
      throw error
    }
    const outcome = writer.end().catch((error: unknown): IngestOutcome => {
      this.#options.onFault(error)
      return { kind: 'refused', reason: 'storage-failed' }
    })
    this.results.push(
      outcome.then((ended) => {
        this.#delivery.count(ended)
        return resultOf(ended, object)
      }),
    )
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
    const { boundary, limits, client, remoteAddress } = message
    const delivery = options.begin({ name: client, remoteAddress })
    const intake = new MessageIntake(options, message, delivery)
    let broken: BrokenMessage | null = null
    let isEnded = false
    try {
      try {
        const body = bounded(message.body, limits.bytes)
        for await (const part of readMultipart(body, boundary, limits)) await intake.take(part)
      } catch (error) {
        broken = brokenBy(error)
      }
      const results = await Promise.all(intake.results)
      isEnded = true
      return { results, broken }
    } finally {
      delivery.end(broken ? 'protocol-error' : isEnded ? 'completed' : 'aborted')
    }
  }
