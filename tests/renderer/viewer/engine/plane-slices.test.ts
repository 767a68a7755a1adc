import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  axisAlong,
  ontoSlice,
  sliceIndexOf,
  slicesAlong,
  type VoxelBlock,
  voxelOf,
} from '../../../../renderer/viewer/engine/plane-slices.ts'

const block: VoxelBlock = {
  origin: [-10, -20, -30],
  axes: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  spacing: [0.5, 1, 2],
  dimensions: [40, 30, 20],
}

test('planes along the voxels have the voxels’ own slices', () => {
  expect(slicesAlong(block, [0, 0, 1])).toEqual({ first: -30, spacing: 2, count: 20 })
  expect(slicesAlong(block, [0, 0, -1])).toEqual({ first: -8, spacing: 2, count: 20 })
  expect(slicesAlong(block, [1, 0, 0])).toEqual({ first: -10, spacing: 0.5, count: 40 })
  expect(axisAlong(block, [0, -1, 0])).toBe(1)
  expect(axisAlong(block, [0.1, 0.995, 0])).toBe(-1)
})

test('going to a slice and asking where one is agree', () => {
  const normals = fc.constantFrom([0, 0, 1] as const, [0, 0, -1] as const, [1, 0, 0] as const, [0, -1, 0] as const)
  fc.assert(
    fc.property(normals, fc.integer({ min: 0, max: 19 }), (normal, index) => {
      const range = slicesAlong(block, normal)
      const point = ontoSlice(range, index, [1, 2, 3], normal)
      expect(sliceIndexOf(range, point, normal)).toBe(index)
      const axis = axisAlong(block, normal)
      const voxel = voxelOf(block, point)[axis] ?? Number.NaN
      expect(voxel).toBeCloseTo(Math.round(voxel), 9)
    }),
  )
})
