/** WADO-RS frames and the bulk data of pixels (PS3.18 §10.4.1.1.4, §8.7.3.3): stored bytes, in the media type of their encoding. */
import type { StoredObject } from '../../cache/cache.ts'
import { transferSyntaxes } from '../../dicom/index.ts'
import type { Frame, FrameReader } from '../pixels/frame-reader.ts'
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

/** Media type and transfer syntax in which an object's frames can be had, as stored. */
export interface FrameEncoding {
  type: string
  TransferSyntaxUID: string
}

const isPart2 = (uid: string): boolean => uid === '1.2.840.10008.1.2.4.92' || uid === '1.2.840.10008.1.2.4.93'

function storedEncoding(object: StoredObject): FrameEncoding {
  const UID = object.TransferSyntaxUID
  const { codec, encapsulated } = transferSyntaxes.get(UID) ?? { codec: 'other', encapsulated: true }
  if (codec === 'none' || !encapsulated)
    return { type: 'application/octet-stream', TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN }
  const type = isPart2(UID) ? 'image/jpx' : (mediaTypes[codec] ?? 'application/octet-stream')
  return { type, TransferSyntaxUID: UID }
}

/**
 * How the frames of `object` go out to a client that accepts `ranges`: compressed ones in their own media type, or as octets to a client
 * that takes octets of any syntax. Throws {@link WebError} 406: nothing is transcoded here.
 */
export function chooseFrameEncoding(object: StoredObject, ranges: MediaRange[]): FrameEncoding {
  const stored = storedEncoding(object)
  for (const range of ranges) {
    const syntax = range.parameters['transfer-syntax']
    const takesSyntax = syntax === undefined || syntax === '*' || syntax === stored.TransferSyntaxUID
    if (takesSyntax && rangeTakesParts(range, stored.type)) return stored
    // Octets without a named syntax mean decoded pixels (PS3.18 §8.7.3.3.2).
    if (takesSyntax && syntax !== undefined && rangeTakesParts(range, 'application/octet-stream')) {
      return { ...stored, type: 'application/octet-stream' }
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

/** The message with the wanted frames; the first is read before it resolves, so that a missing frame is answered by its status. */
export async function frameParts(
  object: StoredObject,
  frames: number[],
  encoding: FrameEncoding,
  read: FrameReader,
  location: (frame: number) => string,
): Promise<Multipart> {
  const readOne = async (frame: number) => bytesOf((await read(object.instanceKey, frame - 1, 1))[0])
  const contentType = `${encoding.type}; transfer-syntax=${encoding.TransferSyntaxUID}`
  const [firstNumber = 1] = frames
  const first = await readOne(firstNumber)
  async function* parts(): AsyncGenerator<Part, void> {
    for (const [index, frame] of frames.entries()) {
      const bytes = index === 0 ? first : await readOne(frame)
      yield { headers: { 'Content-Type': contentType, 'Content-Location': location(frame) }, body: [bytes] }
    }
  }
  return multipart(encoding.type, parts())
}
