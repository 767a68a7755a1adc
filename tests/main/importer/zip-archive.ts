/** ZIP archives for tests: whole ones by yazl, and wrong ones by hand (APPNOTE.TXT §4.3). */
import { buffer } from 'node:stream/consumers'
import { crc32, deflateRawSync } from 'node:zlib'
import { ZipFile } from 'yazl'

/** A sound archive. */
export async function zipOf(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(Buffer.from(bytes), name)
  zip.end()
  return buffer(zip.outputStream)
}

export interface RawEntry {
  name: string
  bytes: Buffer
  /** What the archive says instead of the truth. */
  crc?: number
  size?: number
  flags?: number
  method?: number
  /** Another entry's data, by its place. */
  sharesDataOf?: number
}

const header = (signature: number, { name, bytes, crc, size, flags, method }: RawEntry, compressed: Buffer): Buffer => {
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(flags ?? 0, 2)
  fields.writeUInt16LE(method ?? 8, 4)
  fields.writeUInt32LE(crc ?? crc32(bytes), 10)
  fields.writeUInt32LE(compressed.length, 14)
  fields.writeUInt32LE(size ?? bytes.length, 18)
  fields.writeUInt16LE(Buffer.byteLength(name), 22)
  const head = Buffer.alloc(4)
  head.writeUInt32LE(signature)
  return Buffer.concat([head, ...(signature === 0x02014b50 ? [Buffer.from([20, 3])] : []), fields])
}

/** An archive as `entries` have it, true or not. */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = []
  const offsets: number[] = []
  const data = entries.map(({ bytes }) => deflateRawSync(bytes))
  entries.forEach((entry, at) => {
    offsets.push(parts.reduce((sum, part) => sum + part.length, 0))
    if (entry.sharesDataOf !== undefined) offsets[at] = offsets[entry.sharesDataOf] ?? 0
    else parts.push(header(0x04034b50, entry, data[at] as Buffer), Buffer.from(entry.name), data[at] as Buffer)
  })
  const start = parts.reduce((sum, part) => sum + part.length, 0)
  entries.forEach((entry, at) => {
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offsets[at] ?? 0, 10)
    parts.push(header(0x02014b50, entry, data[entry.sharesDataOf ?? at] as Buffer), tail, Buffer.from(entry.name))
  })
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(parts.reduce((sum, part) => sum + part.length, 0) - start, 12)
  end.writeUInt32LE(start, 16)
  return Buffer.concat([...parts, end])
}
