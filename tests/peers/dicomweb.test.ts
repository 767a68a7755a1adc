import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePart10 } from '../../main/dataset/index.ts'
import { ScuAssociation } from '../../main/dimse/index.ts'
import { phantomFile } from '../../main/importer/phantom.ts'
import { craniumFolder, pydicomFolder, python } from '../helpers/corpora.ts'
import { dcmtk, hasTool, storescu } from '../helpers/dcmtk.ts'
import { type StationProcess, startStation } from '../helpers/station-process.ts'

interface Reference {
  path: string
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
  dataSet: string
  frames: string[]
  json: Json
}
type Json = Record<string, { vr: string; Value?: unknown[]; InlineBinary?: string; BulkDataURI?: string }>

/** One file of each kind: syntaxes, frames, private elements, reports, waveforms. Their SOP Instance UIDs differ. */
const names = [
  'CT_small.dcm',
  'MR_small_bigendian.dcm',
  'ExplVR_BigEnd.dcm',
  'image_dfl.dcm',
  'SC_rgb_jpeg_dcmtk.dcm',
  'SC_rgb_rle_2frame.dcm',
  'J2K_pixelrep_mismatch.dcm',
  'liver_1frame.dcm',
  'rtdose.dcm',
  'rtplan.dcm',
  'SC_rgb_small_odd.dcm',
  'reportsi.dcm',
  'test-SR.dcm',
  'waveform_ecg.dcm',
]
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const read = (paths: string[]): Reference[] =>
  execFileSync(python, [join(import.meta.dirname, 'dicomweb_reference.py'), ...paths], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reference)

/** The parts' bodies of a multipart message. */
async function bodies(answer: Response): Promise<Buffer[]> {
  expect(answer.status).toBe(200)
  const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? ''
  const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => Buffer.from(part.slice(part.indexOf('\r\n\r\n') + 4, -2), 'latin1'))
}

const dataSetOf = (file: Buffer): Buffer => {
  const head = parsePart10(file)
  if (head.kind !== 'part-10') throw new Error(head.kind)
  return file.subarray(head.dataSetOffset)
}

