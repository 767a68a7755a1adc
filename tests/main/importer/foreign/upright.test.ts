import { beforeAll, describe, expect, it } from 'vitest'
import { exifOrientation, uprightPicture } from '../../../../main/importer/foreign/upright.ts'
import { encodeJpeg, initializeCodecs } from '../../../../main/pixels/decode/codecs.ts'

beforeAll(initializeCodecs)

/** An Exif segment with this orientation, in either byte order (CIPA DC-008 §4.5). */
const exif = (orientation: number, isLittle: boolean): Buffer => {
  const tiff = isLittle
    ? Buffer.from('49492a00080000000100120103000100000000000000', 'hex')
    : Buffer.from('4d4d002a0000000800010112000300000001000000000000', 'hex')
  if (isLittle) tiff.writeUInt16LE(orientation, 18)
  else tiff.writeUInt16BE(orientation, 18)
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from('ffe10000', 'hex')
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, content])
}

/** 32 columns and 16 rows: red at the left half's top, black below it, white at the right. */
const photograph = (orientation: number | null, isLittle = true): Uint8Array => {
  const data = new Uint8ClampedArray(32 * 16 * 3)
  for (let row = 0; row < 16; row += 1) {
    for (let column = 0; column < 32; column += 1) {
      const colour = column >= 16 ? [255, 255, 255] : row < 8 ? [255, 0, 0] : [0, 0, 0]
      data.set(colour, (row * 32 + column) * 3)
    }
  }
  const jpeg = encodeJpeg({ data, width: 32, height: 16, channels: 3 }, 100)
  if (orientation === null) return jpeg
  return Buffer.concat([jpeg.subarray(0, 2), exif(orientation, isLittle), jpeg.subarray(2)])
}

/** What stands in the corners, clockwise from the top left. */
const cornersOf = ({ rows, columns, pixels }: { rows: number; columns: number; pixels: Uint8Array }): string => {
  const nameAt = (row: number, column: number): string => {
    const [red = 0, green = 0] = pixels.subarray((row * columns + column) * 3)
    return red < 128 ? 'k' : green < 128 ? 'r' : 'w'
  }
  return [nameAt(1, 1), nameAt(1, columns - 2), nameAt(rows - 2, columns - 2), nameAt(rows - 2, 1)].join('')
}

describe('a photograph', () => {
  it.each([
    [2, 16, 32, 'wrkw'],
    [3, 16, 32, 'wkrw'],
    [4, 16, 32, 'kwwr'],
    [5, 32, 16, 'rkww'],
    [6, 32, 16, 'krww'],
    [7, 32, 16, 'wwrk'],
    [8, 32, 16, 'wwkr'],
  ])('of orientation %i is turned to %i rows and %i columns', async (orientation, rows, columns, corners) => {
    const upright = await uprightPicture(photograph(orientation, orientation % 2 === 0))
    expect([upright?.rows, upright?.columns]).toEqual([rows, columns])
    expect(upright && cornersOf(upright)).toBe(corners)
  })

  it('that stands, or does not say how it was held, is left as it is', async () => {
    for (const orientation of [null, 1, 0, 9]) expect(await uprightPicture(photograph(orientation))).toBeNull()
  })

  it('whose Exif is broken is left as it is', () => {
    const whole = photograph(6)
    for (let length = 0; length < 60; length += 1) expect([1, 6]).toContain(exifOrientation(whole.subarray(0, length)))
    const lost = Buffer.from(whole)
    lost.writeUInt32LE(0xffff_fff0, 2 + 4 + 6 + 4)
    expect(exifOrientation(lost)).toBe(1)
  })
})
