import { expect, it } from 'vitest'
import type { StoredObject } from '../../../../main/cache/cache.ts'
import { writeDataSet } from '../../../../main/dataset/index.ts'
import { metadataOf } from '../../../../main/http/dicom-web/metadata.ts'

let underWay = 0
let most = 0

/** An object whose header is read when the others had their chance to begin. */
function slow(number: number, isDamaged = false): StoredObject {
  const bytes = writeDataSet({ SOPInstanceUID: `1.2.${number}`, InstanceNumber: number })
  const uids = { StudyInstanceUID: '1', SeriesInstanceUID: '1.1', SOPInstanceUID: `1.2.${number}`, SOPClassUID: '1.3' }
  const content = { TransferSyntaxUID: '1.2.840.10008.1.2.1', length: bytes.length, sha256: '', pixelData: null }
  const read = async (start: number, end: number) => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    if (isDamaged) throw new Error('damaged')
    return bytes.subarray(start, end)
  }
  return { instanceKey: number, ...uids, ...content, read }
}
const text = async (objects: StoredObject[]): Promise<string> => {
  let all = ''
  for await (const piece of await metadataOf(objects, () => '')) all += piece
  return all
}

it('reads a few headers ahead, and writes them in order', async () => {
  const numbers = Array.from({ length: 50 }, (_, index) => index + 1)
  const read = JSON.parse(await text(numbers.map((number) => slow(number)))) as Record<string, { Value: unknown[] }>[]
  expect(read.map((each) => each['00200013']?.Value[0])).toEqual(numbers)
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(5)
})

it('fails for what cannot be read in its turn, the first at once', async () => {
  await expect(metadataOf([slow(1, true), slow(2)], () => '')).rejects.toThrow('damaged')
  const pieces: string[] = []
  const written = await metadataOf([slow(1), slow(2), slow(3, true), slow(4, true), slow(5)], () => '')
  const all = (async () => {
    for await (const piece of written) pieces.push(piece)
  })()
  await expect(all).rejects.toThrow('damaged')
  expect(pieces.length).toBe(2)
  expect(await text([])).toBe('[]')
})
