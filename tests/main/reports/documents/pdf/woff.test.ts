import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { facesFor } from '../../../../../main/reports/documents/pdf/faces.ts'
import { fontBytes, unpackWoff } from '../../../../../main/reports/documents/pdf/woff.ts'

/** The checksum of a table (OpenType, "Calculating checksums"). */
const checksum = (table: Buffer): number => {
  const padded = Buffer.concat([table, Buffer.alloc((4 - (table.length % 4)) % 4)])
  let sum = 0
  for (let at = 0; at < padded.length; at += 4) sum = (sum + padded.readUInt32BE(at)) >>> 0
  return sum
}

test('every table of every face has the checksum that its directory states', () => {
  const files = [false, true].flatMap((bold) => [false, true].flatMap((italic) => facesFor({ bold, italic })))
  expect(files.length).toBeGreaterThan(20)
  for (const { file } of files.filter((one) => one.file.endsWith('.woff'))) {
    const font = unpackWoff(readFileSync(file))
    const tables = font.readUInt16BE(4)
    expect(tables).toBeGreaterThan(8)
    for (let i = 0; i < tables; i++) {
      const entry = 12 + 16 * i
      const table = Buffer.from(font.subarray(font.readUInt32BE(entry + 8)).subarray(0, font.readUInt32BE(entry + 12)))
      // The head table's own adjustment field counts as zero.
      if (font.toString('latin1', entry, entry + 4) === 'head') table.writeUInt32BE(0, 8)
      expect(checksum(table)).toBe(font.readUInt32BE(entry + 4))
    }
  }
})

test('a font that is not packed is read as it is', () => {
  const plain = facesFor({ bold: false, italic: false }).find(({ file }) => file.endsWith('.ttf'))
  if (!plain) throw new Error('no such face')
  expect(fontBytes(plain.file).equals(readFileSync(plain.file))).toBe(true)
})
