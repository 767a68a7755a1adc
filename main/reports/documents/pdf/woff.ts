/** Unpacks WOFF 1.0 fonts (W3C WOFF File Format 1.0 §4, §5): Node's zlib does it many times faster than the PDF library's own inflater. */
import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'

const WOFF_HEADER = 44
const WOFF_ENTRY = 20
const SFNT_HEADER = 12
const SFNT_ENTRY = 16

const isWoff = (bytes: Buffer): boolean => bytes.toString('latin1', 0, 4) === 'wOFF'

/** The sfnt font inside a WOFF file. */
export function unpackWoff(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12)
  const head = Buffer.alloc(SFNT_HEADER + SFNT_ENTRY * count)
  const power = 2 ** Math.floor(Math.log2(count))
  head.writeUInt32BE(woff.readUInt32BE(4), 0)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(power * 16, 6)
  head.writeUInt16BE(Math.log2(power), 8)
  head.writeUInt16BE((count - power) * 16, 10)
  const parts: Buffer[] = [head]
  let at = head.length
  for (let i = 0; i < count; i++) {
    const entry = WOFF_HEADER + WOFF_ENTRY * i
    const [offset, packed, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field)) as [
      number,
      number,
      number,
    ]
    const stored = woff.subarray(offset, offset + packed)
    const table = packed < length ? inflateSync(stored, { maxOutputLength: length }) : stored
    const place = SFNT_HEADER + SFNT_ENTRY * i
    woff.copy(head, place, entry, entry + 4)
    woff.copy(head, place + 4, entry + 16, entry + 20)
    head.writeUInt32BE(at, place + 8)
    head.writeUInt32BE(length, place + 12)
    const padding = (4 - (length % 4)) % 4
    parts.push(table, Buffer.alloc(padding))
    at += length + padding
  }
  return Buffer.concat(parts)
}

const unpacked = new Map<string, Buffer>()

/** The bytes of a font file, unpacked and kept: every report wants the same few. */
export function fontBytes(file: string): Buffer {
  const known = unpacked.get(file)
  if (known) return known
  const bytes = readFileSync(file)
  const font = isWoff(bytes) ? unpackWoff(bytes) : bytes
  unpacked.set(file, font)
  return font
}
