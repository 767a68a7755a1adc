/** Pictures in other sizes, by area averaging, and parts of them. */

/** 8-bit pixels, `channels` values each, row by row. */
export interface Picture {
  width: number
  height: number
  channels: 1 | 3
  data: Uint8ClampedArray<ArrayBuffer>
}

/**
 * Size that fits into `max`×`max` with the shape that the picture has on screen; `pixelAspect` is a pixel's height over its width
 * (row spacing over column spacing). Small pictures are not enlarged.
 */
export const fittingSize = (
  width: number,
  height: number,
  pixelAspect: number,
  max: number,
): { width: number; height: number } => {
  const [w, h] = pixelAspect >= 1 ? [width, height * pixelAspect] : [width / pixelAspect, height]
  const scale = Math.min(1, max / Math.max(w, h))
  return { width: Math.max(1, Math.round(w * scale)), height: Math.max(1, Math.round(h * scale)) }
}

/** Size that fills a box with the shape that the picture has on screen, larger or smaller. */
export const filledSize = (
  width: number,
  height: number,
  pixelAspect: number,
  box: { width: number; height: number },
): { width: number; height: number } => {
  const scale = Math.min(box.width / width, box.height / (height * pixelAspect))
  const side = (length: number, limit: number) => Math.min(limit, Math.max(1, Math.round(length * scale)))
  return { width: side(width, box.width), height: side(height * pixelAspect, box.height) }
}

/** A part of a picture; null when it is not inside. */
export const crop = (
  { width, height, channels, data }: Picture,
  part: { left: number; top: number; width: number; height: number },
): Picture | null => {
  if (part.width < 1 || part.height < 1 || part.left + part.width > width || part.top + part.height > height)
    return null
  const row = part.width * channels
  const cut = new Uint8ClampedArray(row * part.height)
  for (let y = 0; y < part.height; y++) {
    const start = ((part.top + y) * width + part.left) * channels
    cut.set(data.subarray(start, start + row), y * row)
  }
  return { width: part.width, height: part.height, channels, data: cut }
}

/** The weights of source positions in each target position: overlap of their extents. */
const overlaps = (from: number, to: number): { start: number; weights: number[] }[] => {
  const ratio = from / to
  return Array.from({ length: to }, (_, i) => {
    const low = i * ratio
    const high = Math.min((i + 1) * ratio, from)
    const start = Math.floor(low)
    const end = Math.min(Math.ceil(high - 1e-9), from)
    const weights: number[] = []
    for (let at = start; at < Math.max(end, start + 1); at++) weights.push(Math.min(at + 1, high) - Math.max(at, low))
    return { start, weights }
  })
}

/** Averages every target pixel's area, columns first. */
export const resize = (picture: Picture, width: number, height: number): Picture => {
  if (width === picture.width && height === picture.height) return picture
  const { channels } = picture
  const narrow = new Float32Array(width * picture.height * channels)
  overlaps(picture.width, width).forEach(({ start, weights }, x) => {
    const total = sum(weights)
    for (let y = 0; y < picture.height; y++) {
      for (let channel = 0; channel < channels; channel++) {
        let value = 0
        weights.forEach((weight, i) => {
          value += weight * (picture.data[(y * picture.width + start + i) * channels + channel] ?? 0)
        })
        narrow[(y * width + x) * channels + channel] = value / total
      }
    }
  })
  const data = new Uint8ClampedArray(width * height * channels)
  const row = width * channels
  overlaps(picture.height, height).forEach(({ start, weights }, y) => {
    const total = sum(weights)
    for (let x = 0; x < row; x++) {
      let value = 0
      weights.forEach((weight, i) => {
        value += weight * (narrow[(start + i) * row + x] ?? 0)
      })
      data[y * row + x] = value / total
    }
  })
  return { width, height, channels, data }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
