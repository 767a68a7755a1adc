/**
 * A compressed stored object as an uncompressed data set, for receivers that take nothing else: frame by frame, so that no more than one is
 * in memory.
 */
import type { StoredObject } from '../../cache/cache.ts'
import {
  type DataSet,
  type Decompression,
  decompressedHead,
  decompressedTail,
  decompressionOf,
  type Surroundings,
  scanStored,
} from '../../dataset/index.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../../dicom/index.ts'
import type { PixelService } from '../../pixels/index.ts'
import { decodeIcons } from './decode-icons.ts'

/** What decodes frames. */
export type FrameDecoder = Pick<PixelService, 'decode'>

/** Why an object could not be decompressed; no patient data. */
export class DecompressError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DecompressError'
  }
}

/** What compressed objects become. */
export const decompressedSyntaxes = [
  TransferSyntaxUIDs.ExplicitVRLittleEndian,
  TransferSyntaxUIDs.ImplicitVRLittleEndian,
] as const

/** Whether objects in this transfer syntax can be decompressed, if nothing about them is odd. */
export const isDecompressible = (TransferSyntaxUID: string): boolean => {
  const { encapsulated = false, displayable = false } = transferSyntaxes.get(TransferSyntaxUID) ?? {}
  return encapsulated && displayable
}

/** Bytes around the pixel data: they are whole in memory. */
const MAX_AROUND = 64 * 1024 * 1024
/** Bytes of a compressed frame. */
const MAX_FRAME = 512 * 1024 * 1024

async function readFrame(object: StoredObject, { frames }: Decompression, frame: number): Promise<Uint8Array> {
  const ranges = frames[frame] ?? []
  const length = ranges.reduce((sum, [start, end]) => sum + end - start, 0)
  if (length > MAX_FRAME) throw new DecompressError('a frame is too large')
  const parts: Uint8Array[] = []
  for (const [start, end] of ranges) parts.push(await object.read(start, end))
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

async function decodeFrame(object: StoredObject, how: Decompression, decoder: FrameDecoder, frame: number) {
  const native = await decoder.decode(how.format, await readFrame(object, how, frame))
  if (!native) throw new DecompressError('a frame cannot be decoded')
  // Fragments are of even length (PS3.5 §A.4).
  if (native.bytes.length < how.frameLength || native.bytes.length > how.frameLength + 1) {
    throw new DecompressError('a frame has another size than it should')
  }
  return { ...native, bytes: native.bytes.subarray(0, how.frameLength) }
}

async function surroundings(
  object: StoredObject,
  [start, end]: readonly [number, number],
  attributes: DataSet,
  decoder: FrameDecoder,
): Promise<Surroundings> {
  // Descriptions of icons change in place, and what was read may be the cache's own.
  const bytes = (await object.read(start, end)).slice()
  const decoded = await decodeIcons(bytes, start, attributes, object.TransferSyntaxUID, decoder)
  if (!decoded) throw new DecompressError('an icon cannot be decoded')
  return { bytes, decoded }
}

/** The pieces of a compressed object in an uncompressed transfer syntax. Throws {@link DecompressError}, `ReEncodeError` and the cache's errors. */
export async function* decompressed(
  object: StoredObject,
  decoder: FrameDecoder,
  TransferSyntaxUID: string,
): AsyncGenerator<Uint8Array> {
  const scan = await scanStored(object)
  const how =
    scan.kind === 'complete' ? decompressionOf(scan.attributes, scan.pixelData, object.TransferSyntaxUID) : null
  if (scan.kind !== 'complete' || !how) throw new DecompressError('it cannot be decompressed')
  if (how.head + object.length - how.tail > MAX_AROUND) throw new DecompressError('its header is too large')
  const first = await decodeFrame(object, how, decoder, 0)
  const head = await surroundings(object, [0, how.head], scan.attributes, decoder)
  const { PhotometricInterpretation } = first
  yield Buffer.concat(decompressedHead(how, head, scan.attributes, PhotometricInterpretation, TransferSyntaxUID))
  yield first.bytes
  for (let frame = 1; frame < how.frames.length; frame += 1) {
    const native = await decodeFrame(object, how, decoder, frame)
    if (native.PhotometricInterpretation !== PhotometricInterpretation) {
      throw new DecompressError('its frames are of several kinds')
    }
    yield native.bytes
  }
  const rest = await surroundings(object, [how.tail, object.length], scan.attributes, decoder)
  const tail = Buffer.concat(decompressedTail(how, rest, TransferSyntaxUID))
  if (tail.length > 0) yield tail
}
