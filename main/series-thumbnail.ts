/** The picture that stands for a series: its middle image, or one image of it that was asked for, as it was looked at. */
import type { Cache } from './cache/cache.ts'
import { type FrameReader, type ImagePlace, middleImage } from './http/index.ts'
import { type PixelService, withLook } from './pixels/index.ts'

/** Renders the thumbnail of a series as PNG; null when it has nothing to show. */
export function createThumbnailRenderer(cache: Cache, pixels: PixelService, read: FrameReader) {
  return async (SeriesInstanceUID: string, image: ImagePlace | null): Promise<Uint8Array | null> => {
    const { instances } = await cache.imageHeaders(SeriesInstanceUID)
    const header = image
      ? instances.find(
          ({ instanceKey, notDisplayable }) => instanceKey === image.instanceKey && notDisplayable === null,
        )
      : middleImage(instances)
    const frame = image?.frame ?? Math.floor((header?.NumberOfFrames ?? 0) / 2)
    if (!header || frame >= header.NumberOfFrames) return null
    const shown = image?.look ? withLook(header, frame, image.look) : header
    return pixels.thumbnail(shown, frame, async () => {
      const [picture] = await read(header.instanceKey, frame, 1)
      if (picture?.kind === 'native' || picture?.kind === 'compressed') return picture.bytes
      throw new Error(picture?.kind === 'not-available' ? picture.reason : 'object-missing')
    })
  }
}
