/** Which objects a person is asked to look at before they are passed on without identity. */
import { expect, it } from 'vitest'
import { HeaderScan } from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { mayShowNames } from '../../../main/exporter/burned-in.ts'
import { CT_IMAGE_STORAGE, ctImage, type Values } from '../cache/data-sets.ts'

const CR_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.1'
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7'
const PRIVATE_CLASS = '1.3.12.2.1107.5.9.1'

const asked = (
  SOPClassUID: string,
  more: Values = {},
  added = Buffer.alloc(0),
  TransferSyntaxUID: string = TransferSyntaxUIDs.ExplicitVRLittleEndian,
): boolean => {
  const { request, bytes } = ctImage({}, more)
  const pixels = bytes.indexOf(Buffer.from('e07f1000', 'hex'))
  const scan = new HeaderScan(request.TransferSyntaxUID)
  scan.push(Buffer.concat([bytes.subarray(0, pixels), added, bytes.subarray(pixels)]))
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  return mayShowNames(SOPClassUID, result.attributes, TransferSyntaxUID)
}

it('asks for what says so or often has writing, and not for what says that it has none', () => {
  expect(asked(CT_IMAGE_STORAGE)).toBe(false)
  expect(asked(CT_IMAGE_STORAGE, { BurnedInAnnotation: 'YES' })).toBe(true)
  expect(asked(SECONDARY_CAPTURE)).toBe(true)
  expect(asked(SECONDARY_CAPTURE, { BurnedInAnnotation: 'NO' })).toBe(false)
  expect(asked(CR_IMAGE_STORAGE)).toBe(true)
})

it('asks for captures under another name, kinds that nobody knows and overlays within the pixels', () => {
  expect(asked(CT_IMAGE_STORAGE, { ConversionType: 'WSD' })).toBe(true)
  expect(asked(CT_IMAGE_STORAGE, { ImageType: 'DERIVED\\SECONDARY\\SCREEN SAVE' })).toBe(true)
  expect(asked(PRIVATE_CLASS)).toBe(true)
  const OverlayBitPosition = (bit: number) =>
    Buffer.from(`0060020155530200${bit.toString(16).padStart(2, '0')}00`, 'hex')
  expect(asked(CT_IMAGE_STORAGE, { BurnedInAnnotation: 'NO' }, OverlayBitPosition(12))).toBe(true)
  expect(asked(CT_IMAGE_STORAGE, {}, OverlayBitPosition(0))).toBe(false)
  // Beside the 12 bits of the image it is cleared, where the pixels are uncompressed.
  const twelve = { BitsStored: 12, HighBit: 11 }
  expect(asked(CT_IMAGE_STORAGE, twelve, OverlayBitPosition(12))).toBe(false)
  expect(asked(CT_IMAGE_STORAGE, twelve, OverlayBitPosition(11))).toBe(true)
  expect(asked(CT_IMAGE_STORAGE, twelve, OverlayBitPosition(12), TransferSyntaxUIDs.RLELossless)).toBe(true)
})
