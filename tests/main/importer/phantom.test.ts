import { expect, it } from 'vitest'
import { HeaderScan, imageHeader } from '../../../main/dataset/index.ts'
import { phantomContext, phantomDataSet, phantomPixels, phantomUids } from '../../../main/importer/phantom.ts'
import { phantomAt, phantomGrid, phantomShapes, voxelCentre } from '../../../main/importer/phantom-model.ts'

const { Columns, Rows, slices } = phantomGrid
const stored = (HU: number) => HU + 1024

/** HU of the voxel nearest to a point. */
function voxelAt(x: number, y: number, z: number): number {
  const [x0, y0, z0] = phantomGrid.origin
  const column = Math.round((x - x0) / 0.7)
  const row = Math.round((y - y0) / 0.7)
  return (phantomPixels(Math.round(z - z0))[row * Columns + column] ?? 0) - 1024
}

it('draws what the model says, in every voxel of slices through every kind of shape', () => {
  for (const slice of [0, 15, 60, 75, 100, 140, 175, 190, 199]) {
    const values = phantomPixels(slice)
    let wrong = 0
    for (let index = 0; index < values.length; index++) {
      const expected = phantomAt(voxelCentre(index % Columns, Math.floor(index / Columns), slice))
      if (values[index] !== stored(expected)) wrong++
    }
    expect([slice, wrong]).toEqual([slice, 0])
  }
})

it('has each insert where it is said to be', () => {
  const inserts = phantomShapes.filter((shape) => shape.kind === 'rod' && shape.name.startsWith('insert'))
  const found = inserts.map((shape) => (shape.kind === 'rod' ? voxelAt(shape.centre[0], shape.centre[1], 0) : null))
  expect(found).toEqual([-1000, -700, -100, 50, 300, 1000, 3000])
  expect([voxelAt(0, 60, 70), voxelAt(160, 18, 0), voxelAt(-20, -155, 0)]).toEqual([0, 500, 500])
})

it('has spheres of their volume', () => {
  const [sphere] = phantomShapes.filter((shape) => shape.kind === 'sphere')
  if (sphere?.kind !== 'sphere') throw new Error('no sphere')
  let voxels = 0
  for (let slice = 155; slice <= 195; slice++) {
    const values = phantomPixels(slice)
    for (let row = 0; row < Rows; row++) {
      for (let column = 0; column < 256; column++) {
        const [x, y] = voxelCentre(column, row, slice)
        const isNear = Math.hypot(x - sphere.centre[0], y - sphere.centre[1]) < 20
        if (isNear && values[row * Columns + column] === stored(200)) voxels++
      }
    }
  }
  const volume = (4 / 3) * Math.PI * sphere.radius ** 3
  expect(Math.abs(voxels * 0.49 - volume) / volume).toBeLessThan(0.01)
})

it('equals no mirror image of itself', () => {
  const points = Array.from({ length: 2_000 }, (_, index) => {
    const [a, b, c] = [(index * 37) % 300, (index * 101) % 300, (index * 53) % 190]
    return [a - 150 + 0.3, b - 150 + 0.3, c - 95] as const
  })
  const differs = (turn: (point: readonly [number, number, number]) => readonly [number, number, number]) =>
    points.some((point) => phantomAt(point) !== phantomAt(turn(point)))
  expect(differs(([x, y, z]) => [-x, y, z])).toBe(true)
  expect(differs(([x, y, z]) => [x, -y, z])).toBe(true)
  expect(differs(([x, y, z]) => [x, y, -z])).toBe(true)
  expect(differs(([x, y, z]) => [-x, -y, z])).toBe(true)
  expect(differs(([x, y, z]) => [y, x, z])).toBe(true)
})

it('says its geometry and units', () => {
  const scan = new HeaderScan(phantomContext.TransferSyntaxUID)
  scan.push(phantomDataSet(42))
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  expect(imageHeader(result)).toMatchObject({
    SOPInstanceUID: phantomUids.SOPInstanceUID(42),
    notDisplayable: null,
    ImagePositionPatient: [-178.85, -178.85, -58],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [0.7, 0.7],
    RescaleIntercept: -1024,
    RescaleSlope: 1,
    PixelRepresentation: 1,
  })
  const uids = new Set(Array.from({ length: slices }, (_, slice) => phantomUids.SOPInstanceUID(slice)))
  expect(uids.size).toBe(slices)
})
