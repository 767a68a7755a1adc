/** A frame's bytes to the PNG of a picture: decode, window, shrink. Runs in the pixel worker. */
import { encode } from 'fast-png'
import type { ImageHeader } from '../../contract/image.ts'
import type { PixelFormat } from '../../dataset/index.ts'
import { decodeFrame } from '../decode/decode-frame.ts'
import { DecodeError } from '../decode/decoded-frame.ts'
import { renderColour } from './colour.ts'
import { fittingSize, type Picture, resize } from './downsize.ts'
import { frameView, renderGrayscale } from './grayscale.ts'

/** The header's pixel format, with the defaults of PS3.5 §8.1.1. Throws {@link DecodeError} when it says too little. */
export const pixelFormat = (header: ImageHeader): PixelFormat => {
  const { Rows, Columns, BitsAllocated } = header
  if (!Rows || !Columns || !BitsAllocated) throw new DecodeError('the header has no size')
  const BitsStored = header.BitsStored ?? BitsAllocated
  return {
    TransferSyntaxUID: header.TransferSyntaxUID,
    Rows,
    Columns,
    BitsAllocated,
    BitsStored,
    HighBit: header.HighBit ?? BitsStored - 1,
    SamplesPerPixel: header.SamplesPerPixel ?? 1,
    PhotometricInterpretation: header.PhotometricInterpretation ?? 'MONOCHROME2',
    PlanarConfiguration: header.PlanarConfiguration ?? 0,
    PixelRepresentation: header.PixelRepresentation ?? 0,
    pixelValueType: header.pixelValueType ?? 'integer',
  }
}

/** PNG bytes of at most `maxSide` on each side. Throws {@link DecodeError}. */
export const renderPicture = (header: ImageHeader, frame: number, bytes: Uint8Array, maxSide: number): Uint8Array => {
  const picture = renderFrame(header, frame, bytes)
  const size = fittingSize(picture.width, picture.height, pixelAspect(frameView(header, frame)), maxSide)
  const { data, width, height, channels } = resize(picture, size.width, size.height)
  return encode({ data, width, height, channels, depth: 8 })
}

/** The whole frame as it is first shown, in 8 bits. */
export const renderFrame = (header: ImageHeader, frame: number, bytes: Uint8Array): Picture => {
  const format = pixelFormat(header)
  const decoded = decodeFrame(bytes, format)
  const size = { width: format.Columns, height: format.Rows }
  const { PhotometricInterpretation } = decoded
  if (format.SamplesPerPixel === 3 || PhotometricInterpretation === 'PALETTE COLOR') {
    const data = renderColour(decoded, header)
    return {
      ...size,
      channels: 3,
      data: header.PresentationLUTShape === 'INVERSE' ? data.map((one) => 255 - one) : data,
    }
  }
  // A presentation LUT shape turns brightness round like MONOCHROME1, not a second time (PS3.3 §C.11.6).
  const isInverted = PhotometricInterpretation === 'MONOCHROME1' || header.PresentationLUTShape === 'INVERSE'
  return { ...size, channels: 1, data: renderGrayscale(decoded.samples, frameView(header, frame), isInverted) }
}

/** Height of a pixel over its width, from whatever the header says of its size; 1 when it says nothing sensible. */
export const pixelAspect = (header: ImageHeader): number => {
  const [vertical, horizontal] = header.PixelSpacing ??
    header.ImagerPixelSpacing ??
    header.NominalScannedPixelSpacing ??
    header.PixelAspectRatio ?? [1, 1]
  const aspect = vertical / horizontal
  return aspect > 0.05 && aspect < 20 ? aspect : 1
}
