/** What says that an image was compressed with loss is read in full, however small its viewport. */
import { join } from 'node:path'
import { alteredFile } from '../helpers/altered-files.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { change, expect, look, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')

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
  // Without the list of measurements, and without the report.
  for (const key of ['j', 'Alt+r']) {
    await desk.keyboard.press(key)
    await expect.poll(whole).toEqual([true, true, true, true])
    await look(desk, `lossy-mark-without-${key}`)
  }
})
