import { expect, test } from 'vitest'
import { acquisitionPlane, isPlaneOfImages, planesFrom } from '../../../renderer/viewer/grid/planes.ts'
import { header } from './study-fixtures.ts'

const stack = (ImageOrientationPatient?: [number, number, number, number, number, number]) => {
  const { ImageOrientationPatient: _, ...bare } = header(1)
  return { headers: new Map([[1, ImageOrientationPatient ? { ...bare, ImageOrientationPatient } : bare]]) }
}
const tilted = Math.PI / 9

test('the plane of acquisition is the one nearest to the images', () => {
  expect([
    acquisitionPlane(stack([1, 0, 0, 0, 1, 0])),
    acquisitionPlane(stack([1, 0, 0, 0, 0, -1])),
    acquisitionPlane(stack([0, 1, 0, 0, 0, -1])),
    acquisitionPlane(stack([1, 0, 0, 0, Math.cos(tilted), Math.sin(tilted)])),
    acquisitionPlane(stack()),
  ]).toEqual(['axial', 'coronal', 'sagittal', 'axial', 'axial'])
})

test('slices have the numbers of the images only where they are the images', () => {
  expect([
    isPlaneOfImages(stack([1, 0, 0, 0, 1, 0]), 'axial'),
    isPlaneOfImages(stack([1, 0, 0, 0, 1, 0]), 'coronal'),
    isPlaneOfImages(stack([1, 0, 0, 0, Math.cos(tilted), Math.sin(tilted)]), 'axial'),
    isPlaneOfImages(stack(), 'axial'),
  ]).toEqual([true, false, false, false])
})

test('the plane of acquisition comes first, the others in their usual order', () => {
  expect(planesFrom('coronal')).toEqual(['coronal', 'axial', 'sagittal'])
})
