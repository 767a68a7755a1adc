/** The picture that stands for a series: its middle image, or one image of it that was asked for, as it was looked at. */
import type { Cache } from './cache/cache.ts'
import type { ImageHeader } from './contract/image.ts'
import { type FrameReader, type ImagePlace, middleImage } from './http/index.ts'
import { type PixelService, withLook } from './pixels/index.ts'

/** Renders the thumbnail of a series as PNG; null when it has nothing to show. */
export function createThumbnailRenderer(cache: Cache, pixels: PixelService, read: FrameReader) {
  /** Any version of an image of the series that can be shown. */
  const shownImage = async (SeriesInstanceUID: string, instanceKey: number): Promise<ImageHeader | null> => {
    const header = await cache.imageHeader(instanceKey)
    if (header?.notDisplayable !== null) return null
    return (await cache.open(instanceKey)).SeriesInstanceUID === SeriesInstanceUID ? header : null
  }
  return async (
    SeriesInstanceUID: string,
    image: ImagePlace | null,
    StudyInstanceUID?: string,
  ): Promise<Uint8Array | null> => {
    const header = image
      ? await shownImage(SeriesInstanceUID, image.instanceKey)
      : middleImage((await cache.imageHeaders(SeriesInstanceUID, undefined, StudyInstanceUID)).instances)
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
