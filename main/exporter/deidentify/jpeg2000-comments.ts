/** Comments in a JPEG 2000 codestream (ITU-T T.800 §A.9.2), in the headers of the whole and of each tile-part, and what is behind its end. */
import type { Overwriting } from '../writing/rewrite.ts'
import { blank, type ImageBytes } from './image-bytes.ts'

const START_OF_TILE_PART = 0xff90
const START_OF_DATA = 0xff93
const END_OF_CODESTREAM = 0xffd9
const COMMENT = 0xff64
/** The registration of a comment says whether it is text, and stays. */
const REGISTRATION_LENGTH = 2

/** Comments among the segments from `at` on; returns where another marker than that of a segment is. */
async function* commentsFrom(image: ImageBytes, from: number, end: number): AsyncGenerator<Overwriting, number> {
  let at = from
  while (at + 4 <= end) {
    const head = await image.read(at, 4)
    const marker = head.readUInt16BE(0)
    if (marker === START_OF_TILE_PART || marker === START_OF_DATA || marker >>> 8 !== 0xff) return at
    const next = at + 2 + head.readUInt16BE(2)
    if (marker === COMMENT) yield blank(at + 4 + REGISTRATION_LENGTH, Math.min(next, end))
    at = next
  }
  return at
}

/** What to overwrite in the codestream in `[start, end)` of the image. */
export async function* jpeg2000Patches(image: ImageBytes, start: number, end: number): AsyncGenerator<Overwriting> {
  let at = yield* commentsFrom(image, start + 2, end)
  while (at + 12 <= end) {
    const head = await image.read(at, 12)
    const marker = head.readUInt16BE(0)
    if (marker !== START_OF_TILE_PART) break
    yield* commentsFrom(image, at + 12, end)
    const length = head.readUInt32BE(6)
    // The last tile-part may go to the end without saying how long it is.
    if (length < 12) return
    at += length
  }
  const last = await image.read(at, 2)
  const isEnd = last.length === 2 && last.readUInt16BE(0) === END_OF_CODESTREAM
  if (isEnd) yield blank(at + 2, Math.min(end, image.endOfFragment(at + 2)))
}
