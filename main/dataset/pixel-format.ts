/** What decoding needs to know of a frame (PS3.3 §C.7.6.3), as the data set gives it. */
export interface PixelFormat {
  TransferSyntaxUID: string
  Rows: number
  Columns: number
  SamplesPerPixel: number
  PhotometricInterpretation: string
  PlanarConfiguration: number
  BitsAllocated: number
  BitsStored: number
  HighBit: number
  PixelRepresentation: number
  pixelValueType: 'integer' | 'float' | 'double'
}
