/** Which plane a stack was acquired in, from the direction of its normal (PS3.3 C.7.6.2.1.1). */
import type { DisplaySet, Plane } from '../engine/engine.ts'

/** The anatomical plane nearest to that of the images; axial when their orientation is unknown. */
export function acquisitionPlane(displaySet: Pick<DisplaySet, 'headers'>): Plane {
  for (const header of displaySet.headers.values()) {
    const orientation = header.ImageOrientationPatient ?? header.frames?.[0]?.ImageOrientationPatient
    if (!orientation) continue
    const [rowX, rowY, rowZ, columnX, columnY, columnZ] = orientation
    const alongX = Math.abs(rowY * columnZ - rowZ * columnY)
    const alongY = Math.abs(rowZ * columnX - rowX * columnZ)
    const alongZ = Math.abs(rowX * columnY - rowY * columnX)
    if (alongZ >= alongX && alongZ >= alongY) return 'axial'
    return alongY >= alongX ? 'coronal' : 'sagittal'
  }
  return 'axial'
}

/** All three planes, `first` before the others. */
export const planesFrom = (first: Plane): readonly Plane[] => [
  first,
  ...(['axial', 'coronal', 'sagittal'] as const).filter((plane) => plane !== first),
]
