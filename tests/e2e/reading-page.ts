/** What a reader sees in the first viewport, read off the screen: values under the pointer, painted greys. */
import type { Locator, Page } from '@playwright/test'

/** The first viewport of the reading screen. */
export const viewport = (page: Page): Locator => page.locator('[data-viewport]').first()

/** Place of the viewport in the window, CSS pixels. */
export async function placeOf(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await viewport(page).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  return box
}

/** CSS pixels from the viewport's corner to the centre of an image pixel: the image is fitted, its pixels are square. */
export function onScreen(
  box: { width: number; height: number },
  image: { Columns: number; Rows: number },
  [column, row]: readonly [number, number],
): [x: number, y: number] {
  const zoom = Math.min(box.width / image.Columns, box.height / image.Rows)
  return [
    box.width / 2 + (column - (image.Columns - 1) / 2) * zoom,
    box.height / 2 + (row - (image.Rows - 1) / 2) * zoom,
  ]
}

/** Grey levels (0–255) drawn at the centres of image pixels, without what is written over the image. */
export async function paintedGrey(
  page: Page,
  image: { Columns: number; Rows: number },
  pixels: readonly (readonly [number, number])[],
): Promise<number[]> {
  const box = await placeOf(page)
  const places = pixels.map((pixel) => onScreen(box, image, pixel))
  return viewport(page)
    .locator('canvas')
    .first()
    .evaluate((canvas, at) => {
      if (!(canvas instanceof HTMLCanvasElement)) return []
      const ratio = canvas.width / canvas.clientWidth
      const context = canvas.getContext('2d')
      return at.map(
        ([x, y]) => context?.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data[0] ?? Number.NaN,
      )
    }, places)
}
