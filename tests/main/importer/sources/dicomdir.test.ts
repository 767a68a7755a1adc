/** What a DICOMDIR says of its files. */
import { expect, it } from 'vitest'
import { HeaderScan } from '../../../../main/dataset/index.ts'
import { Dicomdir } from '../../../../main/exporter/directory/dicomdir.ts'
import { readDicomdir } from '../../../../main/importer/sources/dicomdir.ts'
import { ctImage, type TestObject } from '../../cache/data-sets.ts'

const fileOf = ({ request, bytes }: TestObject, name: string) => {
  const scan = new HeaderScan(request.TransferSyntaxUID)
  scan.push(bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  return { ...request, fileId: ['DICOM', 'P1', 'S1', 'R1', name], attributes: result.attributes }
}

/** Places of RecordInUseFlag (0004,1410), in the order of the records. */
const flagsIn = (directory: Buffer): number[] => {
  const head = Buffer.from([0x04, 0x00, 0x10, 0x14, 0x55, 0x53, 0x02, 0x00])
  const places: number[] = []
  for (let at = directory.indexOf(head); at >= 0; at = directory.indexOf(head, at + 1)) places.push(at + head.length)
  return places
}

const named = async (bytes: Buffer) => {
  const read = async function* () {
    yield bytes
  }
  return (await readDicomdir({ name: 'DICOMDIR', bytes: bytes.length, read }))?.map(({ path }) =>
    path.split('/').at(-1),
  )
}

it('passes over records that are not in use, and what lies below them (PS3.3 F.3.2.2)', async () => {
  const files = [
    fileOf(ctImage({ series: 1, instance: 1 }), 'A'),
    fileOf(ctImage({ series: 1, instance: 2 }), 'B'),
    fileOf(ctImage({ series: 2, instance: 1 }), 'C'),
    fileOf(ctImage({ series: 2, instance: 2 }), 'D'),
  ]
  const whole = new Dicomdir()
  for (const file of files) whole.add(file)
  const directory = whole.bytes('1.2.3.4')
  // Patient, study, series, two images, series, two images.
  const flags = flagsIn(directory)
  expect(flags).toHaveLength(8)
  expect((await named(directory))?.sort()).toEqual(['A', 'B', 'C', 'D'])
  const without = (record: number): Buffer => {
    const changed = Buffer.from(directory)
    changed.writeUInt16LE(0, flags[record] ?? 0)
    return changed
  }
  expect((await named(without(3)))?.sort()).toEqual(['B', 'C', 'D'])
  expect((await named(without(5)))?.sort()).toEqual(['A', 'B'])
})
