/** A plane of voxels in a volume, as measurements see it: figures only where the plane runs along the voxels. */
import { paddingOf } from './cornerstone-image.ts'
import type { FrameStore } from './frame-store.ts'
import type { MeasuredPlane } from './measure.ts'
import { axisAlong, type VoxelBlock, voxelOf, worldOfVoxel } from './plane-slices.ts'
import { add, cross, dot, normalize, scale, subtract, type Vector3 } from './vectors.ts'
import { pixelUnit } from './voi.ts'

export interface VolumePlane {
  /** Position in the stack of the image nearest to the plane's focus. */
  index: number
  plane: MeasuredPlane
}

/** Values of the plane `at` along `axis`; null as soon as one of its slices is not here. */
const voxels = (
  store: FrameStore,
  block: VoxelBlock,
  placeOfSlot: (slot: number) => number,
  axis: number,
  at: number,
): { values: ArrayLike<number>; padding: readonly [number, number] | null } | null => {
  const [columns, rows, slices] = block.dimensions
  if (axis === 2) {
    const image = store.image(placeOfSlot(at))
    return image ? { values: image.getPixelData(), padding: paddingOf(image) } : null
  }
  const width = axis === 0 ? rows : columns
  const values = new Float32Array(width * slices)
  let padding: readonly [number, number] | null = null
  for (let slice = 0; slice < slices; slice++) {
    const image = store.image(placeOfSlot(slice))
    if (!image) return null
    padding ??= paddingOf(image)
    const data = image.getPixelData()
    for (let i = 0; i < width; i++) {
      values[slice * width + i] = data[axis === 0 ? i * columns + at : at * columns + i] ?? 0
    }
  }
  return { values, padding }
}

/** An oblique plane: lengths only, measured in the plane itself. */
const obliquePlane = (normal: Vector3, focus: Vector3): MeasuredPlane => {
  const helper: Vector3 = Math.abs(normal[2]) < 0.9 ? [0, 0, 1] : [0, 1, 0]
  const u = normalize(cross(helper, normal))
  const v = cross(normal, u)
  return {
    toImage: (world) => {
      const offset = subtract(world, focus)
      return [dot(offset, u), dot(offset, v)]
    },
    toWorld: ([column, row]) => add(focus, add(scale(u, column), scale(v, row))),
    spacing: () => ({ column: 1, row: 1, source: 'patient' }),
    pixels: null,
  }
}

/** The plane through `focus` with this normal; `placeOfSlot` gives the position in the stack of a slice of the volume. */
export const volumePlane = (
  store: FrameStore,
  block: VoxelBlock,
  placeOfSlot: (slot: number) => number,
  normal: Vector3,
  focus: Vector3,
): VolumePlane => {
  const place = voxelOf(block, focus)
  const within = (index: number): number =>
    Math.max(0, Math.min((block.dimensions[index] ?? 1) - 1, Math.round(place[index] ?? 0)))
  const index = Math.max(0, placeOfSlot(within(2)))
  const axis = axisAlong(block, normal)
  if (axis === -1) return { index, plane: obliquePlane(normal, focus) }
  const [across, down] = axis === 0 ? ([1, 2] as const) : axis === 1 ? ([0, 2] as const) : ([0, 1] as const)
  const header = store.frames[index]?.header
  let cut: ReturnType<typeof voxels> | undefined
  return {
    index,
    plane: {
      toImage: (world) => {
        const voxel = voxelOf(block, world)
        return [voxel[across], voxel[down]]
      },
      toWorld: (point) => {
        // On the plane itself, which need not run through the centres of voxels.
        const voxel: [number, number, number] = [place[0], place[1], place[2]]
        voxel[across] = point[0]
        voxel[down] = point[1]
        return worldOfVoxel(block, voxel)
      },
      spacing: () => ({ column: block.spacing[across], row: block.spacing[down], source: 'patient' }),
      get pixels() {
        cut ??= voxels(store, block, placeOfSlot, axis, within(axis))
        return cut && header
          ? { columns: block.dimensions[across], rows: block.dimensions[down], ...cut, unit: pixelUnit(header) }
          : null
      },
    },
  }
}
