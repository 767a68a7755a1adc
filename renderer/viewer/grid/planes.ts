/** Which plane a stack was acquired in, from the direction of its normal (PS3.3 C.7.6.2.1.1). */
import type { DisplaySet, Plane } from '../engine/engine.ts'

const planes: readonly Plane[] = ['axial', 'coronal', 'sagittal']

/** Amounts of the normal of a stack along x, y and z; null when its orientation is unknown. */
function normalOf({ headers }: Pick<DisplaySet, 'headers'>): Record<Plane, number> | null {
  for (const header of headers.values()) {
    const orientation = header.ImageOrientationPatient ?? header.frames?.[0]?.ImageOrientationPatient
    if (!orientation) continue
    const [rowX, rowY, rowZ, columnX, columnY, columnZ] = orientation
    return {
      sagittal: Math.abs(rowY * columnZ - rowZ * columnY),
      coronal: Math.abs(rowZ * columnX - rowX * columnZ),
      axial: Math.abs(rowX * columnY - rowY * columnX),
    }
  }
  return null
}

/** The anatomical plane nearest to that of the images; axial when their orientation is unknown. */
export function acquisitionPlane(displaySet: Pick<DisplaySet, 'headers'>): Plane {
  const normal = normalOf(displaySet)
  if (!normal) return 'axial'
  return planes.reduce((best, plane) => (normal[plane] > normal[best] + 1e-6 ? plane : best))
}

/** Whether the slices of `plane` are the images themselves: then they carry the images' numbers. */
export function isPlaneOfImages(displaySet: Pick<DisplaySet, 'headers'>, plane: Plane): boolean {
  return (normalOf(displaySet)?.[plane] ?? 0) > 0.9999
}

/** All three planes, `first` before the others. */
export const planesFrom = (first: Plane): readonly Plane[] => [first, ...planes.filter((plane) => plane !== first)]
