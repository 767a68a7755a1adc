/**
 * What a compressed data set becomes when its frames are decoded (PS3.5 §8.2, Annex A.4; PS3.3 §C.7.6.3): which bytes are frames, and what
 * goes around them. The instance stays the same one: its pixel values do not change.
 */
import { elements } from '../dicom/elements.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import type { VR } from '../dicom/vr.ts'
import type { DataSet } from './data-set.ts'
import { frameLength } from './frame-ranges.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'
import type { PixelFormat } from './pixel-format.ts'
import { numberOfFrames } from './pixel-layout.ts'
import { type DecodedPixels, type ElementChanges, elementHeaderIn, reEncode } from './re-encode.ts'

export interface Decompression {
  format: PixelFormat
  /** Bytes of each native frame: with all samples of each pixel, side by side. */
  frameLength: number
  /** Per frame, `[start, end)` of its fragments in the data set. */
  frames: readonly (readonly (readonly [start: number, end: number])[])[]
  /** Elements before the pixel data are bytes up to here; those behind begin at `tail`. */
  head: number
  tail: number
}

/** What native pixel data can say of its length. */
const MAX_LENGTH = 0xfffffffe
/** Of a tag and VR, and of the length, of pixel data in explicit VR. */
const PIXEL_HEADER = 12

const interpretations = new Set([
  'MONOCHROME1',
  'MONOCHROME2',
  'PALETTE COLOR',
  'RGB',
  'YBR_FULL',
  'YBR_FULL_422',
  'YBR_ICT',
  'YBR_RCT',
])

/** Overlays in unused bits of the pixels (retired): a codec need not have kept them. */
const hasEmbeddedOverlay = (attributes: DataSet): boolean =>
  [...attributes.elements.values()].some(
    ({ tag, bytes }) => tag >>> 24 === 0x60 && (tag & 0xffff) === 0x0102 && bytes?.some((byte) => byte !== 0),
  )

/** Codecs that keep every bit of the samples where it is. */
const keepsAllBits = (TransferSyntaxUID: string): boolean => {
  const codec = transferSyntaxes.get(TransferSyntaxUID)?.codec
  return codec === 'rle' || codec === 'none'
}

/** How the pixels of a data set or item are described; null for what cannot be decoded, or not without losing something. */
export function pixelFormatOf(attributes: DataSet, TransferSyntaxUID: string): PixelFormat | null {
  const BitsAllocated = attributes.number('BitsAllocated') ?? 0
  const BitsStored = attributes.number('BitsStored') ?? BitsAllocated
  const HighBit = attributes.number('HighBit') ?? BitsStored - 1
  const SamplesPerPixel = attributes.number('SamplesPerPixel') ?? 1
  const PhotometricInterpretation = attributes.text('PhotometricInterpretation')
  const isKnown = [8, 16, 32].includes(BitsAllocated) && [1, 3].includes(SamplesPerPixel)
  if (!isKnown || !interpretations.has(PhotometricInterpretation)) return null
  const hasOnlyPixels = HighBit === BitsStored - 1 && BitsStored <= BitsAllocated && !hasEmbeddedOverlay(attributes)
  if (!hasOnlyPixels && !keepsAllBits(TransferSyntaxUID)) return null
  return {
    TransferSyntaxUID,
    Rows: attributes.number('Rows') ?? 0,
    Columns: attributes.number('Columns') ?? 0,
    SamplesPerPixel,
    PhotometricInterpretation,
    PlanarConfiguration: attributes.number('PlanarConfiguration') ?? 0,
    BitsAllocated,
    BitsStored,
    HighBit,
    PixelRepresentation: attributes.number('PixelRepresentation') ?? 0,
    pixelValueType: 'integer',
  }
}

