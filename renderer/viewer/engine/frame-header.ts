/** What holds for one frame: the object's attributes overlaid by those its functional groups state per frame (PS3.3 §C.7.6.16). */
import type { FrameHeader, ImageHeader } from '../../../main/contract/image.ts'

/** Attributes of frame `frame` (from 0) of `header`. */
export const frameHeaderOf = (header: ImageHeader, frame: number): ImageHeader => {
  const own: FrameHeader | undefined = header.frames?.[frame]
  return own ? { ...header, ...own } : header
}

/** Whether the pixels are colour: three samples, or a palette. */
export const isColour = (header: ImageHeader): boolean =>
  (header.SamplesPerPixel ?? 1) > 1 || header.PhotometricInterpretation === 'PALETTE COLOR'
