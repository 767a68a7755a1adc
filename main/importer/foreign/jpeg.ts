/** What a JPEG file says of its picture (ITU-T T.81 Annex B), as far as DICOM needs it. */

export interface JpegPicture {
  rows: number
  columns: number
  samplesPerPixel: 1 | 3
  /** YBR_FULL_422 whatever the subsampling: that is told by the JPEG itself, and the module knows no other (PS3.3 §C.8.12.1.1.1). */
  PhotometricInterpretation: 'MONOCHROME2' | 'YBR_FULL_422' | 'RGB'
}

/** Start of frame of the baseline process: the only one that DICOM keeps in this transfer syntax. */
const BASELINE = 0xc0
const isStartOfFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** Null when it is no baseline JPEG of one or three components of 8 bits. */
export function readJpeg(file: Uint8Array): JpegPicture | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let isRGB = false
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return null
    const marker = file[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = view.getUint16(at + 2)
    if (at + 2 + length > file.length || length < 2) return null
    // Adobe's marker says whether three components are RGB as they stand.
    if (marker === 0xee && length >= 14 && file[at + 4] === 0x41) isRGB = file[at + 15] === 0
    if (isStartOfFrame(marker)) return marker === BASELINE ? frameOf(view, at + 4, isRGB) : null
    at += 2 + length
  }
  return null
}

function frameOf(view: DataView, at: number, isRGB: boolean): JpegPicture | null {
  if (at + 6 > view.byteLength) return null
  const [precision, rows, columns, components] = [
    view.getUint8(at),
    view.getUint16(at + 1),
    view.getUint16(at + 3),
    view.getUint8(at + 5),
  ]
  if (precision !== 8 || rows === 0 || columns === 0) return null
  if (components === 1) return { rows, columns, samplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2' }
  if (components !== 3) return null
  return { rows, columns, samplesPerPixel: 3, PhotometricInterpretation: isRGB ? 'RGB' : 'YBR_FULL_422' }
}
