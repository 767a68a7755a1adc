/** Stored objects in other uncompressed transfer syntaxes, for receivers that take nothing else (PS3.5 §10, Annex A). */
import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { StoredObject } from '../../cache/cache.ts'
import { isReEncodable, reEncode, uncompressedSyntaxes } from '../../dataset/index.ts'
import { TransferSyntaxUIDs } from '../../dicom/index.ts'
import type { ObjectToSend } from '../../dimse/index.ts'
import { decompressed, decompressedSyntaxes, type FrameDecoder, isDecompressible } from './decompressed.ts'
import { wholeFirst } from './whole-first.ts'

const inflate = promisify(inflateRaw)
const deflate = promisify(deflateRaw)
const { DeflatedExplicitVRLittleEndian } = TransferSyntaxUIDs

/** Bytes of an object that is encoded anew, inflated: it is whole in memory meanwhile. */
const MAX_LENGTH = 512 * 1024 * 1024
/** Bytes that are gathered before they go out. */
const GATHERED_LENGTH = 256 * 1024

async function* encodedAs(object: StoredObject, TransferSyntaxUID: string): AsyncGenerator<Uint8Array> {
  const stored = await object.read(0, object.length)
  const isDeflated = object.TransferSyntaxUID === DeflatedExplicitVRLittleEndian
  const source = isDeflated ? await inflate(stored, { maxOutputLength: MAX_LENGTH }) : stored
  const pieces = reEncode(source, object.TransferSyntaxUID, TransferSyntaxUID)
  if (TransferSyntaxUID === DeflatedExplicitVRLittleEndian) {
    const deflated = await deflate(Buffer.concat(pieces))
    // A data set of odd length is padded behind the stream (PS3.5 §A.5).
    yield deflated.length % 2 === 0 ? deflated : Buffer.concat([deflated, Buffer.alloc(1)])
  } else yield* gathered(pieces)
}

/** Headers and small values together, so that not each becomes a fragment of its own. */
function* gathered(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = []
  let length = 0
  for (const piece of pieces) {
    if (length + piece.length > GATHERED_LENGTH && length > 0) {
      yield Buffer.concat(small)
      small = []
      length = 0
    }
    small.push(piece)
    length += piece.length
  }
  if (length > 0) yield Buffer.concat(small)
}

/** The forms of an object to fall back on: what is compressed needs a `decoder`. */
export function otherEncodings(
  object: StoredObject,
  decoder: FrameDecoder | null,
): NonNullable<ObjectToSend['otherwise']> {
  if (decoder && isDecompressible(object.TransferSyntaxUID)) {
    return decompressedSyntaxes.map((TransferSyntaxUID) => ({
      TransferSyntaxUID,
      dataSet: () => wholeFirst(() => decompressed(object, decoder, TransferSyntaxUID)),
    }))
  }
  if (!isReEncodable(object.TransferSyntaxUID) || object.length > MAX_LENGTH) return []
  return uncompressedSyntaxes
    .filter((UID) => UID !== object.TransferSyntaxUID)
    .map((TransferSyntaxUID) => ({ TransferSyntaxUID, dataSet: () => encodedAs(object, TransferSyntaxUID) }))
}
