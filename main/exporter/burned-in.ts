/** Whether an image may show a name in its pixels, where no de-identification reaches (PS3.15 §E.3.1, PS3.3 §C.7.6.1.1.8). */
import type { DataSet } from '../dataset/index.ts'
import { storageSOPClasses } from '../dicom/sop-classes.ts'
import { overlayMask } from './deidentify/overlay-bits.ts'

/** Captures, ultrasound, films, plates, photographs and videos, which carry writing more often than not. */
const often =
  /^(SecondaryCapture|MultiFrame|Ultrasound|Video|VL|Dermoscopic|WideField|Hardcopy|ComputedRadiography|XRayAngiographic|XRayRadiofluoroscopic|Ophthalmic|Encapsulated|DigitalIntraOral)/

/** Captures that come as images of a modality. */
const isCapture = (attributes: DataSet): boolean =>
  attributes.has('ConversionType') || attributes.texts('ImageType').some((value) => /SCREEN ?SAVE|CAPTURE/.test(value))

/**
 * True where BurnedInAnnotation is YES, or it is of a kind that often has it, or that nobody knows, and does not say NO; and where an overlay
 * within the pixels cannot be cleared.
 */
export function mayShowNames(SOPClassUID: string, attributes: DataSet, TransferSyntaxUID: string): boolean {
  if (overlayMask(attributes, TransferSyntaxUID)?.isWhole === false) return true
  const said = attributes.text('BurnedInAnnotation')
  if (said !== '') return said !== 'NO'
  const known = storageSOPClasses.get(SOPClassUID)
  if (!known) return attributes.has('PixelData')
  return often.test(known.keyword) || isCapture(attributes)
}
