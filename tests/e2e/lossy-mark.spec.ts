/** What says that an image was compressed with loss is read in full, however small its viewport. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { alteredFile } from '../helpers/altered-files.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { change, expect, look, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')

/** Texts on the images that lie over each other, or outside their viewport. */
const crossings = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    for (const cell of document.querySelectorAll('section:has(canvas)')) {
      const frame = cell.getBoundingClientRect()
      const texts: { text: string; rect: DOMRect }[] = []
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT)
      while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement
        if (!parent || !walker.currentNode.textContent?.trim() || !parent.checkVisibility()) continue
        const range = document.createRange()
        range.selectNodeContents(walker.currentNode)
        const { left, top, width, height } = range.getBoundingClientRect()
        const seen = parent.getBoundingClientRect()
        // A text that ends in an ellipsis ends with its line.
        const right = Math.min(left + width, seen.right)
        if (width > 0)
          texts.push({ text: parent.textContent ?? '', rect: new DOMRect(left, top, right - left, height) })
      }
      for (const [index, { text, rect }] of texts.entries()) {
        const isInside =
          rect.left >= frame.left && rect.right <= frame.right && rect.top >= frame.top && rect.bottom <= frame.bottom
        if (!isInside) found.push(`${text} outside`)
        for (const other of texts.slice(index + 1)) {
          const across = Math.min(rect.right, other.rect.right) - Math.max(rect.left, other.rect.left)
          const down = Math.min(rect.bottom, other.rect.bottom) - Math.max(rect.top, other.rect.top)
          // Boxes of two lines touch by a pixel where their letters do not.
          if (across > 1 && down > 2) found.push(`${text} | ${other.text}`)
        }
      }
    }
    return found
  })

test('four viewports beside open panels say in full that their image was compressed with loss', async ({
  desk,
  station,
}) => {
  const lossy = [
    ...['-gse', '-gin', '-i', 'LossyImageCompression=01', '-i', 'LossyImageCompressionRatio=12.4'],
    ...['-i', 'LossyImageCompressionMethod=ISO_15444_1'],
  ]
  const series = Array.from({ length: 4 }, () => alteredFile(join(folder ?? '', 'IM0055.dcm'), lossy))
  expect((await storescu(station, series)).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('4')
  await openStudy(desk)
  await expect(desk.locator('nav [draggable=true]')).toHaveCount(4)
  for (const key of ['d', 'd', 'd', 'j', 'Alt+r']) await desk.keyboard.press(key)
  const mark = desk.getByText(/^(Avec perte|Lossy)/)
  await expect(mark).toHaveCount(4)
  const whole = () =>
    mark.evaluateAll((marks) =>
      marks.map((one) => {
        const cell = one.closest('section')?.getBoundingClientRect()
        const { left, right, top, bottom } = one.getBoundingClientRect()
        const isInside =
          cell !== undefined && left >= cell.left && right <= cell.right && top >= cell.top && bottom <= cell.bottom
        const ruler = one.closest('section')?.querySelector('[class*="ruler"]')?.getBoundingClientRect()
        const isCrossed = ruler !== undefined && ruler.bottom > top && ruler.top < bottom
        return isInside && !isCrossed && one.scrollWidth <= one.clientWidth
      }),
    )
  for (const language of ['fr', 'en'] as const) {
    await change(desk, { language })
    await expect(mark.first()).toHaveText(language === 'fr' ? 'Avec perte 12:1 (JPEG 2000)' : 'Lossy 12:1 (JPEG 2000)')
    await expect.poll(whole).toEqual([true, true, true, true])
    await look(desk, `lossy-mark-${language}`)
  }
  // In a small window what matters least goes; what is left never covers anything.
  for (const [width, height] of [
    [1280, 800],
    [1280, 460],
    [1180, 640],
  ] as const) {
    await desk.setViewportSize({ width, height })
    await expect.poll(() => crossings(desk), { message: `${width} × ${height}` }).toEqual([])
    const cell = desk.locator('section:has([data-edge])').first()
    await expect(cell).toContainText('Lossy 12:1 (JPEG 2000)')
    await expect(cell.getByText(/\S/).first()).toBeVisible()
    await look(desk, `lossy-mark-${width}-${height}`)
  }
  await desk.setViewportSize({ width: 1280, height: 800 })
  // Without texts on the images it stays.
  await desk.keyboard.press('a')
  await expect(desk.getByText(/^Im\. 1/)).toHaveCount(0)
  await expect(mark).toHaveCount(4)
  await expect.poll(whole).toEqual([true, true, true, true])
  await desk.keyboard.press('a')
  // Without the list of measurements, and without the report.
  for (const key of ['j', 'Alt+r']) {
    await desk.keyboard.press(key)
    await expect.poll(whole).toEqual([true, true, true, true])
    await look(desk, `lossy-mark-without-${key}`)
  }
})
