/** What a JPEG stream says of itself before it is decoded (ISO 10918-1 §B.2). */

export interface JpegHeader {
  /** Second byte of the frame marker: 0xC0 baseline, 0xC1 extended, 0xC3 lossless… */
  process: number
  precision: number
  components: number[]
  hasJfif: boolean
  hasAdobe: boolean
}

/** Reads the markers up to the frame header; null when there is none. */
export const readJpegHeader = (stream: Uint8Array): JpegHeader | null => {
  let at = 2
  let hasJfif = false
  let hasAdobe = false
  while (at + 4 <= stream.length) {
    if (stream[at] !== 0xff) return null
    const marker = stream[at + 1] ?? 0
    if (marker === 0xff) {
      at++
      continue
    }
    const length = ((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) {
      const count = stream[at + 9] ?? 0
      const components = Array.from({ length: count }, (_, index) => stream[at + 10 + 3 * index] ?? 0)
      return { process: marker, precision: stream[at + 4] ?? 0, components, hasJfif, hasAdobe }
    }
    if (marker === 0xe0) hasJfif = true
    if (marker === 0xee) hasAdobe = true
    if (marker === 0xda) return null
    at += 2 + length
  }
  return null
}

/** Application segment "Adobe" that says: no colour transform. */
const adobeRgb = [0xff, 0xee, 0x00, 0x0e, 0x41, 0x64, 0x6f, 0x62, 0x65, 0x00, 0x64, 0x00, 0x00, 0x00, 0x00, 0x00]

/** The stream marked as RGB, where DICOM says RGB and the stream itself says nothing: decoders would take it for YCbCr. */
export const markedAsRgb = (stream: Uint8Array, header: JpegHeader): Uint8Array => {
  if (header.hasJfif || header.hasAdobe || header.components.length !== 3) return stream
  const output = new Uint8Array(stream.length + adobeRgb.length)
  output.set(stream.subarray(0, 2))
  output.set(adobeRgb, 2)
  output.set(stream.subarray(2), 2 + adobeRgb.length)
  return output
}
