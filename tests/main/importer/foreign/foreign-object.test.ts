import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { expect, it } from 'vitest'
import { HeaderScan, part10Header } from '../../../../main/dataset/index.ts'
import { type ForeignObject, foreignObject } from '../../../../main/importer/foreign/foreign-object.ts'
import type { UprightPicture } from '../../../../main/importer/foreign/upright.ts'
import { python } from '../../../helpers/corpora.ts'
import { dcmtk, hasTool } from '../../../helpers/dcmtk.ts'
import { ctImage } from '../../cache/data-sets.ts'
import { temporaryFolder } from '../../cache/temporary-folder.ts'
import { mp4 } from './mp4-file.ts'

/** A JPEG's markers with a stand-in for its scan: nothing here decodes it. */
const jpeg = (startOfFrame: number, components: number): Buffer =>
  Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    Buffer.from([0xff, startOfFrame, 0, 8 + 3 * components, 8, 0, 12, 0, 20, components]),
    Buffer.from([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]).subarray(0, 3 * components),
    Buffer.from('ffda000801010000003f00d2cf20ffd9', 'hex'),
  ])

const study = () => {
  const { bytes, request } = ctImage({}, { StudyID: 'S7', ReferringPhysicianName: 'NOËL^Claire' })
  const scan = new HeaderScan(request.TransferSyntaxUID)
  scan.push(bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  return result.attributes
}

const made = (bytes: Uint8Array, title = 'Compte rendu'): ForeignObject | null =>
  foreignObject({ bytes, title, batchId: 'one', InstanceNumber: 1 }, study())

const fileOf = (object: ForeignObject): string => {
  const file = join(temporaryFolder(), 'object.dcm')
  writeFileSync(file, Buffer.concat([part10Header(object), object.dataSet]))
  return file
}

const png = encode({
  width: 3,
  height: 2,
  channels: 4,
  depth: 8,
  data: Uint8Array.from({ length: 24 }, (_, at) => (at % 4 === 3 ? (at < 12 ? 255 : 0) : at * 5)),
})
const pdf = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF')
/** Without chroma subsampling, as scanners and screen tools write it. */
const fullJpeg = Buffer.from(jpeg(0xc0, 3).toString('hex').replace('03012200', '03011100'), 'hex')
const kinds = { jpeg: jpeg(0xc0, 3), 'full jpeg': fullJpeg, grey: jpeg(0xc0, 1), png, pdf, mp4: mp4(100, 31) }

it.each(Object.entries(kinds))(
  'a %s is an object without fault, of the patient and study it was added to',
  async (_, bytes) => {
    const object = made(bytes)
    expect(object).not.toBeNull()
    if (!object || !hasTool('dciodvfy')) return
    const { output } = await dcmtk('dciodvfy', [fileOf(object)])
    expect(output.match(/^Error.*/gm)).toBeNull()
    const script = `
import sys,json,pydicom
d=pydicom.dcmread(sys.argv[1])
print(json.dumps([str(d.PatientName),d.PatientID,d.StudyInstanceUID,d.StudyID,str(d.ReferringPhysicianName),d.StudyDate]))`
    const told = JSON.parse(execFileSync(python, ['-W', 'ignore', '-c', script, fileOf(object)], { encoding: 'utf8' }))
    expect(told).toEqual(['MÜLLERSON^Élise', 'PAT1', '1.2.826.0.1.77.1', 'S7', 'NOËL^Claire', '20260115'])
  },
  60_000,
)

it('takes a title of any file', () => {
  for (const bytes of [kinds.jpeg, kinds.pdf]) {
    const object = made(bytes, 'CR\\ancien\u0007 bilan ')
    const scan = new HeaderScan(object?.TransferSyntaxUID ?? '')
    scan.push(object?.dataSet ?? new Uint8Array())
    const result = scan.end()
    expect(result.kind === 'complete' && result.attributes.text('SeriesDescription')).toBe('CR ancien bilan')
  }
})

it('keeps the bytes of compressed files as they are, padded to an even length', () => {
  for (const bytes of [kinds.jpeg, kinds.mp4]) {
    const dataSet = Buffer.from(made(bytes)?.dataSet ?? [])
    const at = dataSet.indexOf(bytes)
    expect(at).toBeGreaterThan(0)
    expect(dataSet.readUInt32LE(at - 4)).toBe(bytes.length + (bytes.length % 2))
  }
})

it('keeps every sample of a PNG, transparent parts over white', () => {
  const dataSet = Buffer.from(made(png)?.dataSet ?? [])
  const pixels = [...dataSet.subarray(-18)]
  expect(pixels).toEqual([0, 5, 10, 20, 25, 30, 40, 45, 50, ...Array(9).fill(255)])
})

it('puts files that were added together into one series a kind', () => {
  const uidOf = (bytes: Uint8Array, batchId: string) => {
    const object = foreignObject({ bytes, title: 't', batchId, InstanceNumber: 1 }, study())
    const scan = new HeaderScan(object?.TransferSyntaxUID ?? '')
    scan.push(object?.dataSet ?? new Uint8Array(0))
    const result = scan.end()
    return result.kind === 'complete' ? result.attributes.text('SeriesInstanceUID') : result.kind
  }
  expect(uidOf(kinds.jpeg, 'a')).toBe(uidOf(kinds.grey, 'a'))
  expect(uidOf(kinds.jpeg, 'a')).not.toBe(uidOf(kinds.pdf, 'a'))
  expect(uidOf(kinds.jpeg, 'a')).not.toBe(uidOf(kinds.jpeg, 'b'))
})

it('takes nothing that it could not keep without loss, and nothing damaged', () => {
  const refused = [
    jpeg(0xc2, 3),
    jpeg(0xc0, 3).subarray(0, 24),
    jpeg(0xc0, 3).subarray(0, -2),
    mp4(110, 31),
    mp4(100, 31).subarray(0, -1),
    mp4(100, 52),
    Buffer.from('GIF89a'),
    png.subarray(0, 40),
    Buffer.alloc(0),
  ]
  expect(refused.map((bytes) => made(bytes))).toEqual(refused.map(() => null))
})

it('takes the colours of a JPEG for what decoders take them', () => {
  const plain = jpeg(0xc0, 3)
  const [jfif, frame] = [plain.subarray(2, 20), plain.subarray(20)]
  const adobe = (transform: number) => Buffer.from(`ffee000e41646f62650064000000000${transform}`, 'hex')
  const named = (names: string) => {
    const changed = Buffer.from(frame)
    for (const [at, name] of [...names].entries()) changed.write(name, 10 + 3 * at, 'latin1')
    return changed
  }
  const interpretationOf = (...parts: Uint8Array[]) => {
    const object = made(Buffer.concat([Buffer.from('ffd8', 'hex'), ...parts]))
    return Buffer.from(object?.dataSet ?? [])
      .toString('latin1')
      .match(/YBR_FULL_422|RGB /)?.[0]
  }
  expect({
    nothing: interpretationOf(frame),
    names: interpretationOf(named('RGB')),
    jfif: interpretationOf(jfif, named('RGB')),
    adobe: interpretationOf(adobe(0), frame),
    transformed: interpretationOf(adobe(1), named('RGB')),
    both: interpretationOf(jfif, adobe(0), frame),
  }).toEqual({
    nothing: 'YBR_FULL_422',
    names: 'RGB ',
    jfif: 'YBR_FULL_422',
    adobe: 'RGB ',
    transformed: 'YBR_FULL_422',
    both: 'YBR_FULL_422',
  })
})

it('a photograph that was turned is an object without fault, uncompressed and still marked as compressed with loss', async () => {
  const upright: UprightPicture = {
    rows: 4,
    columns: 2,
    samplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    pixels: new Uint8Array(24),
  }
  const file = { bytes: jpeg(0xc0, 3), upright, title: 'Photo', batchId: 'one', InstanceNumber: 1 }
  const object = foreignObject(file, study())
  if (!object) throw new Error('refused')
  expect(object.TransferSyntaxUID).toBe('1.2.840.10008.1.2.1')
  const scan = new HeaderScan(object.TransferSyntaxUID)
  scan.push(object.dataSet)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  const { attributes } = result
  expect([attributes.number('Rows'), attributes.number('Columns'), attributes.text('LossyImageCompression')]).toEqual([
    4,
    2,
    '01',
  ])
  if (!hasTool('dciodvfy')) return
  const { output } = await dcmtk('dciodvfy', [fileOf(object)])
  expect(output.match(/^Error.*/gm)).toBeNull()
})
