import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fittingSize, type Picture, resize } from '../../../../main/pixels/render/downsize.ts'

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
