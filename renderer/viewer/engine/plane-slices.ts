/** Slices of a block of voxels along a viewing direction: how many, which one, and where each lies. */
import { add, dot, scale, subtract, type Vector3 } from './vectors.ts'

/** A regular block: centre of the first voxel, unit axes, distances and counts along them. */
export interface VoxelBlock {
  origin: Vector3
  axes: readonly [Vector3, Vector3, Vector3]
  spacing: readonly [number, number, number]
  dimensions: readonly [number, number, number]
}

export interface SliceRange {
  /** Of the first slice along the normal, mm. */
  first: number
  spacing: number
  count: number
}

/** Slices that planes with this normal cut: as far apart as the voxels are along it. */
export const slicesAlong = ({ origin, axes, spacing, dimensions }: VoxelBlock, normal: Vector3): SliceRange => {
  let first = dot(origin, normal)
  let extent = 0
  let step = 0
  axes.forEach((axis, index) => {
    const along = dot(axis, normal)
    const reach = along * (spacing[index] ?? 0) * ((dimensions[index] ?? 1) - 1)
    extent += Math.abs(reach)
    first += Math.min(0, reach)
    step += along * along * (spacing[index] ?? 0)
  })
  return { first, spacing: step, count: Math.max(1, Math.round(extent / step) + 1) }
}

/** Index of the slice nearest to a point, within the block. */
export const sliceIndexOf = ({ first, spacing, count }: SliceRange, point: Vector3, normal: Vector3): number =>
  Math.max(0, Math.min(count - 1, Math.round((dot(point, normal) - first) / spacing)))

/** The point moved along the normal onto slice `index`. */
export const ontoSlice = (range: SliceRange, index: number, point: Vector3, normal: Vector3): Vector3 =>
  add(point, scale(normal, range.first + index * range.spacing - dot(point, normal)))

/** Voxel indices (not rounded) of a point. */
export const voxelOf = ({ origin, axes, spacing }: VoxelBlock, point: Vector3): Vector3 => {
  const offset = subtract(point, origin)
  return [dot(offset, axes[0]) / spacing[0], dot(offset, axes[1]) / spacing[1], dot(offset, axes[2]) / spacing[2]]
}

/** The point of voxel indices: the inverse of {@link voxelOf}. */
export const worldOfVoxel = ({ origin, axes, spacing }: VoxelBlock, [i, j, k]: Vector3): Vector3 =>
  add(origin, add(add(scale(axes[0], i * spacing[0]), scale(axes[1], j * spacing[1])), scale(axes[2], k * spacing[2])))

/** Which axis of the block a plane is perpendicular to (within half a degree); −1 when it cuts obliquely. */
export const axisAlong = ({ axes }: VoxelBlock, normal: Vector3): number =>
  axes.findIndex((axis) => Math.abs(dot(axis, normal)) > 0.99996)
