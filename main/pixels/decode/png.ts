/** Reads a PNG picture into samples as a Secondary Capture holds them: grey or colour, without palette and transparency. */
import { inflateSync } from 'node:zlib'
import { type DecodedPng, decode } from 'fast-png'
import { DecodeError } from './decoded-frame.ts'

export interface PngSamples {
  columns: number
  rows: number
  samplesPerPixel: 1 | 3
  /** 8 bits each; transparent parts over white. */
  bytes: Uint8Array
}

/** Pixels of the largest picture that is read. */
const MAX_PIXELS = 64_000_000
/** Where width and height stand, after signature, length and type of the first chunk, and whether it is interlaced (RFC 2083 §4.1.1). */
const HEADER = 16
const INTERLACE = 28
const DEPTH = 24
const COLOUR_TYPE = 25
/** Samples of a pixel by colour type (RFC 2083 §4.1.1). */
const samplesByType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }
const SIGNATURE = 8
const kept = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'])
/** Each of the seven passes of an interlaced picture has rows of its own, each with a byte more. */
const PASSES = 7

/** Null when it is none, damaged, too large, or has more bits than 8 in colour, which nothing here could keep. */
export function decodePng(file: Uint8Array): PngSamples | null {
  if (file.length <= INTERLACE) return null
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [columns, rows] = [view.getUint32(HEADER), view.getUint32(HEADER + 4)]
  if (columns === 0 || rows === 0 || columns > 0xffff || rows > 0xffff || columns * rows > MAX_PIXELS) return null
  try {
    const chunks = pictureChunks(file, view)
    const data = chunks.filter(({ type }) => type === 'IDAT').map(({ whole }) => whole.subarray(8, -4))
    if (!isOfItsSize(file, data, columns, rows)) return null
    const picture = Buffer.concat([file.subarray(0, SIGNATURE), ...chunks.map(({ whole }) => whole)])
    const image = decode(picture, { checkCrc: true })
    // The decoder takes interlaced samples for whole bytes.
    if (image.depth === 16 || (image.depth < 8 && file[INTERLACE] !== 0)) return null
    const samples = image.depth < 8 ? unpacked(image.data, columns, rows, image.depth) : image.data
    const isWhole = samples.length >= columns * rows * image.channels
    return isWhole ? samplesOf({ ...image, data: samples }, columns, rows) : null
  } catch {
    return null
  }
}

/** The chunks that make the picture: texts, profiles and animation could swell too, and nothing of them is kept. */
function pictureChunks(file: Uint8Array, view: DataView): { type: string; whole: Uint8Array }[] {
  const chunks: { type: string; whole: Uint8Array }[] = []
  for (let at = SIGNATURE; at + 8 <= file.length; ) {
    const end = at + view.getUint32(at) + 12
    const type = Buffer.from(file.subarray(at + 4, at + 8)).toString('latin1')
    if (kept.has(type)) chunks.push({ type, whole: file.subarray(at, end) })
    at = end
  }
  return chunks
}

/** Whether what is compressed is no more than the picture, which the decoder would find out with all of it in memory. */
function isOfItsSize(file: Uint8Array, data: readonly Uint8Array[], columns: number, rows: number): boolean {
  const bits = columns * (samplesByType[file[COLOUR_TYPE] ?? 1] ?? 0) * (file[DEPTH] ?? 0)
  const most = (Math.ceil(bits / 8) + 1 + PASSES) * (rows + PASSES)
  return bits > 0 && inflateSync(Buffer.concat(data), { maxOutputLength: most }).length > 0
}

/** Samples of less than a byte, of which each row begins with a new one (RFC 2083 §2.3), as bytes. */
function unpacked(data: ArrayLike<number>, columns: number, rows: number, depth: number): Uint8Array {
  const bytes = new Uint8Array(columns * rows)
  const rowLength = Math.ceil((columns * depth) / 8)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const bit = column * depth
      const byte = data[row * rowLength + (bit >> 3)] ?? 0
      bytes[row * columns + column] = (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1)
    }
  }
  return bytes
}

type Decoded = Pick<DecodedPng, 'data' | 'channels' | 'depth' | 'palette' | 'transparency'>

/** How opaque each pixel is, 0 to 1: by its palette, its own alpha, or, with neither, whether it is of the one transparent colour. */
function opacityOf({ data, channels, palette, transparency }: Decoded): (at: number) => number {
  if (palette) return (at) => (palette[data[at] ?? 0]?.[3] ?? 255) / 255
  if (channels === 2 || channels === 4) return (at) => (data[at + channels - 1] ?? 0) / 255
  if (!transparency || transparency.length < channels) return () => 1
  return (at) => (transparency.subarray(0, channels).every((value, sample) => data[at + sample] === value) ? 0 : 1)
}

function samplesOf(image: Decoded, columns: number, rows: number): PngSamples {
  const { data, channels, depth, palette } = image
  const samplesPerPixel = palette || channels >= 3 ? 3 : 1
  const scale = palette ? 1 : 255 / (2 ** depth - 1)
  const opacity = opacityOf(image)
  const bytes = new Uint8Array(columns * rows * samplesPerPixel)
  for (let pixel = 0; pixel < columns * rows; pixel += 1) {
    const at = pixel * channels
    const entry = palette?.[data[at] ?? 0]
    if (palette && !entry) throw new DecodeError('a colour that the palette does not have')
    const alpha = opacity(at)
    for (let sample = 0; sample < samplesPerPixel; sample += 1) {
      const value = entry ? (entry[sample] ?? 0) : (data[at + sample] ?? 0) * scale
      bytes[pixel * samplesPerPixel + sample] = Math.round(value * alpha + 255 * (1 - alpha))
    }
  }
  return { columns, rows, samplesPerPixel, bytes }
}
