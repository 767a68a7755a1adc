/** RLE compression (PS3.5 Annex G): PackBits segments, one for each byte of each sample. */
import { DecodeError } from './decoded-frame.ts'

const HEADER_LENGTH = 64

/**
 * Decodes a frame to little-endian samples, pixel by pixel (interleaved). A segment that is short leaves an error, never a grey area.
 * Throws {@link DecodeError}.
 */
export const decodeRle = (
  frame: Uint8Array,
  pixels: number,
  samplesPerPixel: number,
  bytesPerSample: number,
): Uint8Array => {
  if (frame.length < HEADER_LENGTH) throw new DecodeError('RLE header is cut')
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const count = view.getUint32(0, true)
  if (count !== samplesPerPixel * bytesPerSample) throw new DecodeError(`${count} RLE segments`)
  const decoded = new Uint8Array(pixels * samplesPerPixel * bytesPerSample)
  const stride = samplesPerPixel * bytesPerSample
  for (let segment = 0; segment < count; segment++) {
    const start = view.getUint32(4 + segment * 4, true)
    const end = segment + 1 < count ? view.getUint32(8 + segment * 4, true) : frame.length
    if (start < HEADER_LENGTH || start > end || end > frame.length) throw new DecodeError('RLE segment offsets')
    const sample = Math.floor(segment / bytesPerSample)
    const byte = bytesPerSample - 1 - (segment % bytesPerSample)
    unpack(frame.subarray(start, end), decoded, sample * bytesPerSample + byte, stride, pixels)
  }
  return decoded
}

/** PackBits (PS3.5 §G.3.1) into every `stride`-th byte. */
const unpack = (segment: Uint8Array, target: Uint8Array, offset: number, stride: number, pixels: number): void => {
  let written = 0
  for (let at = 0; at < segment.length && written < pixels; ) {
    const control = segment[at++] ?? 0
    if (control === 128) continue
    const isRun = control > 128
    const length = Math.min(isRun ? 257 - control : control + 1, pixels - written)
    if (at + (isRun ? 1 : length) > segment.length) break
    for (let i = 0; i < length; i++) target[offset + (written + i) * stride] = segment[isRun ? at : at + i] ?? 0
    written += length
    at += isRun ? 1 : control + 1
  }
  if (written < pixels) throw new DecodeError('RLE segment is short')
}
