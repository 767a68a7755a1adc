/** An image as a reader looked at it: window, function and inversion in place of those that its header states (PS3.3 §C.11.2, §C.11.6). */
import type { ImageHeader } from '../contract/image.ts'
import type { ImageLook } from '../contract/report.ts'

const isFraction = (value: number | undefined): boolean => value !== undefined && !Number.isInteger(value)

/** The function that a window is meant by: the object's, else LINEAR, which would take half a step from values that are no integers. */
const functionOf = (header: ImageHeader, frame: number): string => {
  const stated = header.frames?.[frame]?.VOILUTFunction ?? header.VOILUTFunction
  if (stated !== undefined) return stated
  const { RescaleSlope, RescaleIntercept } = { ...header, ...header.frames?.[frame] }
  const isFloat = header.pixelValueType === 'float' || header.pixelValueType === 'double'
  return isFloat || isFraction(RescaleSlope) || isFraction(RescaleIntercept) ? 'LINEAR_EXACT' : 'LINEAR'
}

const windowOf = (header: ImageHeader, frame: number, { window }: ImageLook) =>
  window && {
    WindowCenter: [window.center],
    WindowWidth: [window.width],
    VOILUTFunction: window.function ?? functionOf(header, frame),
  }

/** The header turned round: one that inverts already no longer does. */
const inverted = (header: ImageHeader): ImageHeader =>
  header.PhotometricInterpretation === 'MONOCHROME1'
    ? { ...header, PhotometricInterpretation: 'MONOCHROME2', PresentationLUTShape: 'IDENTITY' }
    : { ...header, PresentationLUTShape: header.PresentationLUTShape === 'INVERSE' ? 'IDENTITY' : 'INVERSE' }

/** The header with this look in place of its own, also of the frame's own; frames count from 0. */
export function withLook(header: ImageHeader, frame: number, look: ImageLook): ImageHeader {
  const window = windowOf(header, frame, look)
  const frames = window && header.frames?.map((own, index) => (index === frame ? { ...own, ...window } : own))
  const shown = { ...header, ...window, ...(frames ? { frames } : {}) }
  return look.invert ? inverted(shown) : shown
}
