import { constants, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Inflate, InflateError } from '../../../main/dataset/inflate.ts'

const inflate = (deflated: Uint8Array, step: number): { bytes: Buffer; finished: boolean } => {
  const parts: Buffer[] = []
  const stream = new Inflate((bytes) => parts.push(Buffer.from(bytes)))
  for (let at = 0; at < deflated.length; at += step) stream.push(deflated.subarray(at, at + step))
  return { bytes: Buffer.concat(parts), finished: stream.finished }
}

const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED]

test('what zlib deflates comes back, for every level, strategy and chunk size', () => {
  const runs = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 300 })), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(
      runs,
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(...strategies),
      fc.integer({ min: 1, max: 900 }),
      (list, level, strategy, step) => {
        const plain = Buffer.concat(
          list.flatMap(([bytes, times]) => Array.from({ length: times }, () => Buffer.from(bytes))),
        )
        const { bytes, finished } = inflate(deflateRawSync(plain, { level, strategy }), step)
        expect([bytes.equals(plain), finished]).toEqual([true, true])
      },
    ),
    { numRuns: 60 },
  )
})

test('data far longer than the window comes back', () => {
  const plain = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7))
  expect(inflate(deflateRawSync(plain), 1000).bytes.equals(plain)).toBe(true)
})

test('a cut stream is not finished, noise is an error or unfinished, never more', () => {
  const deflated = deflateRawSync(Buffer.from('Astreinte '.repeat(100)))
  expect(inflate(deflated.subarray(0, -3), 7).finished).toBe(false)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      try {
        inflate(noise, 3)
      } catch (error) {
        expect(error).toBeInstanceOf(InflateError)
      }
    }),
  )
})

test('what is found, and where it ends, does not depend on how the stream is cut, whatever is wrong with it', () => {
  const found = (deflated: Uint8Array, step: number): unknown => {
    const parts: Buffer[] = []
    const stream = new Inflate((bytes) => parts.push(Buffer.from(bytes)))
    let error: string | null = null
    try {
      for (let at = 0; at < deflated.length; at += step) stream.push(deflated.subarray(at, at + step))
    } catch (cause) {
      error = (cause as Error).message
    }
    return { bytes: Buffer.concat(parts).toString('latin1'), error, finished: error === null && stream.finished }
  }
  const texts = fc.array(fc.constantFrom('Astreinte ', 'scanner ', '\0\0\0\0', 'é', '512\\512'), { maxLength: 400 })
  const change = fc.record({ at: fc.nat(), by: fc.integer({ min: 0, max: 255 }) })
  fc.assert(
    fc.property(texts, fc.constantFrom(...strategies), change, (list, strategy, { at, by }) => {
      const deflated = Buffer.from(deflateRawSync(Buffer.from(list.join('')), { strategy }))
      const place = at % deflated.length
      deflated[place] = (deflated[place] ?? 0) ^ by
      const whole = found(deflated, deflated.length)
      for (const step of [1, 5, 64]) expect(found(deflated, step)).toEqual(whole)
    }),
    { numRuns: 150 },
  )
})
