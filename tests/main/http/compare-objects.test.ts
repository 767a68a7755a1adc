import { expect, it } from 'vitest'
import { compareObjects } from '../../../main/http/compare-objects.ts'
import { ctImage, pixels, store, type Values } from '../cache/data-sets.ts'
import { testCache } from '../cache/test-cache.ts'

/** An ICC profile (0028,2000): too long to be kept with the other attributes. */
const profile = (seed: number): Buffer => {
  const value = pixels(5_000, seed)
  const head = Buffer.from([0x28, 0, 0, 0x20, 0x4f, 0x42, 0, 0, 0, 0, 0, 0])
  head.writeUInt32LE(value.length, 8)
  return Buffer.concat([head, value])
}

const open = async (cache: Awaited<ReturnType<typeof testCache>>, values: Values, ICCProfile: Buffer, seed = 1) => {
  const { request, bytes } = ctImage({ seed }, values)
  const at = bytes.indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))
  const whole = Buffer.concat([bytes.subarray(0, at), ICCProfile, bytes.subarray(at)])
  const outcome = await store(cache, { request, bytes: whole })
  return cache.open('instanceKey' in outcome ? outcome.instanceKey : -1)
}

it('tells attributes by value, long values by their bytes, and whether the pixels are equal', async () => {
  const cache = await testCache()
  const first = await open(cache, { PatientSex: 'F' }, profile(1))
  const second = await open(cache, { PatientSex: 'M', PatientAge: '060Y' }, profile(1))
  expect(await compareObjects(first, second)).toEqual({
    differences: [
      { path: '00100040', keyword: 'PatientSex', values: ['F', 'M'] },
      { path: '00101010', keyword: 'PatientAge', values: [null, '060Y'] },
    ],
    more: 0,
    pixels: 'equal',
  })
  const third = await open(cache, { PatientSex: 'F' }, profile(2), 9)
  expect(await compareObjects(first, third)).toEqual({
    differences: [{ path: '00282000', keyword: 'ICCProfile', values: ['5000 bytes', '5000 bytes'] }],
    more: 0,
    pixels: 'different',
  })
  expect(await compareObjects(first, first)).toEqual({ differences: [], more: 0, pixels: 'equal' })
})
