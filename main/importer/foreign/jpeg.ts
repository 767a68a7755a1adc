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

const END_OF_IMAGE = Buffer.from('ffd9', 'hex')
const startsWith = (content: Uint8Array, text: string): boolean =>
  Buffer.from(content.subarray(0, text.length)).toString('latin1') === text

/** What the segments before the frame say of the colours of three components. */
interface ColourMarks {
  isJfif: boolean
  /** Of Adobe's marker (TN 5116); null without. */
  transform: number | null
}

/** Null when it is no baseline JPEG of one or three components of 8 bits, or is cut. */
export function readJpeg(file: Uint8Array): JpegPicture | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const marks: ColourMarks = { isJfif: false, transform: null }
  for (let at = 2; at + 4 <= file.length; ) {
    if (file[at] !== 0xff) return null
    const marker = file[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = view.getUint16(at + 2)
    if (at + 2 + length > file.length || length < 2) return null
    const content = file.subarray(at + 4, at + 2 + length)
    if (marker === 0xe0 && startsWith(content, 'JFIF\0')) marks.isJfif = true
    if (marker === 0xee && length >= 14 && startsWith(content, 'Adobe')) marks.transform = content[11] ?? null
    if (isStartOfFrame(marker)) {
      const isCut = !Buffer.from(view.buffer, view.byteOffset + at, view.byteLength - at).includes(END_OF_IMAGE)
      return marker === BASELINE && !isCut ? frameOf(view, at + 4, marks) : null
    }
    at += 2 + length
  }
  return null
}

/** JFIF is YCbCr whatever else is said; Adobe's marker comes next, and the names of the components last, as all decoders take it. */
const isRGB = ({ isJfif, transform }: ColourMarks, components: readonly number[]): boolean => {
  if (isJfif) return false
  return transform === null ? String.fromCharCode(...components) === 'RGB' : transform === 0
}

function frameOf(view: DataView, at: number, marks: ColourMarks): JpegPicture | null {
  if (at + 6 > view.byteLength) return null
  const [precision, rows, columns, components] = [
    view.getUint8(at),
    view.getUint16(at + 1),
    view.getUint16(at + 3),
    view.getUint8(at + 5),
  ]
  if (precision !== 8 || rows === 0 || columns === 0) return null
  if (components === 1) return { rows, columns, samplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2' }
  if (components !== 3 || at + 15 > view.byteLength) return null
  const names = [6, 9, 12].map((offset) => view.getUint8(at + offset))
  const PhotometricInterpretation = isRGB(marks, names) ? 'RGB' : 'YBR_FULL_422'
  return { rows, columns, samplesPerPixel: 3, PhotometricInterpretation }
}
