/** Overlays in unused bits of uncompressed pixels: they go with the identity, and the image stays. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { HeaderScan, parsePart10 } from '../../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../../main/dicom/index.ts'
import { overlayMask } from '../../../../main/exporter/deidentify/overlay-bits.ts'
import { CT_IMAGE_STORAGE, type TestObject } from '../../cache/data-sets.ts'
import { type Encoding, element, join as joined, number, sixPixels, us } from '../../dataset/raw-data-set.ts'
import { basicProfile, exported, filesBelow, holding } from '../exporting.ts'

const { ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless } = TransferSyntaxUIDs

/** Twelve bits of image, and overlays in the four above. */
const words = [0x0123, 0xffff, 0xf000, 0x1fff, 0x8abc, 0x7000]

interface Overlay {
  bit: number
  allocated?: number
}
const image = (overlays: readonly Overlay[], encoding: Encoding): Uint8Array =>
  joined(
    element('SOPClassUID', CT_IMAGE_STORAGE, encoding),
    element('SOPInstanceUID', '1.2.3.4', encoding),
    element('StudyInstanceUID', '1.2.3', encoding),
    element('SeriesInstanceUID', '1.2.3.1', encoding),
    ...sixPixels(encoding),
    ...overlays.flatMap(({ bit, allocated = 16 }, index) => [
      us([0x60000100 + index * 0x20000, 'US'], allocated, encoding),
      us([0x60000102 + index * 0x20000, 'US'], bit, encoding),
    ]),
    element([0x7fe00010, 'OW'], joined(...words.map((word) => number(word, 2, encoding))), encoding),
  )

it.each<[string, string, Encoding]>([
  ['explicit VR', ExplicitVRLittleEndian, {}],
  ['implicit VR', ImplicitVRLittleEndian, { implicit: true }],
  ['big endian', ExplicitVRBigEndian, { bigEndian: true }],
])('are cleared in %s, without touching the image or other unused bits', async (_, TransferSyntaxUID, encoding) => {
  const object: TestObject = {
    request: {
      ...{ origin: 'received', peer: { AETitle: '', address: '' }, TransferSyntaxUID },
      ...{ SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID: '1.2.3.4' },
    },
    bytes: Buffer.from(image([{ bit: 12 }, { bit: 15 }], encoding)),
  }
  const held = holding(object)
  const { path } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs, deidentification: basicProfile })
  const file = readFileSync(filesBelow(join(path, 'DICOM'))[0] ?? '')
  const head = parsePart10(file)
  if (head.kind !== 'part-10') throw new Error('no DICOM file')
  const dataSet = file.subarray(head.dataSetOffset)
  const scan = new HeaderScan(head.TransferSyntaxUID)
  scan.push(dataSet)
  const result = scan.end()
  if (result.kind !== 'complete' || !result.pixelData) throw new Error('no pixels')
  const { offset, length } = result.pixelData
  const written = Array.from({ length: length / 2 }, (_each, at) => dataSet.readUInt16LE(offset + at * 2))
  expect(written).toEqual(words.map((word) => word & 0x6fff))
  expect([...result.attributes.elements.keys()].filter((tag) => tag >>> 24 === 0x60)).toEqual([])
})

it('are told apart from those of their own, and from what cannot be cleared', () => {
  const maskOf = (overlays: readonly Overlay[], TransferSyntaxUID: string = ExplicitVRLittleEndian) => {
    const scan = new HeaderScan(ExplicitVRLittleEndian)
    scan.push(image(overlays, {}))
    const result = scan.end()
    if (result.kind !== 'complete') throw new Error(result.detail)
    return overlayMask(result.attributes, TransferSyntaxUID)
  }
  expect(maskOf([])).toBe(null)
  expect(maskOf([{ bit: 0, allocated: 1 }])).toBe(null)
  expect(maskOf([{ bit: 13 }])).toEqual({ mask: Uint8Array.of(0xff, 0xdf), isWhole: true })
  // Within the image, or compressed.
  expect(maskOf([{ bit: 0 }])).toEqual({ mask: null, isWhole: false })
  expect(maskOf([{ bit: 11 }, { bit: 12 }])).toEqual({ mask: Uint8Array.of(0xff, 0xef), isWhole: false })
  expect(maskOf([{ bit: 12 }], RLELossless)).toEqual({ mask: null, isWhole: false })
})
