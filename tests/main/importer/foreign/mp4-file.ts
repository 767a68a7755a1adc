/** MP4 files with what is read of them, and nothing to decode. */

const empty = Buffer.alloc(0)

const box = (type: string, ...contents: Uint8Array[]): Buffer => {
  const body = Buffer.concat(contents)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

const bytesAt = (length: number, values: Record<number, number | [number, 2 | 4]>): Buffer => {
  const bytes = Buffer.alloc(length)
  for (const [at, value] of Object.entries(values)) {
    if (typeof value === 'number') bytes.writeUInt8(value, Number(at))
    else if (value[1] === 2) bytes.writeUInt16BE(value[0], Number(at))
    else bytes.writeUInt32BE(value[0], Number(at))
  }
  return bytes
}

/** A header of a movie or a track with the first five numbers of its matrix, 16.16; `at`: where that stands. */
export const header = (type: 'mvhd' | 'tkhd', version: 0 | 1, at: number, matrix: readonly number[]): Buffer => {
  const bytes = bytesAt(at + 36, { 0: version })
  for (const [index, value] of matrix.entries()) bytes.writeInt32BE(value * 0x10000, at + 4 * index)
  return box(type, bytes)
}

/** An MP4 of 50 frames in two seconds, 640×480; with the headers of its movie and of its track that are given. */
export const mp4 = (profile: number, level: number, movieHeader?: Buffer, trackHeader?: Buffer): Buffer => {
  const avcC = box('avcC', bytesAt(7, { 0: 1, 1: profile, 3: level }))
  const avc1 = box('avc1', bytesAt(78, { 24: [640, 2], 26: [480, 2] }), avcC)
  const stbl = box('stbl', box('stsd', bytesAt(8, { 7: 1 }), avc1), box('stsz', bytesAt(12, { 8: [50, 4] })))
  const mdia = box('mdia', box('mdhd', bytesAt(24, { 12: [1000, 4], 16: [2000, 4] })), box('minf', stbl))
  return Buffer.concat([
    box('ftyp', Buffer.from('isom')),
    box('moov', movieHeader ?? empty, box('trak', trackHeader ?? empty, mdia)),
    box('mdat', Buffer.alloc(101, 7)),
  ])
}
