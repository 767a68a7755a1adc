/**
 * WADO-RS frames and the bulk data of pixels (PS3.18 §10.4.1.1.4, §8.7.3.3): stored bytes, in the media type of their encoding, or decoded
 * for who takes nothing else.
 */
import type { StoredObject } from '../../cache/cache.ts'
import { decompressionOf } from '../../dataset/index.ts'
import { transferSyntaxes } from '../../dicom/index.ts'
import type { PixelService } from '../../pixels/index.ts'
import type { Frame, FrameReader } from '../pixels/frame-reader.ts'
import { dataSetOf } from '../stored-attributes.ts'
import { type MediaRange, rangeTakesParts } from './accept.ts'
import { type Multipart, multipart, type Part } from './multipart.ts'
import { WebError } from './web-error.ts'

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1'

/** Media type of a compressed frame, by codec (PS3.18 Table 8.7.3-5). */
const mediaTypes: Partial<Record<string, string>> = {
  rle: 'image/dicom-rle',
  jpeg: 'image/jpeg',
  'jpeg-lossless': 'image/jpeg',
  'jpeg-ls': 'image/jls',
  'jpeg-2000': 'image/jp2',
  htj2k: 'image/jphc',
  'jpeg-xl': 'image/jxl',
}

/** Media type and transfer syntax in which an object's frames can be had. */
export interface FrameEncoding {
  type: string
  TransferSyntaxUID: string
  /** Otherwise as stored. */
  isDecoded: boolean
}

const OCTETS = 'application/octet-stream'

const isPart2 = (uid: string): boolean => uid === '1.2.840.10008.1.2.4.92' || uid === '1.2.840.10008.1.2.4.93'

function storedEncoding(object: StoredObject): FrameEncoding {
  const UID = object.TransferSyntaxUID
  const { codec, encapsulated } = transferSyntaxes.get(UID) ?? { codec: 'other', encapsulated: true }
  if (codec === 'none' || !encapsulated) {
    return { type: OCTETS, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, isDecoded: false }
  }
  const type = isPart2(UID) ? 'image/jpx' : (mediaTypes[codec] ?? OCTETS)
  return { type, TransferSyntaxUID: UID, isDecoded: false }
}

/**
 * How the frames of `object` go out to a client that accepts `ranges`: compressed ones in their own media type, or as octets to a client
 * that takes octets of any syntax; decoded, where that is possible, to one that takes octets of no other. Throws {@link WebError} 406.
 */
export function chooseFrameEncoding(object: StoredObject, ranges: MediaRange[], canDecode: boolean): FrameEncoding {
  const stored = storedEncoding(object)
  const isDecodable = canDecode && (transferSyntaxes.get(object.TransferSyntaxUID)?.displayable ?? false)
  for (const range of ranges) {
    const syntax = range.parameters['transfer-syntax']
    const takesSyntax = syntax === undefined || syntax === '*' || syntax === stored.TransferSyntaxUID
    if (takesSyntax && rangeTakesParts(range, stored.type)) return stored
    if (!rangeTakesParts(range, OCTETS)) continue
    if (takesSyntax && syntax !== undefined) return { ...stored, type: OCTETS }
    // Octets without a named syntax mean decoded pixels (PS3.18 §8.7.3.3.1).
    const takesDecoded = syntax === undefined || syntax === EXPLICIT_LITTLE_ENDIAN
    if (takesDecoded && isDecodable) {
      return { type: OCTETS, TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN, isDecoded: true }
    }
  }
  throw new WebError(406, 'not-acceptable')
}

/** The frame numbers of an address, from 1; throws {@link WebError} 400. */
export function parseFrameList(text: string): number[] {
  const numbers = text.split(',')
  if (numbers.length > 10_000 || !numbers.every((number) => /^[1-9]\d{0,8}$/.test(number))) {
    throw new WebError(400, 'bad-frame-list')
  }
  return numbers.map(Number)
}

/** The bytes of a frame that was read; throws {@link WebError} when it cannot be had. */
export function bytesOf(frame: Frame | undefined): Uint8Array {
  if (frame && frame.kind !== 'not-available') return frame.bytes
  const isDamaged = frame?.reason === 'object-damaged' || frame?.reason === 'object-missing'
  throw isDamaged ? new WebError(500, frame.reason) : new WebError(404, 'no-such-frame')
}

/** Reads a frame, from 1, as it goes out; throws {@link WebError} when it cannot be had. */
export type ReadFrameBytes = (frame: number) => Promise<Uint8Array>

/**
 * Reads the frames of `object`, with a `decoder` decoded: 406 for what cannot be, or not without changing what the metadata say of the
 * colours.
 */
export function frameBytes(
  object: StoredObject,
  read: FrameReader,
  decoder: Pick<PixelService, 'decode'> | null,
): ReadFrameBytes {
  const stored = async (frame: number) => bytesOf((await read(object.instanceKey, frame - 1, 1))[0])
  if (!decoder) return stored
  const notDecoded = () => new WebError(406, 'cannot-be-decoded')
  let how: Promise<ReturnType<typeof decompressionOf>> | null = null
  return async (frame) => {
    how ??= dataSetOf(object).then((data) => decompressionOf(data, object.pixelData, object.TransferSyntaxUID))
    const format = await how
    if (!format) throw notDecoded()
    const native = await decoder.decode(format.format, await stored(frame))
    const isSame = native?.PhotometricInterpretation === format.format.PhotometricInterpretation
    if (!native || !isSame || native.bytes.length < format.frameLength) throw notDecoded()
    return native.bytes.subarray(0, format.frameLength)
  }
}

/** The message with the wanted frames; the first is read before it resolves, so that a missing frame is answered by its status. */
export async function frameParts(
  frames: number[],
  encoding: FrameEncoding,
  readOne: ReadFrameBytes,
  location: (frame: number) => string,
): Promise<Multipart> {
  const contentType = `${encoding.type}; transfer-syntax=${encoding.TransferSyntaxUID}`
  const [firstNumber = 1] = frames
  const first = await readOne(firstNumber)
  const partOf = (frame: number, bytes: Uint8Array): Part => ({
    headers: { 'Content-Type': contentType, 'Content-Location': location(frame) },
    length: bytes.length,
    body: [bytes],
  })
  // The length of one alone is not told before: Cornerstone would stop reading there, which costs the connection.
  async function* parts(): AsyncGenerator<Part, void> {
    for (const [index, frame] of frames.entries()) yield partOf(frame, index === 0 ? first : await readOne(frame))
  }
  return multipart(encoding.type, parts())
}