/** How a compressed data set is decompressed; null when it cannot be, or not without losing something. */
export function decompressionOf(
  attributes: DataSet,
  pixelData: PixelDataLayout | null,
  TransferSyntaxUID: string,
): Decompression | null {
  const syntax = transferSyntaxes.get(TransferSyntaxUID)
  if (!syntax?.encapsulated || !syntax.displayable || !attributes.complete) return null
  if (pixelData?.keyword !== 'PixelData' || !pixelData.encapsulated || !pixelData.frames) return null
  const NumberOfFrames = numberOfFrames(attributes)
  const format = pixelFormatOf(attributes, TransferSyntaxUID)
  if (!format || pixelData.frames.length !== NumberOfFrames) return null
  const length = syntax.codec === 'none' ? frameLength({ ...format, NumberOfFrames }) : decodedLength(format)
  if (!length || !Number.isInteger(length) || length * NumberOfFrames > MAX_LENGTH) return null
  return {
    format,
    frameLength: length,
    frames: pixelData.frames.map((fragments) => fragments.map(([offset, size]) => [offset, offset + size] as const)),
    head: pixelData.offset - PIXEL_HEADER,
    tail: pixelData.offset + pixelData.length,
  }
}

/** Bytes of a native frame. */
export const decodedLength = ({ Rows, Columns, SamplesPerPixel, BitsAllocated }: PixelFormat): number =>
  (Rows * Columns * SamplesPerPixel * BitsAllocated) / 8

const text = (value: string): { VR: VR; value: Uint8Array } => ({
  VR: 'CS',
  value: new TextEncoder().encode(value.length % 2 === 0 ? value : `${value} `),
})

/** What changes with the pixels: what they mean now, and the tables of fragments that are no more. */
function changesBy({ format }: Decompression, decodedInterpretation: string, attributes: DataSet): ElementChanges {
  const { TransferSyntaxUID, PhotometricInterpretation, SamplesPerPixel } = format
  const syntax = transferSyntaxes.get(TransferSyntaxUID)
  const changes = new Map<number, { VR: VR; value: Uint8Array } | null>([
    [elements.ExtendedOffsetTable.tag, null],
    [elements.ExtendedOffsetTableLengths.tag, null],
    [elements.EncapsulatedPixelDataValueTotalLength.tag, null],
  ])
  if (decodedInterpretation !== PhotometricInterpretation) {
    changes.set(elements.PhotometricInterpretation.tag, text(decodedInterpretation))
  }
  if (SamplesPerPixel > 1 && syntax?.codec !== 'none') {
    changes.set(elements.PlanarConfiguration.tag, { VR: 'US', value: Uint8Array.of(0, 0) })
  }
  // What was lost stays lost, also where only the transfer syntax told so (PS3.3 §C.7.6.1.1.5).
  const isSaid = attributes.text('LossyImageCompression')
  if (syntax?.lossy && (isSaid === '' || (syntax.codec === 'jpeg' && isSaid !== '01'))) {
    changes.set(elements.LossyImageCompression.tag, text('01'))
  }
  return changes
}

/** Bytes around the pixel data, with what becomes of compressed pixels in their items. */
export interface Surroundings {
  bytes: Uint8Array
  decoded: DecodedPixels
}

/** Everything up to the first native frame: `head` is what stands before the pixel data. Throws {@link ReEncodeError}. */
export function decompressedHead(
  decompression: Decompression,
  head: Surroundings,
  attributes: DataSet,
  decodedInterpretation: string,
  TransferSyntaxUID: string,
): Uint8Array[] {
  const { format, frameLength: length, frames } = decompression
  const changes = changesBy(decompression, decodedInterpretation, attributes)
  const total = length * frames.length
  const VR = format.BitsAllocated > 8 ? 'OW' : 'OB'
  return [
    // Whatever is compressed is in explicit VR little endian (PS3.5 §A.4).
    ...reEncode(head.bytes, TransferSyntaxUIDs.ExplicitVRLittleEndian, TransferSyntaxUID, changes, head.decoded),
    elementHeaderIn(TransferSyntaxUID, elements.PixelData.tag, VR, total + (total % 2)),
  ]
}

/** Everything behind the last native frame: `tail` is what stands behind the pixel data. Throws {@link ReEncodeError}. */
export function decompressedTail(
  { frameLength: length, frames }: Decompression,
  tail: Surroundings,
  TransferSyntaxUID: string,
): Uint8Array[] {
  const padding = new Uint8Array((length * frames.length) % 2)
  const { ExplicitVRLittleEndian } = TransferSyntaxUIDs
  return [padding, ...reEncode(tail.bytes, ExplicitVRLittleEndian, TransferSyntaxUID, undefined, tail.decoded)]
}
