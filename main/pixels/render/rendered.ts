/** A frame's bytes to the picture that a client of DICOMweb asked for (PS3.18 §8.3.5.1). Runs in the pixel worker. */
import { encode } from 'fast-png'
import type { ImageHeader } from '../../contract/image.ts'
import { encodeJpeg } from '../decode/codecs.ts'
import { DecodeError } from '../decode/decoded-frame.ts'
import { MAX_VIEWPORT, type Rendering } from '../rendering.ts'
import { crop, filledSize, fittingSize, resize } from './downsize.ts'
import { frameView } from './grayscale.ts'
import { pixelAspect, renderFrame } from './picture.ts'

/** The encoded picture. Throws {@link DecodeError}. */
export const renderRendered = (
  header: ImageHeader,
  frame: number,
  bytes: Uint8Array,
  { type, quality, viewport, region }: Rendering,
): Uint8Array => {
  const whole = renderFrame(header, frame, bytes)
  const part = region ? crop(whole, region) : whole
  if (!part) throw new DecodeError('the region is outside of the frame')
  const aspect = pixelAspect(frameView(header, frame))
  const size = viewport
    ? filledSize(part.width, part.height, aspect, viewport)
    : fittingSize(part.width, part.height, aspect, MAX_VIEWPORT)
  const { data, width, height, channels } = resize(part, size.width, size.height)
  if (type === 'image/png') return encode({ data, width, height, channels, depth: 8 })
  return encodeJpeg({ data, width, height, channels }, quality)
}
