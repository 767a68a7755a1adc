import { crc32, deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodePng } from '../../../../main/pixels/decode/png.ts'

const chunk = (type: string, content: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [head, tail] = [Buffer.alloc(4), Buffer.alloc(4)]
  head.writeUInt32BE(content.length)
  tail.writeUInt32BE(crc32(body))
  return Buffer.concat([head, body, tail])
}

interface Picture {
  columns: number
  depth: number
  /** 0 grey, 2 colour, 3 palette (RFC 2083 §4.1.1). */
  type: 0 | 2 | 3
  rows: number[][]
  isInterlaced?: boolean
  palette?: number[]
  transparency?: number[]
}

/** A PNG of these rows of packed bytes. */
const png = ({ columns, depth, type, rows, isInterlaced, palette, transparency }: Picture): Buffer => {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(columns)
  header.writeUInt32BE(rows.length, 4)
  header.set([depth, type, 0, 0, isInterlaced ? 1 : 0], 8)
  const lines = rows.flatMap((row) => [0, ...row])
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette))] : []),
    ...(transparency ? [chunk('tRNS', Buffer.from(transparency))] : []),
    chunk('IDAT', deflateSync(Buffer.from(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const bytesOf = (picture: Picture): number[] => [...(decodePng(png(picture))?.bytes ?? [])]

describe('samples of less than a byte', () => {
  it('of a scanned letter are black and white', () => {
    const rows = [
      [0b10110000, 0b01000000],
      [0b00000001, 0b10000000],
    ]
    expect(bytesOf({ columns: 10, depth: 1, type: 0, rows })).toEqual(
      [1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0].map((bit) => bit * 255),
    )
  })

  it('of two and four bits are grey levels over the whole range', () => {
    expect(bytesOf({ columns: 3, depth: 2, type: 0, rows: [[0b00011000]] })).toEqual([0, 85, 170])
    expect(bytesOf({ columns: 3, depth: 4, type: 0, rows: [[0x0f, 0x30]] })).toEqual([0, 255, 51])
  })

  it('of a palette are its colours', () => {
    const palette = [10, 20, 30, 40, 50, 60]
    const picture: Picture = { columns: 3, depth: 4, type: 3, rows: [[0x10, 0x10]], palette }
    expect(bytesOf(picture)).toEqual([40, 50, 60, 10, 20, 30, 40, 50, 60])
    expect(bytesOf({ ...picture, transparency: [0] })).toEqual([40, 50, 60, 255, 255, 255, 40, 50, 60])
  })

  it('are refused where they are interlaced, which the decoder would scramble', () => {
    expect(decodePng(png({ columns: 1, depth: 1, type: 0, rows: [[0x80]], isInterlaced: true }))).toBeNull()
  })
})

it('the one transparent colour of a picture without alpha is over white', () => {
  expect(bytesOf({ columns: 3, depth: 8, type: 0, rows: [[7, 8, 7]], transparency: [0, 7] })).toEqual([255, 8, 255])
  const rows = [[1, 2, 3, 1, 2, 4, 9, 9, 9]]
  const transparency = [0, 1, 0, 2, 0, 3]
  expect(bytesOf({ columns: 3, depth: 8, type: 2, rows, transparency })).toEqual([255, 255, 255, 1, 2, 4, 9, 9, 9])
})

it('a picture with a flipped bit, or a colour that its palette does not have, is refused', () => {
  const whole = png({ columns: 3, depth: 8, type: 0, rows: [[1, 2, 3]] })
  expect(decodePng(whole)?.bytes).toEqual(Uint8Array.of(1, 2, 3))
  const damaged = Buffer.from(whole)
  const at = damaged.indexOf('IDAT') + 4
  // Behind the header of the deflated stream: its check sum.
  damaged.writeUInt8((damaged[at + damaged.readUInt32BE(at - 8) - 1] ?? 0) ^ 1, at + damaged.readUInt32BE(at - 8) - 1)
  expect(decodePng(damaged)).toBeNull()
  expect(decodePng(png({ columns: 2, depth: 8, type: 3, rows: [[0, 9]], palette: [1, 2, 3] }))).toBeNull()
})

it('a picture that would swell beyond its size is refused', () => {
  const swelling = [new Array(1_000_000).fill(0)]
  expect(decodePng(png({ columns: 1, depth: 8, type: 0, rows: swelling }))).toBeNull()
})

it('a profile beside the picture, damaged or swelling, does not matter', () => {
  const whole = png({ columns: 3, depth: 8, type: 0, rows: [[1, 2, 3]] })
  const profile = chunk('iCCP', Buffer.concat([Buffer.from('name\0\0', 'latin1'), Buffer.alloc(20, 255)]))
  const at = whole.indexOf('IDAT') - 4
  const beside = Buffer.concat([whole.subarray(0, at), profile, whole.subarray(at)])
  expect(decodePng(beside)?.bytes).toEqual(Uint8Array.of(1, 2, 3))
})
