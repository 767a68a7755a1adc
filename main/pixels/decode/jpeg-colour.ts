/** Whether the components of a colour JPEG are transformed (ITU-T T.81 §B.2, JFIF, Adobe TN 5116): the stream knows better than the header. */

/** Component identifiers and horizontal/vertical sampling, as a frame header lists them. */
interface FrameComponents {
  ids: number[]
  sampling: number[]
}

const isFrameHeader = (marker: number): boolean => marker >= 0xc0 && marker <= 0xc3

/**
 * For an image whose header says RGB: true when nothing in the stream says YCbCr, that is neither JFIF nor Adobe marker, no subsampled
 * components, and not the component numbers 1, 2, 3 that encoders give to YCbCr. Some equipment writes YCbCr under the name of RGB.
 */
export const holdsPlainRgb = (jpeg: Uint8Array): boolean => {
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff; ) {
    const marker = jpeg[at + 1] ?? 0
    const length = ((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0)
    const segment = jpeg.subarray(at + 4, at + 2 + length)
    if (saysColourSpace(marker, segment)) return false
    if (isFrameHeader(marker)) return !looksLikeYcbcr(components(segment))
    if (length < 2) return true
    at += 2 + length
  }
  return true
}

const saysColourSpace = (marker: number, segment: Uint8Array): boolean => {
  const name = String.fromCharCode(...segment.subarray(0, 5))
  return (marker === 0xe0 && name === 'JFIF\0') || (marker === 0xee && name === 'Adobe' && segment.length >= 12)
}

const components = (frame: Uint8Array): FrameComponents => {
  const count = frame[5] ?? 0
  const numbers = Array.from({ length: count }, (_, i) => 6 + i * 3)
  return { ids: numbers.map((at) => frame[at] ?? 0), sampling: numbers.map((at) => frame[at + 1] ?? 0) }
}

const looksLikeYcbcr = ({ ids, sampling }: FrameComponents): boolean =>
  ids.join() === '1,2,3' || sampling.some((factors) => factors !== sampling[0])
