/** What is written on images of many origins is what pydicom says of them: values, letters, positions, lengths, regions. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { phantomFile } from '../../main/importer/phantom.ts'
import { phantomAt, voxelCentre } from '../../main/importer/phantom-model.ts'
import { daikonFolder, pydicomFolder, python } from '../helpers/corpora.ts'
import { dcmtk } from '../helpers/dcmtk.ts'
import {
  type Ellipse,
  expectEllipse,
  expectLength,
  expectLetters,
  expectValues,
  figure,
  openNamed,
  patient,
  placeOf,
  type Reference,
  references,
} from './reading-page.ts'
import { expect, look, mark, openStudy, studyRows, test } from './workstation-test.ts'

const pydicom = pydicomFolder('test_files')

test.skip(pydicom === null, 'needs python3-pydicom')

// Made where tests run: this file is also read where they are only listed, and nothing is tidied up.
let work: string
test.beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'astreinte-corpora-'))
})
test.afterAll(() => rmSync(work, { recursive: true }))

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.dcm'))
    .sort()
    .map((name) => join(folder, name))

const places = [
  [0.5, 0.5],
  [0.35, 0.6],
  [0.61, 0.44],
] as const

/** Objects of every kind, in the order of their series; `tolerance` for lossy codecs, whose decoders round differently. */
const single: { file: string; unit?: string; tolerance?: number }[] = [
  { file: `${pydicom}/CT_small.dcm`, unit: 'UH' },
  { file: `${pydicom}/MR_small_bigendian.dcm` },
  { file: `${pydicom}/MR_small_jpeg_ls_lossless.dcm` },
  { file: `${pydicom}/MR_small_jp2klossless.dcm` },
  { file: `${pydicom}/JPEG2000.dcm`, tolerance: 2 },
  { file: `${pydicom}/SC_rgb_rle.dcm` },
  { file: `${pydicom}/SC_rgb_jpeg_gdcm.dcm` },
  { file: `${pydicom}/SC_ybr_full_422_uncompressed.dcm`, tolerance: 1 },
  { file: `${pydicom}/ExplVR_BigEnd.dcm` },
  { file: join(daikonFolder(), 'deflated.dcm') },
  { file: join(daikonFolder(), 'implicit_little.dcm') },
  { file: join(daikonFolder(), 'explicit_little.dcm') },
  { file: join(daikonFolder(), 'jpeg_2000.dcm'), unit: 'UH' },
  { file: join(daikonFolder(), 'jpeg_baseline_8bit.dcm'), tolerance: 2 },
  { file: join(daikonFolder(), 'jpeg_lossless_sel1.dcm'), unit: 'UH' },
  { file: join(daikonFolder(), 'jpeg_ls.dcm') },
  { file: join(daikonFolder(), 'rle.dcm'), unit: 'UH' },
]

