import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundaryOf, readMultipart } from '../../../../main/archive/dicom-web/multipart-reader.ts'

const limits = { headBytes: 1024, partBytes: 100_000, parts: 20 }

async function* chunked(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array, void> {
  let at = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    const end = Math.min(Math.max(cut, at), bytes.length)
    if (end > at) yield bytes.subarray(at, end)
    at = end
  }
  if (at < bytes.length) yield bytes.subarray(at)
}

const read = async (source: AsyncIterable<Uint8Array>, boundary = 'b', bounds = limits) => {
  const parts: { headers: Record<string, string>; body: Buffer }[] = []
  for await (const { headers, body } of readMultipart(source, boundary, bounds)) {
    const pieces: Uint8Array[] = []
    for await (const piece of body) pieces.push(piece)
    parts.push({ headers: Object.fromEntries(headers), body: Buffer.concat(pieces) })
  }
  return parts
}

const message = (parts: readonly { headers: Record<string, string>; body: Uint8Array }[], boundary = 'b') =>
  Buffer.concat([
    ...parts.flatMap(({ headers, body }) => [
      Buffer.from(`--${boundary}\r\n`),
      Buffer.from(
        Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join(''),
      ),
      Buffer.from('\r\n'),
      body,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\nepilogue`),
  ])

/** Bytes that like to look like a boundary. */
const tricky = fc
  .array(fc.constantFrom('\r\n', '--', '\r\n--', 'b', '\r\n--a', '\r', '\n', '-', '\0', 'xyz'), { maxLength: 40 })
  .map((words) => Buffer.from(words.join('')))
  .filter((body) => !Buffer.concat([Buffer.from('\r\n'), body]).includes('\r\n--b'))

const part = fc.record({
  headers: fc.constantFrom<Record<string, string>>({}, { 'content-type': 'application/dicom' }, { a: '1', b: '2' }),
  body: tricky,
})

describe('readMultipart', () => {
  it('reads any parts, cut into pieces anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 5 }),
        fc.array(fc.nat(600), { maxLength: 60 }),
        async (parts, cuts) => {
          const whole = message(parts)
          expect(await read(chunked(whole, cuts))).toEqual(parts)
          expect(await read(chunked(whole, Array.from(whole.keys())))).toEqual(parts)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('tells a message that ends anywhere before its end, and gives no part as whole that is not', async () => {
    const parts = [
      { headers: { 'content-type': 'application/dicom' }, body: Buffer.from('first\r\n--') },
      { headers: {}, body: Buffer.from('second') },
    ]
    const whole = message(parts)
    const end = whole.indexOf('--b--') + 5
    for (let length = 0; length < end; length += 1) {
      await expect(read(chunked(whole.subarray(0, length), [])), `${length} bytes`).rejects.toMatchObject({
        fault: 'cut',
      })
    }
    expect(await read(chunked(whole.subarray(0, end), []))).toEqual(parts)
  })

  it('passes over what a reader leaves of a part', async () => {
    const source = chunked(
      message([1, 2, 3].map((n) => ({ headers: { n: `${n}` }, body: Buffer.alloc(5_000, n) }))),
      [7, 900],
    )
    const seen: (string | undefined)[] = []
    for await (const { headers, body } of readMultipart(source, 'b', limits)) {
      seen.push(headers.get('n'))
      for await (const _ of body) break
    }
    expect(seen).toEqual(['1', '2', '3'])
  })

  it('ends its source when a reader has enough', async () => {
    let isEnded = false
    async function* source(): AsyncGenerator<Uint8Array, void> {
      try {
        for (;;) yield message([{ headers: {}, body: Buffer.alloc(10) }]).subarray(0, 15)
      } finally {
        isEnded = true
      }
    }
    for await (const _ of readMultipart(source(), 'b', limits)) break
    expect(isEnded).toBe(true)
  })

  it('bounds what it is made to read', async () => {
    async function* endless(start: string, more: string): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from(start)
      for (;;) yield Buffer.from(more)
    }
    await expect(read(endless('', 'no boundary '))).rejects.toMatchObject({ fault: 'nonsense' })
    await expect(read(endless('--b\r\n', 'header: x\r\n'))).rejects.toMatchObject({ fault: 'nonsense' })
    await expect(read(endless('--b ', '   '))).rejects.toMatchObject({ fault: 'nonsense' })
    await expect(read(endless('--bogus', ''.padEnd(10, 'x')))).rejects.toMatchObject({ fault: 'nonsense' })
    await expect(read(endless('--b\r\n\r\n', 'body'.repeat(1000)))).rejects.toMatchObject({ fault: 'too-large' })
    await expect(read(endless('', '--b\r\n\r\n\r\n'))).rejects.toMatchObject({ fault: 'too-large' })
  })
})

describe('boundaryOf', () => {
  it('reads quoted and bare boundaries, and nothing else', () => {
    const types = [
      'multipart/related; type="application/dicom"; boundary=abc',
      'Multipart/Related;boundary="a b;c";type=x',
      'multipart/related; type="application/dicom"; BOUNDARY = x ; start=y',
      'multipart/related',
      'application/dicom; boundary=abc',
      `multipart/related; boundary=${'x'.repeat(500)}`,
    ]
    expect(types.map(boundaryOf)).toEqual(['abc', 'a b;c', 'x', null, null, null])
  })
})
