import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRle } from '../../../../renderer/viewer/engine/decode/rle.ts'
import { PixelError } from '../../../../renderer/viewer/engine/pixel-error.ts'

/** Packs a segment as the annex describes, runs where there are some (PS3.5 §G.3.1). */
const pack = (bytes: number[]): number[] => {
  const output: number[] = []
  for (let at = 0; at < bytes.length; ) {
    let run = 1
    while (run < 128 && bytes[at + run] === bytes[at] && at + run < bytes.length) run++
    if (run > 1) output.push(257 - run, bytes[at] ?? 0)
    else output.push(0, bytes[at] ?? 0)
    at += run
  }
  return output.length % 2 ? [...output, 128] : output
}

const frame = (planes: number[][]): Uint8Array => {
  const segments = planes.map(pack)
  const header = new Uint32Array(16)
  header[0] = segments.length
  segments.reduce((offset, segment, index) => {
    header[index + 1] = offset
    return offset + segment.length
  }, 64)
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()])
}

test('words and colours come back, the most significant plane first', () => {
  const image = fc.record({
    bytesPerSample: fc.constantFrom(1, 2, 4),
    samplesPerPixel: fc.constantFrom(1, 3),
    pixels: fc.integer({ min: 1, max: 300 }),
    seed: fc.integer({ min: 1, max: 255 }),
    flat: fc.integer({ min: 1, max: 50 }),
  })
  fc.assert(
    fc.property(image, ({ bytesPerSample, samplesPerPixel, pixels, seed, flat }) => {
      const stride = bytesPerSample * samplesPerPixel
      const original = Uint8Array.from({ length: pixels * stride }, (_, n) => (Math.floor(n / flat) * seed) & 255)
      const planes = Array.from({ length: samplesPerPixel }, (_, sample) =>
        Array.from({ length: bytesPerSample }, (_, byte) =>
          Array.from(
            { length: pixels },
            (_, pixel) => original[pixel * stride + sample * bytesPerSample + bytesPerSample - 1 - byte] ?? 0,
          ),
        ),
      ).flat()
      const decoded = decodeRle(frame(planes), { pixels, bitsAllocated: 8 * bytesPerSample, samplesPerPixel })
      expect(decoded).toEqual(original)
    }),
  )
})

test('anything else is refused, never an endless loop or a crash', () => {
  const image = { pixels: 64, bitsAllocated: 16, samplesPerPixel: 1 }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasHeader) => {
      const input = hasHeader
        ? Uint8Array.from([2, 0, 0, 0, 64, 0, 0, 0, 80, 0, 0, 0, ...new Uint8Array(52), ...bytes])
        : bytes
      try {
        expect(decodeRle(input, image)).toHaveLength(128)
      } catch (error) {
        expect(error).toBeInstanceOf(PixelError)
      }
    }),
  )
})
