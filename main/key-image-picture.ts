/** The picture of a key image for the printed report: the marked frame, in the window that it was shown in, inverted as it was. */
import type { Cache } from './cache/index.ts'
import type { FrameReader } from './http/index.ts'
import { type PixelService, withLook } from './pixels/index.ts'
import type { RenderPicture } from './reports/index.ts'

/** Longest side, in pixels: about 200 dpi over the width of a column. */
const MAX_SIDE = 1_024

/** Width and height of a PNG, from its first chunk (ISO/IEC 15948 §11.2.2). */
const sizeOf = (png: Uint8Array): { width: number; height: number } => {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

/** Renders marked frames; null when one is not here or cannot be shown. */
export function createKeyImageRenderer(cache: Cache, pixels: PixelService, read: FrameReader): RenderPicture {
  return async ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, frame }, look) => {
    const instanceKey = await cache.findInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
    if (instanceKey === null) return null
    const { instances } = await cache.imageHeaders(SeriesInstanceUID, undefined, StudyInstanceUID)
    const header = instances.find((one) => one.instanceKey === instanceKey)
    const index = (frame ?? 1) - 1
    if (!header || index >= header.NumberOfFrames) return null
    const png = await pixels.picture(withLook(header, index, look), index, MAX_SIDE, async () => {
      const [picture] = await read(instanceKey, index, 1)
      if (picture?.kind === 'native' || picture?.kind === 'compressed') return picture.bytes
      throw new Error(picture?.kind === 'not-available' ? picture.reason : 'object-missing')
    })
    return png && { png, ...sizeOf(png) }
  }
}
