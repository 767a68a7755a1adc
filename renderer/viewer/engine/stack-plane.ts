/** The pixels of one stacked image, as measurements see them. */
import { calibrationOf } from './calibration.ts'
import { paddingOf } from './cornerstone-image.ts'
import type { FrameStore } from './frame-store.ts'
import { imagePlane, imagePointOf, worldPointOf } from './image-plane.ts'
import type { MeasuredPlane } from './measure.ts'
import { pixelUnit } from './voi.ts'

/** Plane of the image at `index`. */
export const stackPlane = (store: FrameStore, index: number): MeasuredPlane | null => {
  const frame = store.frames[index]
  if (!frame) return null
  const { header } = frame
  const plane = imagePlane(header)
  const image = store.image(index)
  return {
    toImage: (world) => imagePointOf(plane, world),
    toWorld: (point) => worldPointOf(plane, point),
    spacing: (points) => calibrationOf(header, points),
    pixels:
      image && image.numberOfComponents === 1
        ? {
            columns: image.columns,
            rows: image.rows,
            values: image.getPixelData(),
            padding: paddingOf(image),
            unit: pixelUnit(header),
          }
        : null,
  }
}
