import { deflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { StoredObject } from '../../../main/cache/cache.ts'
import { writeDataSet } from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'
import { findElementValue, readAttributes } from '../../../main/http/stored-attributes.ts'

const plain = writeDataSet({
  SOPInstanceUID: '1.2.3.4',
  PatientName: 'NAME^ONE',
  EncapsulatedDocument: Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251),
})

const stored = (bytes: Uint8Array, TransferSyntaxUID: string) =>
  ({
    ...{ TransferSyntaxUID, length: bytes.length, pixelData: null },
    read: async (start: number, end: number) => bytes.subarray(start, end),
  }) as StoredObject

const { ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian } = TransferSyntaxUIDs

it('reads the same of a deflated object, and calls one damaged that is cut', async () => {
  const deflated = deflateRawSync(plain)
  const objects = [stored(plain, ExplicitVRLittleEndian), stored(deflated, DeflatedExplicitVRLittleEndian)]
  const [one, other] = await Promise.all(objects.map((each) => readAttributes(each, (path) => path)))
  expect(other).toEqual(one)
  expect(other?.['00100010']?.Value).toEqual([{ Alphabetic: 'NAME^ONE' }])
  const values = await Promise.all(objects.map((each) => findElementValue(each, '00420011')))
  expect(values.map((each) => each?.length)).toEqual([1_000_000, 1_000_000])
  const [first, second] = await Promise.all(values.map((each) => each?.read(700_000, 700_100)))
  expect(second).toEqual(first)
  const cut = stored(deflated.subarray(0, deflated.length - 100), DeflatedExplicitVRLittleEndian)
  await expect(readAttributes(cut)).rejects.toMatchObject({ code: 'object-damaged' })
})