test('single objects of every transfer syntax and pixel kind', async ({ desk, station }) => {
  const folder = join(work, 'single')
  const script = join(import.meta.dirname, '..', 'fixtures', 'one_study.py')
  execFileSync(python, ['-W', 'ignore', script, folder, ...single.map(({ file }) => file)])
  const expected = references(filesOf(folder))
  expect(expected).toHaveLength(single.length + 1)
  const call = ['--decompress-never', '-aec', station.aeTitle, '+sd', '127.0.0.1', String(station.dicomPort), folder]
  expect((await dcmtk('dcmsend', call)).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('FORMATS')
  await openStudy(desk)
  for (const [index, image] of expected.entries()) {
    const { tolerance = 0, unit = index === single.length ? 'BQML' : '' } = single[index] ?? {}
    const last = image.NumberOfFrames
    await expect(desk.getByText(new RegExp(`· Sér\\. ${index + 1}$`)), image.file).toBeVisible()
    const shown = Math.floor(last / 2)
    await expect(desk.getByText(`Im. ${shown + 1}/${last}`, { exact: true }), image.file).toBeVisible()
    await expectValues(desk, image, places, { frame: shown, tolerance, unit })
    await expectLetters(desk, image)
    await expect(desk.getByText('Non calibré'), image.file).toHaveCount(image.PixelSpacing ? 0 : 1)
    await desk.keyboard.press('Shift+ArrowRight')
  }
})

/** One slice of the stack, its position and thickness as written. */
async function expectPosition(page: Page, image: Reference, index: number, count: number): Promise<void> {
  await expect(page.getByText(`Im. ${index + 1}/${count}`, { exact: true })).toBeVisible()
  await expect(async () => {
    const [, location = '', thickness = ''] =
      /^Pos\. (\S+) mm(?: · Ép\. (\S+) mm)?$/.exec(
        (await page.getByText(/^Pos\. /).innerText()).replace(/[\u202f\u00a0]/g, ' '),
      ) ?? []
    expect(Math.abs(figure(location) - (image.location ?? Number.NaN))).toBeLessThanOrEqual(0.0501)
    expect(figure(thickness)).toBeCloseTo(image.SliceThickness ?? Number.NaN, 2)
  }).toPass(patient)
}

/**
 * How far apart the transverse planes of a block of voxels are, and how many it takes from its lowest to its highest voxel, where slices
 * are as far apart as their positions say. Slices that lie obliquely count in the measure in which they face the planes.
 */
function transversePlanes(along: readonly Reference[]): { step: number; count: number } {
  const [first] = along
  const { Rows = 0, Columns = 0, PixelSpacing, ImageOrientationPatient: axes } = first ?? {}
  if (!axes || !PixelSpacing) throw new Error('no geometry')
  const between = ((along.at(-1)?.location ?? Number.NaN) - (first?.location ?? 0)) / (along.length - 1)
  const [rx = 0, ry = 0, rz = 0, cx = 0, cy = 0, cz = 0] = axes
  const blocks = [
    { up: rz, spacing: PixelSpacing[1], voxels: Columns },
    { up: cz, spacing: PixelSpacing[0], voxels: Rows },
    { up: rx * cy - ry * cx, spacing: between, voxels: along.length },
  ]
  const step = blocks.reduce((sum, { up, spacing }) => sum + up * up * spacing, 0)
  const height = blocks.reduce((sum, { up, spacing, voxels }) => sum + Math.abs(up) * spacing * (voxels - 1), 0)
  return { step, count: Math.round(height / step) + 1 }
}

interface Series {
  /** What its row in the study list shows. */
  row: string
  files: () => string[]
  unit: string
  ellipse: Ellipse
  line: [from: [number, number], to: [number, number]]
  /** What each value must be beside what pydicom says. */
  known?: (column: number, row: number, index: number) => number
}

const PHANTOM_FIRST = 96

const series: Record<string, Series> = {
  'an oblique MR whose SpacingBetweenSlices is wrong': {
    row: 'sans nom',
    files: () => filesOf(join(daikonFolder(), 'volume')),
    unit: '',
    ellipse: { column: 120, row: 110, rx: 30, ry: 20 },
    line: [
      [60, 80],
      [190, 170],
    ],
  },
  'the demo MR': {
    row: 'INIA19',
    files: () => filesOf(join(import.meta.dirname, '..', '..', 'resources', 'demo', 'mr')),
    unit: '',
    ellipse: { column: 70, row: 90, rx: 20, ry: 30 },
    line: [
      [20, 30],
      [110, 140],
    ],
  },
  // The insert of contrast medium: 300 HU, 24 mm across.
  'the CT phantom': {
    row: 'FANTÔME',
    files: () => {
      const folder = join(work, 'phantom')
      mkdirSync(folder, { recursive: true })
      for (let slice = PHANTOM_FIRST; slice < PHANTOM_FIRST + 9; slice++)
        writeFileSync(join(folder, `${slice}.dcm`), phantomFile(slice))
      return filesOf(folder)
    },
    unit: 'UH',
    ellipse: { column: 255.5, row: 391, rx: 12, ry: 12 },
    line: [
      [120, 255],
      [390, 391],
    ],
    known: (column, row, index) => phantomAt(voxelCentre(column, row, PHANTOM_FIRST + index)),
  },
}

test('series, slice by slice and in three planes', async ({ desk }) => {
  const corpora = Object.entries(series).map(([name, own]) => ({ name, ...own, paths: own.files() }))
  // Chosen, not sent: one of the files has zeros behind its pixels, which dcmtk does not send.
  await desk.locator('input[type=file]:not([webkitdirectory])').setInputFiles(corpora.flatMap(({ paths }) => paths))
  await desk.getByRole('button', { name: /^Importer \d/ }).click()
  for (const { name, row, paths, unit, ellipse, line, known } of corpora) {
    await test.step(name, async () => {
      await expect(studyRows(desk).filter({ hasText: row })).toContainText(`${paths.length} reçues`)
      const along = references(paths).sort((a, b) => (a.location ?? 0) - (b.location ?? 0))
      await openNamed(desk, row)
      const middle = Math.floor(along.length / 2)
      for (const index of [middle, middle + 1]) {
        const image = along[index]
        if (!image) throw new Error('no reference')
        if (known) {
          const { Columns, values } = image
          for (const at of [0, 131_000, 255 + 391 * Columns, 95 + 255 * Columns]) {
            expect(values[at]).toBe(known(at % Columns, Math.floor(at / Columns), index))
          }
        }
        await expectPosition(desk, image, index, along.length)
        await expectLetters(desk, image)
        await expectValues(desk, image, places, { unit })
        if (index === middle) await desk.keyboard.press('ArrowDown')
      }
      const image = along[middle + 1]
      if (!image) throw new Error('no reference')
      await expectEllipse(desk, image, ellipse, unit)
      await expectLength(desk, image, ...line)
      await look(desk, `reading-corpora-${paths.length}`)

      // While more images come, the heading says so: that must not move the image under the pointer.
      const still = await placeOf(desk)
      const said = await desk
        .locator('[role=status][data-state]')
        .first()
        .evaluateHandle((status) => {
          const words = document.createElement('span')
          words.textContent = 'réception en cours'
          status.append(words)
          return words
        })
      expect(await placeOf(desk)).toEqual(still)
      await said.evaluate((words) => words.remove())

      await desk.keyboard.press('m')
      const { step, count } = transversePlanes(along)
      const axial = desk.getByLabel('Axial', { exact: true })
      const thickness = new Intl.NumberFormat('fr', { maximumFractionDigits: 2 }).format(step)
      await expect(axial.getByText(/^Pos\. /)).toContainText(`Ép. ${thickness} mm`)
      await expect(axial.getByText(`/${count}`)).toBeVisible()
      await mark(desk, 'mpr-complete')
      await desk.keyboard.press('m')
      await expect(desk.getByText(/^Im\. /)).toHaveCount(1)
      await desk.keyboard.press('Escape')
      await expect(studyRows(desk).first()).toBeVisible()
    })
  }
})
