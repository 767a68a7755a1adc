/** Reads a PNG picture into samples as a Secondary Capture holds them: grey or colour, without palette and transparency. */
import { decode } from 'fast-png'

export interface PngSamples {
  columns: number
  rows: number
  samplesPerPixel: 1 | 3
  /** 8 bits each; transparent parts over white. */
  bytes: Uint8Array
}

/** Pixels of the largest picture that is read. */
const MAX_PIXELS = 64_000_000
/** Where width and height stand: after signature, length and type of the first chunk (RFC 2083 §4.1.1). */
const HEADER = 16

/** Null when it is none, damaged, too large, or has more bits than 8 in colour, which nothing here could keep. */
export function decodePng(file: Uint8Array): PngSamples | null {
  if (file.length < HEADER + 8) return null
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [columns, rows] = [view.getUint32(HEADER), view.getUint32(HEADER + 4)]
  if (columns === 0 || rows === 0 || columns > 0xffff || rows > 0xffff || columns * rows > MAX_PIXELS) return null
  try {
    const { data, channels, depth, palette } = decode(file)
    if (depth === 16 || data.length < columns * rows * channels) return null
    const scale = palette ? 1 : 255 / (2 ** depth - 1)
    return samplesOf(data, channels, palette ?? null, scale, columns, rows)
  } catch {
    return null
  }
}

function samplesOf(
  data: ArrayLike<number>,
  channels: number,
  palette: readonly number[][] | null,
  scale: number,
  columns: number,
  rows: number,
): PngSamples {
  const hasColour = palette !== null || channels >= 3
  const hasAlpha = palette === null && (channels === 2 || channels === 4)
  const samplesPerPixel = hasColour ? 3 : 1
  const bytes = new Uint8Array(columns * rows * samplesPerPixel)
  for (let pixel = 0; pixel < columns * rows; pixel += 1) {
    const at = pixel * channels
    const entry = palette?.[data[at] ?? 0]
    const alpha = entry ? (entry[3] ?? 255) / 255 : hasAlpha ? ((data[at + channels - 1] ?? 0) * scale) / 255 : 1
    for (let sample = 0; sample < samplesPerPixel; sample += 1) {
      const value = entry ? (entry[sample] ?? 0) : (data[at + sample] ?? 0) * scale
      bytes[pixel * samplesPerPixel + sample] = Math.round(value * alpha + 255 * (1 - alpha))
    }
  }
  return { columns, rows, samplesPerPixel, bytes }
}
