/**
 * What cameras, scanners and encoders write into compressed pixels beside the picture: places, times, owners, comments, small pictures. It is
 * overwritten in its place, so that nothing of the picture moves. What stands inside the stream of a video is not reached.
 */
import type { DataSet } from '../../dataset/index.ts'
import { transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'
import type { Overwriting } from '../writing/rewrite.ts'
import { filePatches } from './box-metadata.ts'
import { type FragmentPlace, ImageBytes, type Read } from './image-bytes.ts'
import { jpegPatches } from './jpeg-segments.ts'
import { jpeg2000Patches } from './jpeg2000-comments.ts'

const ITEM = 0xfffee000
const FIRST_BYTES = 12

type Format = 'jpeg' | 'jpeg-2000' | 'boxes'

/** What begins with these bytes; null: it goes on with what began before, or is of a kind that has nothing beside its pixels. */
function formatOf(first: Buffer): Format | null {
  const text = first.toString('latin1')
  // Fill bytes before the first marker are allowed (T.81 §B.1.1.2).
  if (/^\xff+\xd8\xff/.test(text)) return 'jpeg'
  if (text.startsWith('\xff\x4f\xff\x51')) return 'jpeg-2000'
  const isSigned = text.startsWith('\0\0\0\x0c') && ['jP  ', 'JXL '].includes(text.slice(4, 8))
  return isSigned || text.slice(4, 8) === 'ftyp' ? 'boxes' : null
}

const patchesOf = (format: Format, image: ImageBytes): AsyncIterable<Overwriting> => {
  if (format === 'jpeg') return jpegPatches(image)
  return format === 'boxes' ? filePatches(image) : jpeg2000Patches(image, 0, image.length)
}

/** The fragments of encapsulated pixel data that lies in `[start, end)`; its offset table is the first of them. */
async function* fragmentsIn(read: Read, start: number, end: number): AsyncGenerator<FragmentPlace> {
  for (let at = start; at + 8 <= end; ) {
    const head = Buffer.from(await read(at, at + 8))
    const tag = ((head.readUInt16LE(0) << 16) | head.readUInt16LE(2)) >>> 0
    const next = at + 8 + head.readUInt32LE(4)
    if (tag !== ITEM || next > end) return
    yield { start: at + 8, end: next }
    at = next
  }
}

/** What to overwrite in encapsulated pixel data that lies in `[start, end)`, in order (PS3.5 §A.4). */
export async function* embeddedMetadata(read: Read, start: number, end: number): AsyncGenerator<Overwriting> {
  let open: { format: Format; image: ImageBytes } | null = null
  async function* close(): AsyncGenerator<Overwriting> {
    if (!open) return
    const { format, image } = open
    for await (const patch of patchesOf(format, image)) yield* image.overwritings(patch)
  }
  for await (const fragment of fragmentsIn(read, start, end)) {
    const first = await read(fragment.start, Math.min(fragment.end, fragment.start + FIRST_BYTES))
    const format = formatOf(Buffer.from(first))
    if (!format) open?.image.add(fragment)
    else {
      yield* close()
      open = { format, image: new ImageBytes(read, fragment) }
    }
  }
  yield* close()
}

/** Whether compressed pixels may hold what is not reached here: videos, and compressions that nobody here knows. */
export function isBeyondReach(attributes: DataSet, TransferSyntaxUID: string): boolean {
  const codec = transferSyntaxes.get(TransferSyntaxUID)?.codec
  return attributes.has('PixelData') && (codec === undefined || codec === 'video')
}
