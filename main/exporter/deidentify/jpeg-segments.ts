/**
 * What stands beside the picture in JPEG and JPEG-LS (ITU-T T.81 §B, T.87 §C): EXIF and XMP in APPn segments, comments, small pictures
 * in them and behind the end. Only what a decoder needs stays: that it is JFIF, colour profile and transform.
 */
import type { Overwriting } from '../writing/rewrite.ts'
import { blank, type ImageBytes } from './image-bytes.ts'

const START_OF_IMAGE = 0xd8
const END_OF_IMAGE = 0xd9
const COMMENT = 0xfe
/** JFIF up to the sizes of its small picture (T.871 §10.1); Adobe's colour transform. */
const JFIF_LENGTH = 14
const ADOBE_LENGTH = 12
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7
const isApplication = (marker: number): boolean => (marker & 0xf0) === 0xe0

/** How many of the first bytes of a segment's content stay. */
function keptLength(marker: number, head: Buffer, length: number): number {
  if (marker !== COMMENT && !isApplication(marker)) return length
  const startsWith = (text: string) => head.toString('latin1').startsWith(text)
  if (marker === 0xe0 && startsWith('JFIF\0')) return JFIF_LENGTH
  if (marker === 0xe2 && startsWith('ICC_PROFILE\0')) return length
  // Colour transforms of JPEG-LS; SPIFF, whose directory tells of people and ends with an entry of its own (T.84 §F).
  if (marker === 0xe8 && (startsWith('mrfx') || startsWith('SPIFF\0'))) return length
  if (marker === 0xe8 && length <= 6 && startsWith('\0\0\0\x01')) return length
  if (marker === 0xee && startsWith('Adobe')) return ADOBE_LENGTH
  return 0
}

/** Where the next marker is; entropy-coded bytes are passed over (T.81 §B.1.1.5, T.87 §A.1: what follows FF there is below 80). */
async function nextMarker(image: ImageBytes, from: number): Promise<{ at: number; marker: number } | null> {
  for (let at = from; at + 2 <= image.length; ) {
    const bytes = await image.read(at, 32 * 1024)
    for (let found = bytes.indexOf(0xff); found >= 0; found = bytes.indexOf(0xff, found + 1)) {
      const marker = bytes[found + 1]
      if (marker !== undefined && marker >= 0x80 && marker !== 0xff) return { at: at + found, marker }
    }
    // The last byte may be the first of a marker.
    at += Math.max(1, bytes.length - 1)
  }
  return null
}

/** What to overwrite in a JPEG or JPEG-LS image, from its first marker to its last. */
export async function* jpegPatches(image: ImageBytes): AsyncGenerator<Overwriting> {
  let from = 0
  for (let next = await nextMarker(image, from); next; next = await nextMarker(image, from)) {
    const { at, marker } = next
    from = at + 2
    if (marker === END_OF_IMAGE) {
      // Other fragments are other frames, which were not recognised.
      yield blank(from, image.endOfFragment(from))
      return
    }
    if (marker === START_OF_IMAGE || isRestart(marker)) continue
    const length = (await image.read(from, 2)).readUInt16BE(0)
    const end = Math.min(image.length, from + length)
    const kept = keptLength(marker, await image.read(from + 2, 16), length - 2)
    if (from + 2 + kept < end) yield blank(from + 2 + kept, end)
    from = Math.max(end, from + 2)
  }
}
