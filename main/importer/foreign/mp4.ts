/** What an MP4 file says of its H.264 video (ISO/IEC 14496-12 and -15), as far as DICOM needs it. */
import { TransferSyntaxUIDs } from '../../dicom/transfer-syntaxes.ts'

export interface Mp4Video {
  rows: number
  columns: number
  frames: number
  /** Between two frames, in ms. */
  frameTime: number
  TransferSyntaxUID: string
  /** It is to be shown turned or mirrored, which no DICOM video can say. */
  isTurned: boolean
}

interface Box {
  type: string
  /** Of its contents. */
  start: number
  end: number
}

function* boxes(view: DataView, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end; ) {
    const short = view.getUint32(at)
    const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)))
    const isLong = short === 1 && at + 16 <= end
    const length = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short
    if (length < 8 || at + length > end) return
    yield { type, start: at + (isLong ? 16 : 8), end: at + length }
    at += length
  }
}

/** The box at the end of a path of types. */
function find(view: DataView, within: Box, ...path: string[]): Box | null {
  const [type, ...rest] = path
  if (type === undefined) return within
  for (const box of boxes(view, within.start, within.end)) {
    const found = box.type === type ? find(view, box, ...rest) : null
    if (found) return found
  }
  return null
}

/** Profiles and levels of H.264 that a transfer syntax of DICOM has (PS3.5 §8.2.7, §8.2.8). */
function syntaxOf(profile: number, level: number): string | null {
  if (![66, 77, 100].includes(profile)) return null
  if (level <= 41) return TransferSyntaxUIDs.MPEG4HP41
  return level <= 42 ? TransferSyntaxUIDs.MPEG4HP422D : null
}

/** Whether the file ends before its last box does: a film whose index stands in front plays up to where it was cut, and says nothing. */
function isCut(view: DataView): boolean {
  for (let at = 0; at + 8 <= view.byteLength; ) {
    const short = view.getUint32(at)
    const length = short === 1 && at + 16 <= view.byteLength ? Number(view.getBigUint64(at + 8)) : short
    if (length === 0) return false
    if (at + length > view.byteLength) return true
    at += Math.max(8, length)
  }
  return false
}

/** Null when it is no MP4 or is cut, or its video is not H.264 of a profile that DICOM knows. */
export function readMp4(file: Uint8Array): Mp4Video | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const whole: Box = { type: '', start: 0, end: file.length }
  const movie = isCut(view) ? null : find(view, whole, 'moov')
  if (!movie) return null
  const isMovieTurned = turns(view, find(view, movie, 'mvhd'), MOVIE_MATRIX)
  for (const track of boxes(view, movie.start, movie.end)) {
    const video = track.type === 'trak' ? readTrack(view, track) : null
    if (video) return { ...video, isTurned: isMovieTurned || turns(view, find(view, track, 'tkhd'), TRACK_MATRIX) }
  }
  return null
}

/** Where the matrix of a header begins, by the header's version (ISO/IEC 14496-12 §8.2.2, §8.3.2). */
const MOVIE_MATRIX = [36, 48] as const
const TRACK_MATRIX = [40, 52] as const

/** Whether the matrix { a, b, u, c, d, v, x, y, w } of a header does more than move and scale; phones film upright by it. */
function turns(view: DataView, header: Box | null, [short, long]: readonly [number, number]): boolean {
  if (!header || header.end === header.start) return false
  const at = header.start + (view.getUint8(header.start) === 1 ? long : short)
  if (at + 20 > header.end) return false
  const [a, b, c, d] = [0, 4, 12, 16].map((offset) => view.getInt32(at + offset)) as [number, number, number, number]
  return b !== 0 || c !== 0 || a < 0 || d < 0
}

/** Lengths of the fixed parts before what is read (ISO/IEC 14496-12 §8.4.2, §8.5.2, §12.1.3). */
const SAMPLE_DESCRIPTION = 8
const VISUAL_ENTRY = 78

function readTrack(view: DataView, track: Box): Omit<Mp4Video, 'isTurned'> | null {
  const descriptions = find(view, track, 'mdia', 'minf', 'stbl', 'stsd')
  const header = find(view, track, 'mdia', 'mdhd')
  const sizes = find(view, track, 'mdia', 'minf', 'stbl', 'stsz')
  if (!descriptions || !header || !sizes) return null
  const entry = find(view, { ...descriptions, start: descriptions.start + SAMPLE_DESCRIPTION }, 'avc1')
  const configuration = entry && find(view, { ...entry, start: entry.start + VISUAL_ENTRY }, 'avcC')
  if (!entry || !configuration || sizes.end - sizes.start < 12) return null
  const TransferSyntaxUID = syntaxOf(view.getUint8(configuration.start + 1), view.getUint8(configuration.start + 3))
  const [columns, rows] = [view.getUint16(entry.start + 24), view.getUint16(entry.start + 26)]
  const frames = view.getUint32(sizes.start + 8)
  const isLong = view.getUint8(header.start) === 1
  const timescale = view.getUint32(header.start + (isLong ? 20 : 12))
  const duration = isLong ? Number(view.getBigUint64(header.start + 24)) : view.getUint32(header.start + 16)
  if (!TransferSyntaxUID || rows === 0 || columns === 0 || frames === 0 || timescale === 0 || duration === 0)
    return null
  return { rows, columns, frames, frameTime: (1000 * duration) / timescale / frames, TransferSyntaxUID }
}
