/** Where the pixel data of an object lies in its data set, so that single frames can be read (PS3.5 §8.2, Annex A.4). */

export interface PixelDataLayout {
  /** Keyword of the element: integer, float or double values. */
  keyword: 'PixelData' | 'FloatPixelData' | 'DoubleFloatPixelData'
  /** True when the values are fragments of a compressed stream. */
  encapsulated: boolean
  /** Byte offset of the element's value in the data set (for encapsulated data: of the Basic Offset Table item's tag). */
  offset: number
  /** Length of the value; for encapsulated data up to and including the sequence delimiter. */
  length: number
  /** Encapsulated only: per frame, the fragments as `[offset, length]` of their values in the data set. */
  frames: [offset: number, length: number][][] | null
  /** Big endian data sets only: bytes of the words in which native pixels are stored. */
  bigEndianWord?: number
}
