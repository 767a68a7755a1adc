/** Colour pixels as red, green and blue of 8 bits each, side by side (PS3.3 §C.7.6.3.1.2, palettes §C.7.6.3.1.5). */
import type { ImageHeader } from '../../../main/contract/image.ts'
import { PixelError } from './pixel-error.ts'
import type { FramePixels, StoredSamples } from './pixel-values.ts'

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value + 0.5) | 0

/** Samples as bytes: 16-bit ones keep their most significant stored bits. */
const asBytes = ({ bytes, bitsAllocated, bitsStored }: StoredSamples, count: number): Uint8Array => {
  if (bitsAllocated !== 8 && bitsAllocated !== 16) {
    throw new PixelError('unsupported-pixel-format', `colour of ${bitsAllocated} bits allocated`)
  }
  if (bytes.byteLength < (count * bitsAllocated) / 8) {
    throw new PixelError('pixel-data-truncated', 'fewer bytes than the image has samples')
  }
  if (bitsAllocated === 8) return bytes.subarray(0, count)
  const shift = Math.max(0, bitsStored - 8)
  return Uint8Array.from({ length: count }, (_, i) => ((bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)) >> shift)
}

/** Plane after plane → side by side. */
const interleaved = (samples: Uint8Array, pixels: number): Uint8Array => {
  const output = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) {
    output[3 * i] = samples[i] ?? 0
    output[3 * i + 1] = samples[pixels + i] ?? 0
    output[3 * i + 2] = samples[2 * pixels + i] ?? 0
  }
  return output
}

/** Full-range luminance and chrominance → red, green, blue (PS3.3 §C.7.6.3.1.2, ITU-T T.871). */
const putRgb = (output: Uint8Array, at: number, y: number, cb: number, cr: number): void => {
  output[at] = clamp(y + 1.402 * (cr - 128))
  output[at + 1] = clamp(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128))
  output[at + 2] = clamp(y + 1.772 * (cb - 128))
}

const fromYbrFull = (samples: Uint8Array, pixels: number): Uint8Array => {
  const output = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) {
    putRgb(output, 3 * i, samples[3 * i] ?? 0, samples[3 * i + 1] ?? 0, samples[3 * i + 2] ?? 0)
  }
  return output
}

/** Two luminances, then the chrominance of both: Y₁ Y₂ Cb Cr. */
const fromYbrFull422 = (samples: Uint8Array, pixels: number): Uint8Array => {
  const output = new Uint8Array(pixels * 3)
  for (let pair = 0; pair * 2 < pixels; pair++) {
    const cb = samples[4 * pair + 2] ?? 128
    const cr = samples[4 * pair + 3] ?? 128
    putRgb(output, 6 * pair, samples[4 * pair] ?? 0, cb, cr)
    putRgb(output, 6 * pair + 3, samples[4 * pair + 1] ?? 0, cb, cr)
  }
  return output
}

/** One table as bytes: entries of 16 bits keep the upper eight, unless the table holds 8-bit values all the same. */
const paletteBytes = (table: NonNullable<ImageHeader['palette']>[number]): Uint8Array => {
  const isWide = table.LUTData.some((value) => value > 255)
  return Uint8Array.from(table.LUTData, (value) => (isWide ? value >> 8 : value))
}

const fromPalette = (header: ImageHeader, samples: StoredSamples, pixels: number): Uint8Array => {
  const { palette } = header
  if (!palette) throw new PixelError('unsupported-pixel-format', 'a palette image without a palette')
  const tables = palette.map(paletteBytes)
  const first = palette[0].LUTDescriptor[1]
  const isWide = samples.bitsAllocated === 16
  if (samples.bytes.byteLength < pixels * (isWide ? 2 : 1)) {
    throw new PixelError('pixel-data-truncated', 'fewer bytes than the image has pixels')
  }
  const output = new Uint8Array(pixels * 3)
  for (let i = 0; i < pixels; i++) {
    const stored = isWide
      ? (samples.bytes[2 * i] ?? 0) | ((samples.bytes[2 * i + 1] ?? 0) << 8)
      : (samples.bytes[i] ?? 0)
    for (let channel = 0; channel < 3; channel++) {
      const table = tables[channel]
      output[3 * i + channel] = table?.[Math.max(0, Math.min(table.length - 1, stored - first))] ?? 0
    }
  }
  return output
}

const toRgb = (header: ImageHeader, samples: StoredSamples, pixels: number): Uint8Array => {
  const { photometricInterpretation, planarConfiguration } = samples
  if (photometricInterpretation === 'PALETTE COLOR') return fromPalette(header, samples, pixels)
  if (photometricInterpretation === 'YBR_FULL_422') return fromYbrFull422(asBytes(samples, pixels * 2), pixels)
  const bytes = asBytes(samples, pixels * 3)
  const sideBySide = planarConfiguration === 1 ? interleaved(bytes, pixels) : bytes
  if (photometricInterpretation === 'RGB') return sideBySide
  if (photometricInterpretation === 'YBR_FULL') return fromYbrFull(sideBySide, pixels)
  throw new PixelError('unsupported-pixel-format', `photometric interpretation ${photometricInterpretation}`)
}

/** Red, green, blue of a colour frame; throws {@link PixelError}. */
export const colourValues = (header: ImageHeader, samples: StoredSamples, pixels: number): FramePixels => ({
  values: toRgb(header, samples, pixels),
  components: 3,
  min: 0,
  max: 255,
  padding: null,
})
