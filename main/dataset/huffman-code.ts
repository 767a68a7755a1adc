/** Canonical Huffman codes (RFC 1951 §3.2.2), their bits given the first one lowest. */

/** Bits by which a code is looked up; longer ones are followed bit by bit. */
const LOOKED_UP = 10
const LONGEST = 15

export interface HuffmanCode {
  /** How many codes there are of each length, and their symbols in order. */
  counts: Uint16Array
  symbols: Uint16Array
  /** By the next bits: 16 × symbol + length of its code; 0 where that is longer, or there is none. */
  table: Uint16Array
}

const reversed = (code: number, length: number): number => {
  let bits = 0
  for (let at = 0; at < length; at++) bits |= ((code >>> at) & 1) << (length - 1 - at)
  return bits
}

function fillTable(counts: Uint16Array, symbols: Uint16Array): Uint16Array {
  const table = new Uint16Array(1 << LOOKED_UP)
  let code = 0
  let index = 0
  for (let length = 1; length <= LOOKED_UP; length++) {
    const count = counts[length] ?? 0
    // More codes than there is room for: what these mean is found bit by bit.
    if (code + count > 1 << length) return table.fill(0)
    for (let nth = 0; nth < count; nth++, code++, index++) {
      const entry = ((symbols[index] ?? 0) << 4) | length
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = entry
    }
    code <<= 1
  }
  return table
}

/** The code in which each symbol has this length; 0: it has none. */
export function buildCode(lengths: Uint8Array): HuffmanCode {
  const counts = new Uint16Array(LONGEST + 1)
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1
  counts[0] = 0
  const offsets = new Uint16Array(LONGEST + 1)
  for (let length = 1; length < LONGEST; length++) offsets[length + 1] = (offsets[length] ?? 0) + (counts[length] ?? 0)
  const symbols = new Uint16Array(lengths.length)
  lengths.forEach((length, symbol) => {
    if (length === 0) return
    const offset = offsets[length] ?? 0
    symbols[offset] = symbol
    offsets[length] = offset + 1
  })
  return { counts, symbols, table: fillTable(counts, symbols) }
}

/** 16 × the symbol whose code `bits` begin with + the length of that code; 0: there is none. The longest code's bits must be there. */
export const entryOf = (code: HuffmanCode, bits: number): number =>
  code.table[bits & ((1 << LOOKED_UP) - 1)] || longEntryOf(code, bits)

function longEntryOf({ counts, symbols }: HuffmanCode, bits: number): number {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= LONGEST; length++) {
    code |= (bits >>> (length - 1)) & 1
    const count = counts[length] ?? 0
    if (code - count < first) return ((symbols[index + code - first] ?? 0) << 4) | length
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  return 0
}
