/** Bytes of a corpus with up to six changes each, as fast-check draws (and, after a failure, simplifies) them. */
import fc from 'fast-check'

/** Values that say something to a parser: separators, lengths, group and item tags. */
const TELLING = [0, 1, 2, 4, 8, 0x0d, 0x20, 0x28, 0x2d, 0x5c, 0x7f, 0x80, 0xe0, 0xfe, 0xff]
/** Where headers are. */
const HEAD = 3000
const LEAST = 16

/** Kind, place, value, and how far: each is used as far as its kind needs it. */
type Change = readonly [kind: number, place: number, value: number, reach: number]

const word = fc.nat({ max: 0xffffffff })
const change: fc.Arbitrary<Change> = fc.tuple(fc.nat({ max: 35 }), word, word, word)

const at = (place: number, length: number): number => Math.floor((place / 2 ** 32) * length)

function applyChange(bytes: Buffer, [kind, place, value, reach]: Change): Buffer {
  if (bytes.length <= LEAST) return bytes
  const isInHead = kind % 5 > 0
  const index = at(place, isInHead ? Math.min(bytes.length, HEAD) : bytes.length)
  const changed = Buffer.from(bytes)
  switch (Math.floor(kind / 5)) {
    case 0:
    case 1:
      changed[index] = TELLING[value % TELLING.length] ?? 0
      return changed
    case 2:
      changed[index] = value & 0xff
      return changed
    case 3: {
      const length = [0xffffffff, 0, 1, value, reach % 70_000, reach % 64, 0x7fffffff][value % 7] ?? 0
      changed.writeUInt32LE(length, Math.min(index, bytes.length - 4))
      return changed
    }
    case 4:
      return bytes.subarray(0, Math.max(LEAST, at(reach, bytes.length)))
    case 5:
      return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + 1 + (reach % 64))])
    default: {
      const from = at(reach, bytes.length)
      const copied = bytes.subarray(from, from + 1 + (value % 200))
      return Buffer.concat([bytes.subarray(0, index), copied, bytes.subarray(index)])
    }
  }
}

/** How many changes: mostly few, as each may end the reading before the next is reached. */
const COUNTS = [1, 1, 1, 1, 2, 2, 3, 6]
const ALL = { minLength: 1, maxLength: 6 }

/** One of `corpus`, changed once to six times. */
export const changedBytes = (corpus: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  // Without a bias towards small numbers: the first bytes are not the only ones that matter.
  fc
    .noBias(fc.tuple(fc.nat({ max: corpus.length - 1 }), fc.constantFrom(...COUNTS), fc.array(change, ALL)))
    .map(([number, count, changes]) => changes.slice(0, count).reduce(applyChange, corpus[number] ?? Buffer.alloc(0)))
