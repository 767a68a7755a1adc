import { expect, test } from 'vitest'
import { wholeFirst } from '../../../../main/receiver/sending/whole-first.ts'

/** A source of pieces of one byte that counts how often it was begun, and breaks at the piece `at` of its `during`th reading. */
function source(length: number, during = 0, at = 0) {
  const counted = { begun: 0 }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    counted.begun += 1
    const { begun } = counted
    for (let index = 0; index < length; index += 1) {
      if (begun === during && index === at) throw new Error('damaged')
      yield Uint8Array.of(index)
    }
  }
  return { counted, pieces }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<number[]> {
  const list: number[] = []
  for await (const piece of pieces) list.push(...piece)
  return list
}

test.each([
  ['is read once when it can be held', 4, 1],
  ['is read twice when it cannot', 5, 2],
])('what %s, and every piece is given in order', async (_, length, readings) => {
  const { counted, pieces } = source(length)
  expect(await collect(wholeFirst(pieces, 4))).toEqual(Array.from({ length }, (_, index) => index))
  expect(counted.begun).toBe(readings)
})

test.each([3, 9])('%i pieces of which the last is damaged give none', async (length) => {
  const pieces = wholeFirst(source(length, 1, length - 1).pieces, 4)
  await expect(pieces.next()).rejects.toThrow('damaged')
})
