/** Takes one DICOM file into the cache as it streams in (PS3.10 §7.1). */
import type { Cache, IngestOutcome, IngestWriter } from '../cache/cache.ts'
import type { ImportOutcome } from '../contract/importer.ts'
import { ElementParser } from '../dataset/element-parser.ts'
import { type Part10Head, parsePart10 } from '../dataset/index.ts'
import { transferSyntaxes } from '../dicom/transfer-syntaxes.ts'

/** Bytes of a file that are looked at before it is taken for something else than DICOM. */
const MAX_HEAD = 1024 * 1024
/** Bytes of the head that are enough to recognise a file. */
const ENOUGH = 64 * 1024

const refused = (reason: string): ImportOutcome => ({ outcome: 'refused', reason })

interface Identifiers {
  SOPClassUID: string
  SOPInstanceUID: string
}

/**
 * What the object is called: as its first elements say, because file meta information made by other programs is often wrong; of a
 * deflated data set, as the meta information says.
 */
function identifiersOf(head: Extract<Part10Head, { dataSetOffset: number }>, dataSet: Uint8Array): Identifiers {
  const { deflated = false, implicit = false, littleEndian = true } = transferSyntaxes.get(head.TransferSyntaxUID) ?? {}
  const parser = new ElementParser({ implicit, littleEndian, maxBufferedBytes: MAX_HEAD })
  if (!deflated) parser.push(dataSet)
  const meta = head.kind === 'part-10' ? head.meta : null
  return {
    SOPClassUID: parser.root.text('SOPClassUID') || meta?.text('MediaStorageSOPClassUID') || '',
    SOPInstanceUID: parser.root.text('SOPInstanceUID') || meta?.text('MediaStorageSOPInstanceUID') || '',
  }
}

const outcomeOf = (outcome: IngestOutcome): ImportOutcome =>
  outcome.kind === 'refused' ? refused(outcome.reason) : { outcome: outcome.kind }

/** One file on its way: gathers its head, then hands everything after it to the cache. */
class FileImport {
  readonly #cache: Pick<Cache, 'ingest'>
  #gathered: Buffer = Buffer.alloc(0)
  #writer: IngestWriter | null = null

  constructor(cache: Pick<Cache, 'ingest'>) {
    this.#cache = cache
  }

  /** Takes the next bytes; false when the file is none of DICOM. */
  async take(piece: Uint8Array): Promise<boolean> {
    if (this.#writer) await this.#writer.write(piece)
    else this.#gathered = Buffer.concat([this.#gathered, piece])
    return this.#writer !== null || this.#recognise(false)
  }

  /** No more bytes will come. */
  async end(): Promise<ImportOutcome> {
    if (!this.#writer && !this.#recognise(true)) return refused('not-dicom')
    return this.#writer ? outcomeOf(await this.#writer.end()) : refused('not-dicom')
  }

  abort(): void {
    this.#writer?.abort()
  }

  /** Starts writing once enough is known; false when it is no DICOM file. */
  #recognise(isAll: boolean): boolean {
    const head = parsePart10(this.#gathered)
    const enough = head.kind === 'incomplete' ? MAX_HEAD : ENOUGH
    if (!isAll && this.#gathered.length < enough) return true
    if (head.kind === 'not-dicom' || head.kind === 'incomplete') return false
    const dataSet = this.#gathered.subarray(head.dataSetOffset)
    this.#writer = this.#cache.ingest({
      origin: 'imported',
      peer: { AETitle: '', address: '' },
      ...identifiersOf(head, dataSet),
      TransferSyntaxUID: head.TransferSyntaxUID,
    })
    this.#writer.write(dataSet)
    return true
  }
}

/** Imports one file from its bytes; what is no DICOM file is refused with `not-dicom`. */
export async function importFile(
  cache: Pick<Cache, 'ingest'>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ImportOutcome> {
  const file = new FileImport(cache)
  try {
    for await (const piece of bytes) if (!(await file.take(piece))) return refused('not-dicom')
  } catch (error) {
    file.abort()
    throw error
  }
  return file.end()
}
