import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { keepPace, TooSlow } from '../../../main/http/keep-pace.ts'

const piece = (length: number) => new Uint8Array(length)

it('passes on what comes in time, however long its reader takes', async () => {
  const body = new PassThrough()
  const lengths: number[] = []
  body.end(piece(10))
  for await (const each of keepPace(body, { bytes: 100, within: 1 })) {
    const begun = performance.now()
    while (performance.now() - begun < 20);
    lengths.push(each.length)
  }
  expect(lengths).toEqual([10])
})

it('ends a body that drips, and one that stops', async () => {
  const body = new PassThrough()
  let dripped = 0
  const drip = setInterval(() => {
    dripped += 1
    body.write(piece(1))
  }, 2)
  let read = 0
  const reading = async () => {
    for await (const each of keepPace(body, { bytes: 1_000_000, within: 100 })) read += each.length
  }
  await expect(reading()).rejects.toThrow(TooSlow)
  clearInterval(drip)
  expect(read).toBeGreaterThan(0)
  expect(read).toBeLessThanOrEqual(dripped)

  const silent = new PassThrough()
  const pieces = keepPace(silent, { bytes: 5, within: 50 })
  silent.write(piece(5))
  expect((await pieces.next()).value).toHaveLength(5)
  await expect(pieces.next()).rejects.toThrow(TooSlow)
})

it('lets a body go on that brings what it must, and passes on its errors', async () => {
  const body = new PassThrough()
  const pieces = keepPace(body, { bytes: 10, within: 60_000 })
  for (let count = 0; count < 5; count += 1) {
    body.write(piece(10))
    expect((await pieces.next()).value).toHaveLength(10)
  }
  body.destroy(new Error('gone'))
  await once(body, 'close').catch(() => undefined)
  await expect(pieces.next()).rejects.toThrow('gone')
})
