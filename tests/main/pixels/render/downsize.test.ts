import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crop, filledSize, fittingSize, type Picture, resize } from '../../../../main/pixels/render/downsize.ts'

const picture = (width: number, height: number, channels: 1 | 3, ...data: number[]): Picture => ({
  width,
  height,
  channels,
  data: Uint8ClampedArray.from(data),
})

test('the size keeps the shape on screen', () => {
  expect(fittingSize(512, 512, 1, 160)).toEqual({ width: 160, height: 160 })
  expect(fittingSize(256, 1024, 1, 160)).toEqual({ width: 40, height: 160 })
  expect(fittingSize(512, 256, 2, 160)).toEqual({ width: 160, height: 160 })
  expect(fittingSize(512, 512, 0.5, 160)).toEqual({ width: 160, height: 80 })
  expect(fittingSize(20, 10, 1, 160)).toEqual({ width: 20, height: 10 })
  expect(fittingSize(60_000, 1, 1, 160)).toEqual({ width: 160, height: 1 })
})

test('areas are averaged, also where pixels are shared', () => {
  expect([...resize(picture(4, 2, 1, 0, 100, 200, 200, 100, 200, 0, 0), 2, 1).data]).toEqual([100, 100])
  expect([...resize(picture(3, 1, 1, 0, 90, 180), 2, 1).data]).toEqual([30, 150])
  expect([...resize(picture(2, 1, 3, 0, 10, 20, 100, 110, 120), 1, 1).data]).toEqual([50, 60, 70])
})

test('a picture of one shade stays that shade, whatever the sizes', () => {
  const size = fc.integer({ min: 1, max: 50 })
  fc.assert(
    fc.property(size, size, size, size, fc.nat(255), (width, height, newWidth, newHeight, shade) => {
      const source = picture(width, height, 1, ...Array<number>(width * height).fill(shade))
      expect(new Set(resize(source, newWidth, newHeight).data)).toEqual(new Set([shade]))
    }),
  )
})

test('a box is filled on its nearer side, larger or smaller', () => {
  const box = { width: 300, height: 100 }
  expect(filledSize(512, 512, 1, box)).toEqual({ width: 100, height: 100 })
  expect(filledSize(512, 256, 2, box)).toEqual({ width: 100, height: 100 })
  expect(filledSize(10, 2, 1, box)).toEqual({ width: 300, height: 60 })
  expect(filledSize(60_000, 1, 1, box)).toEqual({ width: 300, height: 1 })
  expect([...resize(picture(2, 1, 1, 10, 20), 4, 2).data]).toEqual([10, 10, 20, 20, 10, 10, 20, 20])
})

test('a part is cut out where it is inside', () => {
  const rgb = picture(2, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
  expect(crop(rgb, { left: 1, top: 0, width: 1, height: 2 })).toEqual(picture(1, 2, 3, 4, 5, 6, 10, 11, 12))
  expect(crop(rgb, { left: 1, top: 0, width: 2, height: 1 })).toBeNull()
  expect(crop(rgb, { left: 0, top: 2, width: 1, height: 1 })).toBeNull()
})
