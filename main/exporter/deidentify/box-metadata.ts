/**
 * Boxes with which MP4, JP2 and JPEG XL say who made something, where and when (ISO/IEC 14496-12, 15444-1 Annex I, 18181-2): they become free
 * space of the same length.
 */
import type { Overwriting } from '../writing/rewrite.ts'
import { blank, type ImageBytes } from './image-bytes.ts'
import { jpeg2000Patches } from './jpeg2000-comments.ts'

/** The index of a film that is read as a whole. */
const MAX_MOVIE_HEADER = 64 * 1024 * 1024
/** Boxes that hold others in which something is looked for; of people; and with the times of their making. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'moof', 'traf'])
const PERSONAL = new Set(['udta', 'meta', 'uuid', 'uinf', 'xml ', 'Exif', 'jumb', 'brob', 'jbrd'])
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd'])

const freed = (at: number, content: number, end: number): Overwriting[] => [
  { start: at + 4, bytes: Buffer.from('free') },
  blank(content, end),
]

function* boxPatches(movie: Buffer, start: number, end: number, offset: number): Generator<Overwriting> {
  for (let at = start; at + 8 <= end; ) {
    const length = movie.readUInt32BE(at) || end - at
    if (length < 8 || at + length > end) return
    const type = movie.toString('latin1', at + 4, at + 8)
    if (PERSONAL.has(type)) yield* freed(offset + at, offset + at + 8, offset + at + length)
    // Version and flags, then two times of four or eight bytes.
    if (TIMED.has(type) && length >= 32)
      yield blank(offset + at + 12, offset + at + 12 + (movie[at + 8] === 1 ? 16 : 8))
    if (CONTAINERS.has(type)) yield* boxPatches(movie, at + 8, at + length, offset)
    at += length
  }
}

/** What to overwrite in a file of boxes. */
export async function* filePatches(image: ImageBytes): AsyncGenerator<Overwriting> {
  for (let at = 0; at + 8 <= image.length; ) {
    const head = await image.read(at, 16)
    const short = head.readUInt32BE(0)
    const isLong = short === 1 && head.length === 16
    const content = at + (isLong ? 16 : 8)
    const length = isLong ? Number(head.readBigUInt64BE(8)) : short || image.length - at
    const end = at + length
    const type = head.toString('latin1', 4, 8)
    if (end < content || end > image.length) return
    if (PERSONAL.has(type)) yield* freed(at, content, end)
    else if (type === 'jp2c') yield* jpeg2000Patches(image, content, end)
    else if (CONTAINERS.has(type) && length <= MAX_MOVIE_HEADER) {
      const box = await image.read(content, end - content)
      yield* boxPatches(Buffer.from(box), 0, box.length, content)
    }
    at = end
  }
}
