/** Colour frames to 8-bit RGB (PS3.3 §C.7.6.3.1.2, §C.7.6.3.1.5). */
import type { ImageHeader } from '../../contract/image.ts'
import type { DecodedFrame, Samples } from '../decode/decoded-frame.ts'

type Palette = NonNullable<ImageHeader['palette']>

/** Red, green, blue of each pixel. */
export const renderColour = (
  { samples, PhotometricInterpretation }: DecodedFrame,
  header: ImageHeader,
): Uint8ClampedArray<ArrayBuffer> => {
  if (PhotometricInterpretation === 'PALETTE COLOR' && header.palette) return applyPalette(samples, header.palette)
  const bits = header.BitsStored ?? header.BitsAllocated ?? 8
  const scale = bits > 8 ? 255 / (2 ** bits - 1) : 1
  const rgb = new Uint8ClampedArray(samples.length)
  for (let i = 0; i < samples.length; i++) rgb[i] = (samples[i] ?? 0) * scale
  return PhotometricInterpretation === 'YBR_FULL' ? ybrToRgb(rgb) : rgb
}

/** In place, by the equations of PS3.3 §C.7.6.3.1.2 solved for RGB. */
export const ybrToRgb = (pixels: Uint8ClampedArray<ArrayBuffer>): Uint8ClampedArray<ArrayBuffer> => {
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    const y = pixels[i] ?? 0
    const cb = (pixels[i + 1] ?? 0) - 128
    const cr = (pixels[i + 2] ?? 0) - 128
    pixels[i] = y + 1.402 * cr
    pixels[i + 1] = y - 0.344136 * cb - 0.714136 * cr
    pixels[i + 2] = y + 1.772 * cb
  }
  return pixels
}

const applyPalette = (samples: Samples, palette: Palette): Uint8ClampedArray<ArrayBuffer> => {
  const rgb = new Uint8ClampedArray(samples.length * 3)
  palette.forEach(({ LUTDescriptor: [, first, bits], LUTData }, channel) => {
    const scale = bits > 8 && LUTData.some((entry) => entry > 255) ? 1 / 257 : 1
    const last = LUTData.length - 1
    for (let i = 0; i < samples.length; i++) {
      rgb[i * 3 + channel] = (LUTData[Math.min(Math.max((samples[i] ?? 0) - first, 0), last)] ?? 0) * scale
    }
  })
  return rgb
}
