import { expect, test } from 'vitest'
import { toDicomJson } from '../../../main/dataset/dicom-json.ts'
import { HeaderScan } from '../../../main/dataset/header-scan.ts'
import { scanStored } from '../../../main/dataset/scan-stored.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'
import { bytesOf, element, fragments, header, ITEM, join, mark, smallImage, us } from './raw-data-set.ts'

const store = (bytes: Uint8Array, TransferSyntaxUID: string) => {
  let bytesRead = 0
  return {
    TransferSyntaxUID,
    length: bytes.length,
    bytesRead: () => bytesRead,
    async read(start: number, end: number) {
      bytesRead += end - start
      return bytes.slice(start, end)
    },
  }
}

test.each([
  [
    'native',
    join(
      smallImage().subarray(0, -24),
      element('PixelData', new Uint8Array(3_000_000)),
      element([0xfffcfffc, 'OB'], new Uint8Array(8)),
    ),
  ],
  [
    'encapsulated',
    join(
      us('Rows', 1),
      fragments([], [new Uint8Array(1_000_000), bytesOf('\xff\xd8\xff\xe0'), new Uint8Array(900_000)]),
    ),
  ],
])('%s pixels are not read, and the result is that of a whole scan', async (_, bytes) => {
  const UID = TransferSyntaxUIDs.ExplicitVRLittleEndian
  const stored = store(bytes, UID)
  const scan = new HeaderScan(UID)
  scan.push(bytes)
  const [whole, ranged] = [scan.end(), await scanStored(stored)]
  if (whole.kind !== 'complete' || ranged.kind !== 'complete') throw new Error(`${whole.kind} ${ranged.kind}`)
  expect({ ...ranged, attributes: toDicomJson(ranged.attributes) }).toEqual({
    ...whole,
    attributes: toDicomJson(whole.attributes),
  })
  expect(stored.bytesRead()).toBeLessThan(bytes.length / 5)
})

test('fragments that an earlier scan found are not looked at again, and the result is the same', async () => {
  const UID = '1.2.840.10008.1.2.4.50'
  const small = Array.from({ length: 400 }, (_, index) => new Uint8Array(2_000).fill(index))
  const behind = element([0xfffcfffc, 'OB'], new Uint8Array(8))
  const stored = store(join(us('Rows', 1), element('NumberOfFrames', '400'), fragments([], small), behind), UID)
  const first = await scanStored(stored)
  if (first.kind !== 'complete') throw new Error(first.kind)
  expect(first.pixelData?.frames?.length).toBe(400)
  const before = stored.bytesRead()
  const again = await scanStored(stored, { pixelData: first.pixelData })
  if (again.kind !== 'complete') throw new Error(again.kind)
  const comparable = ({ attributes, ...others }: typeof again) => ({
    ...others,
    json: toDicomJson(attributes, { bulkDataURI: (path) => path }),
    places: [...attributes.elements.values()].map(({ tag, offset, length }) => [tag, offset, length]),
  })
  expect(comparable(again)).toEqual(comparable(first))
  expect(stored.bytesRead() - before).toBeLessThan(before / 5)
})

test('a stored data set that is cut is told', async () => {
  const bytes = smallImage()
  expect(await scanStored(store(bytes.subarray(0, -3), TransferSyntaxUIDs.ExplicitVRLittleEndian))).toMatchObject({
    kind: 'cut',
  })
})

test('what is wrong behind a value that was passed over is told, not thrown', () => {
  const scan = new HeaderScan(TransferSyntaxUIDs.ExplicitVRLittleEndian)
  const long = element([0x00091001, 'OB'], new Uint8Array(70_000))
  const item = join(header('RequestAttributesSequence', 70_020), mark(ITEM, 70_013), long.subarray(0, 12))
  scan.push(item)
  scan.skip(scan.skippable)
  scan.push(new Uint8Array(8))
  expect(scan.end()).toMatchObject({ kind: 'cut' })
})
