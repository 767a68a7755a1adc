/**
 * Reads a data set as it streams by (PS3.5 §7, Annex A): keeps the header, notes where the pixel data is, and finds out whether it ends where
 * it should. No length is trusted: what is kept is bounded, everything else is counted only.
 */
import { elements } from '../dicom/elements.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { asciiText, type DataSet } from './data-set.ts'
import { ElementParser, type ParserFault } from './element-parser.ts'
import { Inflate, InflateError } from './inflate.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'
import { pixelDataLayout } from './pixel-layout.ts'

/** A deflated data set may expand to this many bytes, and beyond that by so much: what it costs is bounded by what was sent. */
const MAX_FREE_EXPANSION = 64 * 1024 * 1024
const MAX_EXPANSION = 100

export interface HeaderScanOptions {
  /** Memory for kept values and elements; more elements than fit are left out and `attributes.complete` is false. Default 64 MiB. */
  maxBufferedBytes?: number
  /** What an earlier scan of the same bytes found: fragments of compressed pixel data are not looked at again. */
  pixelData?: PixelDataLayout | null
}

/** What a data set turned out to be. */
export type HeaderScanResult =
  | {
      kind: 'complete'
      attributes: DataSet
      pixelData: PixelDataLayout | null
      /** Bytes of the data set as stored. */
      length: number
      /** The transfer syntax it really is in, where it is not what was said (implicit sent as explicit VR and the reverse). */
      TransferSyntaxUID: string
    }
  /** It ends inside an element, or lengths of sequences and items do not fit into each other. */
  | { kind: 'cut'; detail: string }
  /** It is no data set that can be parsed. */
  | { kind: 'unreadable'; detail: string }

/** Scans one data set, without preamble and file meta information. */
export class HeaderScan {
  #parser: ElementParser
  #inflate: Inflate | undefined
  #fault: ParserFault | undefined
  #length = 0
  #inflatedLength = 0
  #TransferSyntaxUID: string
  #StudyInstanceUID: string | undefined
  readonly #knownPixelData: PixelDataLayout | null

  /** Unknown (private) transfer syntaxes are read as explicit VR little endian, the encoding of every compressed one (PS3.5 §10). */
  constructor(
    TransferSyntaxUID: string,
    { maxBufferedBytes = 64 * 1024 * 1024, pixelData = null }: HeaderScanOptions = {},
  ) {
    this.#knownPixelData = pixelData?.encapsulated ? pixelData : null
    const syntax = transferSyntaxes.get(TransferSyntaxUID)
    this.#TransferSyntaxUID = TransferSyntaxUID
    this.#parser = new ElementParser({
      implicit: syntax?.implicit ?? false,
      littleEndian: syntax?.littleEndian ?? true,
      maxBufferedBytes,
      knownFragments: this.#knownPixelData ?? undefined,
    })
    if (syntax?.deflated) this.#inflate = new Inflate((bytes) => this.#parseInflated(bytes))
  }

  /** The next bytes, in chunks of any size; they are valid only during the call. Never throws. */
  push(chunk: Uint8Array): void {
    this.#length += chunk.length
    if (this.#fault) return
    if (this.#inflate) this.#pushDeflated(this.#inflate, chunk)
    else this.#parse(chunk)
  }

  #pushDeflated(inflate: Inflate, chunk: Uint8Array): void {
    try {
      inflate.push(chunk)
    } catch (error) {
      if (!(error instanceof InflateError)) throw error
      this.#fault ??= { kind: 'unreadable', detail: `deflate: ${error.message}` }
    }
  }

  #parseInflated(bytes: Uint8Array): void {
    this.#inflatedLength += bytes.length
    if (this.#inflatedLength > MAX_FREE_EXPANSION + MAX_EXPANSION * this.#length) {
      throw new InflateError('expands more than any real object')
    }
    this.#parse(bytes)
  }

  #parse(bytes: Uint8Array): void {
    this.#fault ??= this.#parser.push(bytes)
  }

  /** Bytes that follow and need not be pushed: values that are only counted. Tell with {@link skip} how many were left out. */
  get skippable(): number {
    return this.#inflate || this.#fault ? 0 : this.#parser.skippable
  }

  /** Counts `length` bytes (at most {@link skippable}) without looking at them. */
  skip(length: number): void {
    this.#length += length
    this.#fault ??= this.#parser.skip(length)
  }

  /** Known as soon as its element has been read; undefined until then. */
  get StudyInstanceUID(): string | undefined {
    if (this.#StudyInstanceUID === undefined) {
      const bytes = this.#parser.root.elements.get(elements.StudyInstanceUID.tag)?.bytes
      if (bytes)
        this.#StudyInstanceUID = asciiText(bytes)
          .replace(/[\s\0]+$/, '')
          .trim()
    }
    return this.#StudyInstanceUID
  }

  /** No more bytes will come. */
  end(): HeaderScanResult {
    if (this.#fault) return this.#fault
    if (this.#inflate && this.#length > 0 && !this.#inflate.finished)
      return { kind: 'cut', detail: 'the deflated stream does not end' }
    const fault = this.#parser.end()
    if (fault) return fault
    const attributes = this.#parser.root
    return {
      kind: 'complete',
      attributes,
      pixelData: this.#knownPixelData ?? pixelDataLayout(attributes, this.#parser.fragments),
      length: this.#length,
      TransferSyntaxUID: this.#actualTransferSyntax(),
    }
  }

  #actualTransferSyntax(): string {
    const said = this.#TransferSyntaxUID
    const isPlain =
      said === TransferSyntaxUIDs.ImplicitVRLittleEndian || said === TransferSyntaxUIDs.ExplicitVRLittleEndian
    if (!isPlain) return said
    return this.#parser.implicit ? TransferSyntaxUIDs.ImplicitVRLittleEndian : TransferSyntaxUIDs.ExplicitVRLittleEndian
  }
}
