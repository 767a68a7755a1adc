import { deflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { CacheError, type StoredObject } from '../../../main/cache/cache.ts'
import { inflatedObject } from '../../../main/cache/inflated-object.ts'

function stored(bytes: Uint8Array): { object: StoredObject; readBytes(): number } {
  let count = 0
  const read = async (start: number, end: number) => {
    count += end - start
    return bytes.subarray(start, end)
  }
  const object = { length: bytes.length, read, TransferSyntaxUID: '1.2.840.10008.1.2.1.99' } as StoredObject
  return { object, readBytes: () => count }
}

const dataSet = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index).join(' '))

it('reads any range, also backwards, past the end, and several at once', async () => {
  const { read } = inflatedObject(stored(deflateRawSync(dataSet)).object)
  const ranges: [number, number][] = [
    ...([
      [0, 10],
      [1_000_000, 1_000_100],
      [5, 700_000],
      [0, 0],
    ] as [number, number][]),
    [dataSet.length - 10, dataSet.length + 10],
    [dataSet.length + 5, dataSet.length + 10],
  ]
  const found = await Promise.all(ranges.map(([start, end]) => read(start, end)))
  expect(found.map((each) => Buffer.from(each).toString())).toEqual(
    ranges.map(([start, end]) => dataSet.subarray(start, end).toString()),
  )
})

it('inflates no more than is read, and reads on instead of beginning anew', async () => {
  const length = 64 * 1024 * 1024
  const { object, readBytes } = stored(deflateRawSync(Buffer.alloc(length)))
  const before = process.memoryUsage().arrayBuffers
  const { read } = inflatedObject(object)
  expect((await read(0, 16)).length).toBe(16)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(length / 8)
  for (let at = 16; at < length; at += length / 8) expect((await read(at, at + 16)).length).toBe(16)
  expect((await read(length, length + 16)).length).toBe(0)
  expect(readBytes()).toBe(object.length)
})

it('says what is damaged, and goes on with what is not', async () => {
  const whole = deflateRawSync(dataSet)
  const cut = inflatedObject(stored(whole.subarray(0, whole.length / 2)).object)
  const damaged = { name: 'CacheError', code: 'object-damaged' }
  await expect(cut.read(0, dataSet.length)).rejects.toMatchObject(damaged)
  expect(Buffer.from(await cut.read(0, 5)).toString()).toBe('0 1 2')
  await expect(inflatedObject(stored(Buffer.from('nothing')).object).read(0, 5)).rejects.toMatchObject(damaged)
  const unreadable = async () => {
    throw new CacheError('object-missing', 'gone')
  }
  const gone = inflatedObject({ ...stored(whole).object, read: unreadable })
  await expect(gone.read(0, 5)).rejects.toMatchObject({ code: 'object-missing' })
})