/** What both sides must agree on: standard elements that are not binary, numbers as numbers. */
function comparable(json: Json): unknown {
  const binary = ['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'UN']
  const kept = Object.entries(json).filter(([tag, { vr }]) => {
    const isPrivate = Number.parseInt(tag.slice(0, 4), 16) % 2 === 1
    return !isPrivate && !tag.endsWith('0000') && tag !== '00080005' && !binary.includes(vr)
  })
  return Object.fromEntries(kept.map(([tag, { vr, Value }]) => [tag, [vr, ...comparableValues(vr, Value ?? [])]]))
}
/** A name without trailing empty components and empty groups. */
const comparableName = (name: unknown): string => {
  const groups = Object.entries((name ?? {}) as Record<string, string>)
  const trimmed = groups.map(([group, text]) => [group, text.replace(/\^+$/, '')])
  return JSON.stringify(Object.fromEntries(trimmed.filter(([, text]) => text !== '')))
}

function comparableValues(vr: string, values: unknown[]): unknown[] {
  if (vr === 'SQ') return values.map((item) => comparable(item as Json))
  if (vr === 'PN') return values.map(comparableName).filter((name) => name !== '{}')
  if (values.every((value) => value === null || value === '')) return []
  return values.map((value) => (typeof value === 'string' ? value.trim() : value))
}

const files = pydicomFolder('test_files')
const hasPeers = files !== null && hasTool('storescu')

describe.runIf(hasPeers)('DICOMweb beside pydicom and dcmtk', () => {
  let station: StationProcess
  let references: Reference[] = []
  const addressOf = (each: Reference) =>
    `/studies/${each.StudyInstanceUID}/series/${each.SeriesInstanceUID}/instances/${each.SOPInstanceUID}`

  /** Sends the data sets as they are: dcmtk's tools write them anew. */
  async function send(paths: string[]): Promise<void> {
    const contexts = references.map(({ json, TransferSyntaxUID }) => ({
      abstractSyntax: String(json['00080016']?.Value?.[0]),
      transferSyntax: TransferSyntaxUID,
    }))
    const association = await ScuAssociation.open({
      ...{ host: '127.0.0.1', port: station.dicomPort },
      ...{ calledAETitle: station.aeTitle, callingAETitle: 'PYDICOM' },
      contexts,
    })
    for (const [index, { SOPInstanceUID, TransferSyntaxUID }] of references.entries()) {
      const SOPClassUID = contexts[index]?.abstractSyntax ?? ''
      const dataSet = [dataSetOf(readFileSync(paths[index] ?? ''))]
      const { status } = await association.store({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID, dataSet })
      expect([paths[index], status]).toEqual([paths[index], 0])
    }
    await association.release()
  }

  beforeAll(async () => {
    const paths = names.map((name) => join(files ?? '', name))
    references = read(paths)
    station = await startStation()
    await send(paths)
  })
  afterAll(() => station?.dispose())

  it('gives every data set back byte for byte, in the syntax it came in', async () => {
    for (const each of references) {
      const [file] = await bodies(
        await station.get(addressOf(each), 'multipart/related; type="application/dicom"; transfer-syntax=*'),
      )
      expect([each.path, sha(dataSetOf(file ?? Buffer.alloc(0)))]).toEqual([each.path, each.dataSet])
      const single = await station.get(addressOf(each), 'application/dicom')
      expect(single.headers.get('content-type')).toContain(each.TransferSyntaxUID)
      expect(sha(Buffer.from(await single.arrayBuffer()))).toBe(sha(file ?? Buffer.alloc(0)))
    }
  })

  it('writes files that dcmdump reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-wado-'))
    for (const [index, each] of references.entries()) {
      const path = join(folder, `${index}.dcm`)
      const answer = await station.get(addressOf(each), 'application/dicom')
      writeFileSync(path, Buffer.from(await answer.arrayBuffer()))
      const dumped = await dcmtk('dcmdump', ['+L', '+P', '0008,0018', path])
      expect(dumped).toMatchObject({ code: 0, output: expect.stringContaining(each.SOPInstanceUID) })
    }
    rmSync(folder, { recursive: true })
  })

  it('tells the same attributes as pydicom', async () => {
    for (const each of references) {
      const answer = await station.get(`${addressOf(each)}/metadata`, 'application/dicom+json')
      const [json] = (await answer.json()) as Json[]
      expect([each.path, comparable(json ?? {})]).toEqual([each.path, comparable(each.json)])
    }
  })

  it('gives the same frames as pydicom', async () => {
    const withFrames = references.filter(({ frames }) => frames.length > 0)
    expect(withFrames.length).toBeGreaterThan(8)
    for (const each of withFrames) {
      const list = each.frames.map((_, index) => index + 1).join(',')
      const frames = await bodies(await station.get(`${addressOf(each)}/frames/${list}`))
      expect([each.path, frames.map(sha)]).toEqual([each.path, each.frames])
    }
  })

  it('finds studies by what pydicom reads in them', async () => {
    const ct = references[0]
    if (!ct) throw new Error('no reference')
    const value = (tag: string) => String(ct.json[tag]?.Value?.[0] ?? '')
    const name = JSON.stringify(ct.json['00100010']?.Value).split('"')[3] ?? ''
    const date = value('00080020')
    const year = Number(date.slice(0, 4))
    const queries = [
      `PatientName=${encodeURIComponent(name.slice(0, -1))}*`,
      `PatientName=${encodeURIComponent(name.slice(0, -1).toLowerCase())}*`,
      `PatientID=${encodeURIComponent(value('00100020'))}`,
      `00100020=${encodeURIComponent(value('00100020').slice(0, -1))}%3F`,
      `StudyDate=${date}`,
      `StudyDate=${year}0101-${year}1231&ModalitiesInStudy=CT&PatientName=${encodeURIComponent(name)}`,
      `StudyInstanceUID=1.2.3,${ct.StudyInstanceUID}`,
      `AccessionNumber=${value('00080050')}&StudyInstanceUID=${ct.StudyInstanceUID}`,
    ]
    for (const query of queries) {
      const found = (await (await station.get(`/studies?${query}`)).json()) as Json[]
      expect([query, found.map((each) => each['0020000D']?.Value?.[0])]).toEqual([query, [ct.StudyInstanceUID]])
    }
    for (const query of [
      'PatientName=NOBODY*',
      `StudyDate=${year + 90}0101-`,
      'ModalitiesInStudy=XC',
      'PatientID=%3F',
    ]) {
      expect([query, (await station.get(`/studies?${query}`)).status]).toEqual([query, 204])
    }
  })

  it('pages through instances, each once', async () => {
    const uids = new Set<unknown>()
    for (let offset = 0; ; offset += 5) {
      const answer = await station.get(`/instances?limit=5&offset=${offset}`)
      if (answer.status === 204) break
      const page = (await answer.json()) as Json[]
      for (const each of page) uids.add(each['00080018']?.Value?.[0])
      expect(page.length).toBeLessThanOrEqual(5)
    }
    expect([...uids].sort()).toEqual(references.map(({ SOPInstanceUID }) => SOPInstanceUID).sort())
  })

  it('counts a real series as it was sent', async () => {
    const folder = craniumFolder()
    if (!folder) throw new Error('invesalius-examples is not installed')
    expect((await storescu(station, [folder])).code).toBe(0)
    const [study] = (await (await station.get('/studies?PatientID=CRANIUM-1')).json()) as Json[]
    expect(study?.['00201208']?.Value).toEqual([108])
    const uid = study?.['0020000D']?.Value?.[0]
    const parts = await bodies(await station.get(`/studies/${uid}`))
    expect(parts.length).toBe(108)
    const metadata = (await (await station.get(`/studies/${uid}/metadata`)).json()) as Json[]
    const numbers = metadata.map((each) => each['00200013']?.Value?.[0])
    expect(numbers).toEqual(Array.from({ length: 108 }, (_, index) => index + 1))
  })
})

it.runIf(hasTool('dciodvfy'))('the phantom is a valid CT image', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'astreinte-phantom-'))
  for (const slice of [0, 100, 199]) {
    const path = join(folder, `${slice}.dcm`)
    writeFileSync(path, phantomFile(slice))
    const { output } = await dcmtk('dciodvfy', ['-new', path])
    expect(output.split('\n').filter((line) => line.startsWith('Error'))).toEqual([])
    expect(output).toContain('CTImage')
  }
  rmSync(folder, { recursive: true })
})
