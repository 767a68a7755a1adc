/** Stored objects as the storage SCU takes them. */
import type { StoredObject } from '../../cache/cache.ts'
import type { ObjectToSend } from '../../dimse/index.ts'
import type { FrameDecoder } from './decompressed.ts'
import { otherEncodings } from './other-encodings.ts'
import { wholeFirst } from './whole-first.ts'

/** Bytes read at once. */
const PIECE_LENGTH = 1_048_576

async function* piecesOf(object: StoredObject): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < object.length; at += PIECE_LENGTH) {
    yield await object.read(at, Math.min(at + PIECE_LENGTH, object.length))
  }
}

/**
 * A stored object to be sent: its bytes as they are kept, and, for who takes nothing else, encoded otherwise, or decompressed where there
 * is a `decoder`.
 */
export const toSend = (object: StoredObject, decoder: FrameDecoder | null): ObjectToSend => ({
  SOPClassUID: object.SOPClassUID,
  SOPInstanceUID: object.SOPInstanceUID,
  TransferSyntaxUID: object.TransferSyntaxUID,
  dataSet: () => wholeFirst(() => piecesOf(object)),
  otherwise: otherEncodings(object, decoder),
})
