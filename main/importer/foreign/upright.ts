/**
 * Photographs that say by Exif (CIPA DC-008 §4.6.5.1.6) that they are to be shown turned: DICOM keeps no such mark within a JPEG, so that a reader
 * would see them lying. They are decoded and turned, and kept uncompressed.
 */
import { TransferSyntaxUIDs } from '../../dicom/transfer-syntaxes.ts'
import { initializeCodecs } from '../../pixels/decode/codecs.ts'
import { decodeFrame } from '../../pixels/decode/decode-frame.ts'
import { ybrToRgb } from '../../pixels/render/colour.ts'
import { readJpeg } from './jpeg.ts'

/** 8-bit samples, pixel by pixel, row by row. */
export interface UprightPicture {
  rows: number
  columns: number
  samplesPerPixel: 1 | 3
  PhotometricInterpretation: 'MONOCHROME2' | 'RGB'
  pixels: Uint8Array
}

const EXIF = 'Exif\0\0'
const ORIENTATION = 0x0112

/** The value of the first directory's Orientation; 1, upright, where it says nothing. */
function orientationIn(tiff: DataView): number {
  if (tiff.byteLength < 8) return 1
  const order = tiff.getUint16(0)
  const isLittle = order === 0x4949
  const directory = tiff.getUint32(4, isLittle)
  if ((!isLittle && order !== 0x4d4d) || directory + 2 > tiff.byteLength) return 1
  const count = tiff.getUint16(directory, isLittle)
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + 12 * entry
    if (at + 12 > tiff.byteLength) return 1
    if (tiff.getUint16(at, isLittle) === ORIENTATION) return tiff.getUint16(at + 8, isLittle)
  }
  return 1
}

/** How a JPEG is to be turned, from 1 (not at all) to 8; 1 where it does not say so. */
export function exifOrientation(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  for (let at = 2; at + 4 <= file.length && file[at] === 0xff; ) {
    // Fill bytes may stand before a marker (ITU-T T.81 §B.1.1.2).
    if (file[at + 1] === 0xff) {
      at += 1
      continue
    }
    const length = view.getUint16(at + 2)
    // Markers of the picture itself follow: Exif stands before them.
    if (length < 2 || at + 2 + length > file.length || (file[at + 1] ?? 0) === 0xda) return 1
    const content = file.subarray(at + 4, at + 2 + length)
    const isExif = file[at + 1] === 0xe1 && Buffer.from(content.subarray(0, EXIF.length)).toString('latin1') === EXIF
    if (isExif) {
      const tiff = content.subarray(EXIF.length)
      const orientation = orientationIn(new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength))
      return orientation >= 1 && orientation <= 8 ? orientation : 1
    }
    at += 2 + length
  }
  return 1
}

/** Where the pixel at a row and column of the upright picture stands in the stored one of these rows and columns. */
function placeOf(orientation: number, rows: number, columns: number): (row: number, column: number) => number {
  const at = (row: number, column: number): number => row * columns + column
  const [bottom, right] = [rows - 1, columns - 1]
  const places: Readonly<Record<number, (row: number, column: number) => number>> = {
    2: (row, column) => at(row, right - column),
    3: (row, column) => at(bottom - row, right - column),
    4: (row, column) => at(bottom - row, column),
    5: (row, column) => at(column, row),
    6: (row, column) => at(bottom - column, row),
    7: (row, column) => at(bottom - column, right - row),
    8: (row, column) => at(column, right - row),
  }
  return places[orientation] ?? at
}

/** The picture turned as its Exif says; null when it stands already, or is no JPEG that can be kept. Throws {@link DecodeError}. */
export async function uprightPicture(file: Uint8Array): Promise<UprightPicture | null> {
  const orientation = exifOrientation(file)
  const found = orientation > 1 ? readJpeg(file) : null
  if (!found) return null
  const { rows, columns, samplesPerPixel } = found
  await initializeCodecs()
  const decoded = decodeFrame(file, {
    TransferSyntaxUID: TransferSyntaxUIDs.JPEGBaseline8Bit,
    ...{ Rows: rows, Columns: columns, SamplesPerPixel: samplesPerPixel },
    PhotometricInterpretation: found.PhotometricInterpretation,
    ...{ PlanarConfiguration: 0, BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
    pixelValueType: 'integer',
  })
  const stored = Uint8ClampedArray.from(decoded.samples)
  if (decoded.PhotometricInterpretation === 'YBR_FULL') ybrToRgb(stored)
  const isLying = orientation >= 5
  const [height, width] = isLying ? [columns, rows] : [rows, columns]
  const place = placeOf(orientation, rows, columns)
  const pixels = new Uint8Array(stored.length)
  let to = 0
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const from = place(row, column) * samplesPerPixel
      for (let sample = 0; sample < samplesPerPixel; sample += 1) pixels[to++] = stored[from + sample] ?? 0
    }
  }
  return {
    ...{ rows: height, columns: width, samplesPerPixel, pixels },
    PhotometricInterpretation: samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
  }
}
