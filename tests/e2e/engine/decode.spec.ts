/** Every compressed transfer syntax through the real workers, in a page under the product's security policy, against pydicom's values. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import codecs from 'dcmjs-codecs'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { pydicomFolder, python } from '../../helpers/corpora.ts'
import { expect, test } from './fixtures.ts'
import { phantom, phantomHeader, phantomPixels } from './phantom.ts'

interface Sample {
  file: string
  header: ImageHeader
  isCompressed: boolean
  frame: string
  values: string | null
}

const folder = pydicomFolder('test_files')

const read = (files: readonly string[]): Sample[] =>
  execFileSync(
    python,
    [
      '-W',
      'ignore',
      join(import.meta.dirname, 'pydicom_frames.py'),
      ...files.map((file) => join(folder ?? '', `${file}.dcm`)),
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Sample)

const floats = (base64: string): Float32Array => {
  const bytes = Buffer.from(base64, 'base64')
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

const largest = (values: ArrayLike<number>, reference: ArrayLike<number>): number => {
  let difference = values.length === reference.length ? 0 : Number.POSITIVE_INFINITY
  for (let i = 0; i < reference.length; i++) {
    difference = Math.max(difference, Math.abs((values[i] ?? Number.NaN) - (reference[i] ?? 0)))
  }
  return difference
}

type Decode = (header: ImageHeader, frame: string) => Promise<{ values: number[] } | { reason: string }>

const decodeIn =
  (page: Page): Decode =>
  (header, frame) =>
    page.evaluate(({ header, frame }) => window.harness.decode(header, frame), { header, frame })

test('lossless images decode to the stored values', async ({ harness }) => {
  test.skip(folder === null, 'python3-pydicom is not installed')
  const decode = decodeIn(harness)
  const [plain] = read(['MR_small'])
  const reference = floats(plain?.values ?? '')
  for (const sample of read(['MR_small_RLE', 'MR_small_jp2klossless', 'MR_small_jpeg_ls_lossless'])) {
    const answer = await decode(sample.header, sample.frame)
    expect('values' in answer ? largest(answer.values, reference) : answer, sample.file).toBe(0)
  }
  for (const sample of read(['J2K_pixelrep_mismatch', 'SC_rgb_rle', 'rtdose_rle_1frame'])) {
    const answer = await decode(sample.header, sample.frame)
    const values = floats(sample.values ?? '')
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    expect('values' in answer ? largest(answer.values, values) / scale : answer, sample.file).toBeLessThan(1e-6)
  }
})

test('lossy images decode as pydicom decodes them, in their own colours', async ({ harness }) => {
  test.skip(folder === null, 'python3-pydicom is not installed')
  const decode = decodeIn(harness)
  const samples = read([
    'SC_jpeg_no_color_transform',
    'SC_jpeg_no_color_transform_2',
    'SC_rgb_dcmtk_+eb+cr',
    'SC_rgb_dcmtk_+eb+cy+n1',
    'SC_rgb_jpeg_dcmtk',
    'SC_rgb_jpeg_lossy_gdcm',
    'SC_rgb_jpeg_app14_dcmd',
    'JPEG2000',
  ])
  const differences: Record<string, unknown> = {}
  for (const sample of samples) {
    const answer = await decode(sample.header, sample.frame)
    differences[sample.file] = 'values' in answer ? largest(answer.values, floats(sample.values ?? '')) : answer
  }
  // JPEG decoders may round differently by a step or two.
  for (const { file } of samples) expect(differences[file], file).toBeLessThan(3)
})

test('JPEG lossless in colour gives the pixels of the same image stored plainly', async ({ harness }) => {
  test.skip(folder === null, 'python3-pydicom is not installed')
  const decode = decodeIn(harness)
  const [lossless, rle] = read(['SC_rgb_jpeg_gdcm', 'SC_rgb_rle'])
  if (!lossless || !rle) throw new Error('samples missing')
  const answer = await decode(lossless.header, lossless.frame)
  expect('values' in answer ? largest(answer.values, floats(rle.values ?? '')) : answer).toBe(0)
})

test('what no codec of ours can decode says so, and the next frame decodes', async ({ harness }) => {
  test.skip(folder === null, 'python3-pydicom is not installed')
  const decode = decodeIn(harness)
  const [extended, good] = read(['JPGExtended', 'MR_small_jp2klossless'])
  if (!extended || !good) throw new Error('samples missing')
  expect(await decode(extended.header, extended.frame)).toEqual({ reason: 'unsupported-transfer-syntax' })
  const syntaxes = ['4.50', '4.70', '4.80', '4.90', '4.201', '5'].map((end) => `1.2.840.10008.1.2.${end}`)
  for (const TransferSyntaxUID of syntaxes) {
    const garbage = Buffer.from(`${TransferSyntaxUID} is not what these bytes are`.repeat(8)).toString('base64')
    const answer = await decode({ ...good.header, TransferSyntaxUID }, garbage)
    expect(answer, TransferSyntaxUID).toHaveProperty('reason')
    const half = Buffer.from(good.frame, 'base64').subarray(0, 200).toString('base64')
    const cut = await decode({ ...good.header, TransferSyntaxUID }, half)
    expect(Object.keys(cut), TransferSyntaxUID).toHaveLength(1)
  }
  expect(await decode({ ...good.header, TransferSyntaxUID: '1.2.840.10008.1.2.4.110' }, good.frame)).toEqual({
    reason: 'unsupported-transfer-syntax',
  })
  expect(await decode(good.header, good.frame)).toHaveProperty('values')
})

/** Slice 7 of the phantom and how it is given to a codec of ours. */
const phantomContext = async () => {
  const { Context, NativeCodecs } = codecs
  await NativeCodecs.initializeAsync()
  const decodedBuffer = phantomPixels(7)
  return {
    reference: Float32Array.from(new Uint16Array(decodedBuffer.buffer), (value) => value - 1024),
    context: () =>
      new Context({
        width: phantom.columns,
        height: phantom.rows,
        bitsAllocated: 16,
        bitsStored: 12,
        samplesPerPixel: 1,
        pixelRepresentation: 0,
        planarConfiguration: 0,
        photometricInterpretation: 'MONOCHROME2',
        decodedBuffer,
      }),
  }
}

