/** RLE Lossless (PS3.5 Annex G): byte planes, each packed by itself, the most significant first. */
import { PixelError } from '../pixel-error.ts'

const truncated = (): never => {
  throw new PixelError('pixel-data-truncated', 'an RLE segment ends early')
}

/** Unpacks one segment (PS3.5 §G.3.1) into every `stride`-th byte of `output` from `at`; `count` bytes are due. */
const unpackSegment = (segment: Uint8Array, output: Uint8Array, at: number, stride: number, count: number): void => {
  let source = 0
  let written = 0
  while (written < count) {
    if (source >= segment.length) truncated()
    const control = segment[source++] ?? 0
    if (control === 128) continue
    if (control < 128) {
      const length = Math.min(control + 1, count - written)
      if (source + length > segment.length) truncated()
      for (let i = 0; i < length; i++) output[at + stride * (written + i)] = segment[source + i] ?? 0
      source += control + 1
      written += length
    } else {
      const length = Math.min(257 - control, count - written)
      if (source >= segment.length) truncated()
      const value = segment[source++] ?? 0
      for (let i = 0; i < length; i++) output[at + stride * (written + i)] = value
      written += length
    }
  }
}

/**
 * Pixels of an RLE frame, little endian, samples of a pixel side by side.
 * Throws {@link PixelError} when segments are missing, overlap the end, or stop early.
 */
export const decodeRle = (
  frame: Uint8Array,
  image: { pixels: number; bitsAllocated: number; samplesPerPixel: number },
): Uint8Array<ArrayBuffer> => {
  const { pixels, bitsAllocated, samplesPerPixel } = image
  const bytesPerSample = Math.ceil(bitsAllocated / 8)
  const planes = bytesPerSample * samplesPerPixel
  if (frame.byteLength < 64) truncated()
  const header = new DataView(frame.buffer, frame.byteOffset, 64)
  const segments = header.getUint32(0, true)
  if (segments !== planes) {
    throw new PixelError(
      'unsupported-pixel-format',
      `${segments} RLE segments where the image has ${planes} byte planes`,
    )
  }
  const output = new Uint8Array(pixels * planes)
  for (let segment = 0; segment < segments; segment++) {
    const start = header.getUint32(4 + 4 * segment, true)
    const end = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : frame.byteLength
    if (start < 64 || end > frame.byteLength || end <= start) truncated()
    const sample = Math.floor(segment / bytesPerSample)
    const byte = bytesPerSample - 1 - (segment % bytesPerSample)
    unpackSegment(frame.subarray(start, end), output, sample * bytesPerSample + byte, planes, pixels)
  }
  return output
}
