/**
 * What cameras, scanners and encoders write into compressed pixels beside the picture: places, times, owners, comments, small pictures (EXIF
 * and XMP in APPn segments and comments of JPEG, ITU-T T.81 §B.2.4; comments of JPEG 2000, ITU-T T.800 §A.9.2; boxes of MP4). It is overwritten in
 * its place, so that nothing of the picture moves.
 */
import type { Overwriting } from '../writing/rewrite.ts'

type Read = (start: number, end: number) => Promise<Uint8Array>

/** Most fragments say all in their first bytes. */
const HEAD = 4096
/** The index of a film that is read as a whole. */
const MAX_MOVIE_HEADER = 64 * 1024 * 1024
const ITEM = 0xfffee000

const blank = (start: number, end: number): Overwriting => ({ start, bytes: new Uint8Array(Math.max(0, end - start)) })

/** Reads that mostly lie in what was read before. */
const windowed = (read: Read, limit: number): ((start: number, length: number) => Promise<Buffer>) => {
  let [from, held] = [0, Buffer.alloc(0)]
  return async (start, length) => {
    const end = Math.min(limit, start + length)
    if (start < from || end > from + held.length) {
      from = start
      held = Buffer.from(await read(start, Math.min(limit, Math.max(end, start + HEAD))))
    }
    return held.subarray(start - from, end - from)
  }
}

const startsWith = (bytes: Buffer, text: string): boolean => bytes.toString('latin1').startsWith(text)

/** Whether a decoder needs a segment of JPEG: what is a JFIF file, a colour profile, a colour transform. */
const isNeeded = (marker: number, content: Buffer): boolean => {
  if (marker === 0xe0) return startsWith(content, 'JFIF\0')
  if (marker === 0xe2) return startsWith(content, 'ICC_PROFILE\0')
  if (marker === 0xe8) return true
  if (marker === 0xee) return startsWith(content, 'Adobe')
  return marker !== 0xfe && (marker & 0xf0) !== 0xe0
}

const START_OF_SCAN = 0xda
const START_OF_TILE = 0x90
const JPEG2000_COMMENT = 0x64

/** Segments up to the first scan or tile. */
async function* segmentPatches(
  read: (start: number, length: number) => Promise<Buffer>,
  start: number,
  end: number,
  isJpeg2000: boolean,
): AsyncGenerator<Overwriting> {
  for (let at = start + 2; at + 4 <= end; ) {
    const head = await read(at, 4)
    const marker = head[1] ?? 0
    if (head[0] !== 0xff || marker === START_OF_SCAN || marker === START_OF_TILE) return
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = head.readUInt16BE(2)
    if (length < 2 || at + 2 + length > end) return
    const isKept = isJpeg2000 ? marker !== JPEG2000_COMMENT : isNeeded(marker, await read(at + 4, 16))
    // The registration of a JPEG 2000 comment says whether it is text.
    if (!isKept) yield blank(at + (isJpeg2000 ? 6 : 4), at + 2 + length)
    at += 2 + length
  }
}

/** Boxes that hold others in which something is looked for; of people; and with the times of their making. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'moof', 'traf'])
const PERSONAL = new Set(['udta', 'meta', 'uuid'])
const TIMED = new Set(['mvhd', 'tkhd', 'mdhd'])

function* boxPatches(movie: Buffer, start: number, end: number, offset: number): Generator<Overwriting> {
  for (let at = start; at + 8 <= end; ) {
    const length = movie.readUInt32BE(at) || end - at
    if (length < 8 || at + length > end) return
    const type = movie.toString('latin1', at + 4, at + 8)
    if (PERSONAL.has(type)) {
      yield { start: offset + at + 4, bytes: Buffer.from('free') }
      yield blank(offset + at + 8, offset + at + length)
    }
    // Version and flags, then two times of four or eight bytes.
    if (TIMED.has(type) && length >= 32)
      yield blank(offset + at + 12, offset + at + 12 + (movie[at + 8] === 1 ? 16 : 8))
    if (CONTAINERS.has(type)) yield* boxPatches(movie, at + 8, at + length, offset)
    at += length
  }
}

/** The boxes at the top of an MP4 file. */
async function* filmPatches(
  read: (start: number, length: number) => Promise<Buffer>,
  start: number,
  end: number,
): AsyncGenerator<Overwriting> {
  for (let at = start; at + 8 <= end; ) {
    const head = await read(at, 16)
    const short = head.readUInt32BE(0)
    const length = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short || end - at
    const type = head.toString('latin1', 4, 8)
    if (length < 8 || at + length > end) return
    if (type !== 'mdat' && short !== 1 && length <= MAX_MOVIE_HEADER) {
      const box = Buffer.from(await read(at, length))
      yield* boxPatches(box, 0, box.length, at)
    }
    at += length
  }
}

/** What to overwrite in encapsulated pixel data that lies in `[start, end)`, in order (PS3.5 §A.4). */
export async function* embeddedMetadata(from: Read, start: number, end: number): AsyncGenerator<Overwriting> {
  const read = windowed(from, end)
  for (let at = start; at + 8 <= end; ) {
    const head = await read(at, 12)
    const tag = ((head.readUInt16LE(0) << 16) | head.readUInt16LE(2)) >>> 0
    const length = head.readUInt32LE(4)
    const [content, next] = [at + 8, at + 8 + length]
    if (tag !== ITEM || next > end) return
    const kind = (await read(content, Math.min(8, length))).toString('latin1')
    if (kind.startsWith('\xff\xd8')) yield* segmentPatches(read, content, next, false)
    else if (kind.startsWith('\xff\x4f')) yield* segmentPatches(read, content, next, true)
    else if (kind.endsWith('ftyp')) yield* filmPatches(read, content, next)
    at = next
  }
}