test('HTJ2K, JPEG lossless and the others made here come back exactly', async ({ harness }) => {
  const decode = decodeIn(harness)
  const { NativeCodecs } = codecs
  const { context, reference } = await phantomContext()
  const made: Record<string, () => ReturnType<typeof context>> = {
    '1.2.840.10008.1.2.4.201': () => NativeCodecs.encodeHtJpeg2000(context(), { lossy: false }),
    '1.2.840.10008.1.2.4.70': () => NativeCodecs.encodeJpeg(context(), { lossy: false }),
    '1.2.840.10008.1.2.4.80': () => NativeCodecs.encodeJpegLs(context(), { lossy: false }),
    '1.2.840.10008.1.2.4.90': () => NativeCodecs.encodeJpeg2000(context(), { lossy: false }),
    '1.2.840.10008.1.2.5': () => NativeCodecs.encodeRle(context()),
  }
  for (const [TransferSyntaxUID, encode] of Object.entries(made)) {
    const frame = Buffer.from(encode().getEncodedBuffer() ?? []).toString('base64')
    const answer = await decode(phantomHeader(7, { TransferSyntaxUID }), frame)
    expect('values' in answer ? largest(answer.values, reference) : answer, TransferSyntaxUID).toBe(0)
  }
})

test('a decoder that cannot be loaded is no damage of the object: it says so, and the image comes by itself', async ({
  page,
  server,
}) => {
  const { context } = await phantomContext()
  const TransferSyntaxUID = '1.2.840.10008.1.2.4.80'
  const frame = codecs.NativeCodecs.encodeJpegLs(context(), { lossy: false }).getEncodedBuffer()
  if (!frame) throw new Error('not encoded')
  const headers = [phantomHeader(7, { TransferSyntaxUID }), phantomHeader(8, { TransferSyntaxUID })]
  for (const { instanceKey } of headers) server.frames.set(`${instanceKey}/0`, { kind: 'compressed', bytes: frame })
  await page.goto(server.url)
  for (const [id, withheld] of [
    ['a', /worker.*\.js$/],
    ['b', /charls.*\.wasm$/],
  ] as const) {
    server.withheld = withheld
    await page.evaluate(
      async ({ headers, id }) => {
        const { harness } = window
        harness.engine ??= await harness.createViewerEngine()
        const [set] = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
        if (!set) throw new Error('no display set')
        harness.views[id] = harness.engine.mountStack(harness.element(id), set, 0)
      },
      { headers, id },
    )
    const said = () =>
      page.evaluate((id) => {
        const state = window.harness.views[id]?.state()
        return `${state?.status} ${state?.notDisplayable}`
      }, id)
    await expect.poll(said).toBe('not-displayable decoder-not-loaded')
    server.withheld = null
    await expect.poll(said).toBe('painted null')
    const load = () =>
      page.evaluate((id) => {
        const { engine, views } = window.harness
        return engine.loadState(views[id]?.displaySetId ?? '')
      }, id)
    await expect.poll(load).toEqual({ total: 2, loaded: 2, failed: 0 })
    await page.evaluate(() => window.harness.engine.destroy())
    await page.reload()
  }
})
