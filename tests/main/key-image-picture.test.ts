/** The printed picture of a key image: the marked frame, whole, in the window that it was shown in. */
import { decode } from 'fast-png'
import { expect, it, onTestFinished } from 'vitest'
import type { ImageLook } from '../../main/contract/report.ts'
import { createFrameReader } from '../../main/http/index.ts'
import { createKeyImageRenderer } from '../../main/key-image-picture.ts'
import { createPixelService } from '../../main/pixels/index.ts'
import { ctImage, store } from './cache/data-sets.ts'
import { testCache } from './cache/test-cache.ts'

/** Pixels of 8×8 whose stored values are 0, 10, 20, … 630. */
const ramp = (): Buffer => {
  const pixels = new Int16Array(64)
  for (let at = 0; at < 64; at += 1) pixels[at] = at * 10
  return Buffer.from(pixels.buffer)
}

const image = {
  StudyInstanceUID: '1.2.826.0.1.77.1',
  SeriesInstanceUID: '1.2.826.0.1.77.1.1',
  SOPInstanceUID: '1.2.826.0.1.77.1.1.2',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  frame: null,
}

it('is drawn in the given window, or else in the image’s own', async () => {
  const cache = await testCache()
  const window = { WindowCenter: '100', WindowWidth: '2', RescaleIntercept: '0', RescaleSlope: '1' }
  await store(cache, ctImage({ instance: 1, rows: 8 }))
  await store(cache, ctImage({ instance: 2, rows: 8 }, { ...window, PixelData: ramp() }))
  const pixels = createPixelService()
  onTestFinished(() => pixels.close())
  const render = createKeyImageRenderer(cache, pixels, createFrameReader(cache))

  const wide = await render(image, { window: { center: 315.5, width: 631 } })
  expect(wide).toMatchObject({ width: 8, height: 8 })
  const levels = [...decode(wide?.png ?? new Uint8Array()).data]
  expect([levels[0], levels[63]]).toEqual([0, 255])
  expect(Math.abs((levels[32] ?? 0) - (320 / 630) * 255)).toBeLessThan(2)
  const own = [...decode((await render(image, { window: null }))?.png ?? new Uint8Array()).data]
  expect([own[9], own[11]]).toEqual([0, 255])

  const levelsOf = async (look: ImageLook) => [...decode((await render(image, look))?.png ?? new Uint8Array()).data]
  const turned = await levelsOf({ window: { center: 315.5, width: 631 }, invert: true })
  expect(turned).toEqual(levels.map((level) => 255 - level))
  const ownTurned = await levelsOf({ window: null, invert: true })
  expect([ownTurned[9], ownTurned[11]]).toEqual([255, 0])
  // PS3.3 §C.11.2.1.3.1: 255 / (1 + exp(−4 (x − c) / w)).
  const curved = await levelsOf({ window: { center: 320, width: 320, function: 'SIGMOID' } })
  const sigmoid = [0, 16, 32, 63].map((at) => 255 / (1 + Math.exp((-4 * (at * 10 - 320)) / 320)))
  expect([0, 16, 32, 63].every((at, i) => Math.abs((curved[at] ?? 0) - (sigmoid[i] ?? 0)) < 1.5)).toBe(true)

  expect(await render({ ...image, frame: 2 }, { window: null })).toBeNull()
  expect(await render({ ...image, SOPInstanceUID: '1.2.3' }, { window: null })).toBeNull()
})

it('is drawn by the image’s own window function, and exactly where values are no integers', async () => {
  const cache = await testCache()
  const values = { WindowCenter: '0', WindowWidth: '9', RescaleIntercept: '0', PixelData: ramp() }
  const more = [
    { RescaleSlope: '1' },
    { RescaleSlope: '1', VOILUTFunction: 'LINEAR_EXACT' },
    { RescaleSlope: '1', VOILUTFunction: 'SIGMOID' },
    { RescaleSlope: '0.5' },
    { RescaleSlope: '1', RescaleIntercept: '0.5' },
    { RescaleSlope: '0.5', VOILUTFunction: 'LINEAR' },
  ]
  for (const [at, change] of more.entries())
    await store(cache, ctImage({ instance: at + 1, rows: 8 }, { ...values, ...change }))
  const pixels = createPixelService()
  onTestFinished(() => pixels.close())
  const render = createKeyImageRenderer(cache, pixels, createFrameReader(cache))
  /** Grey of the pixel whose stored value is 100, in a window two wide around `center`. */
  const levelAt = async (instance: number, center: number) => {
    const SOPInstanceUID = `${image.SeriesInstanceUID}.${instance}`
    const picture = await render({ ...image, SOPInstanceUID }, { window: { center, width: 2 } })
    return decode(picture?.png ?? new Uint8Array()).data[10]
  }
  expect(await levelAt(1, 100)).toBe(255)
  expect(await levelAt(2, 100)).toBe(128)
  expect(await levelAt(3, 101)).toBe(Math.round(255 / (1 + Math.exp(2))))
  expect(await levelAt(4, 50)).toBe(128)
  expect(await levelAt(5, 100.5)).toBe(128)
  expect(await levelAt(6, 50)).toBe(255)
})
