/** Whether an image may show a name in its pixels, where no de-identification reaches (PS3.15 §E.3.1, PS3.3 §C.7.6.1.1.8). */
import type { DataSet } from '../dataset/index.ts'
import { storageSOPClasses } from '../dicom/sop-classes.ts'

/** Captures, ultrasound, films, photographs and videos, which carry writing more often than not. */
const often =
  /^(SecondaryCapture|MultiFrame|Ultrasound|Video|VL|Hardcopy|XRayAngiographic|XRayRadiofluoroscopic|Ophthalmic|Encapsulated|DigitalIntraOral)/

/** True where BurnedInAnnotation is YES, or it is of a kind that often has it and does not say NO. */
export function mayShowNames(SOPClassUID: string, attributes: DataSet): boolean {
  const said = attributes.text('BurnedInAnnotation')
  if (said !== '') return said !== 'NO'
  return often.test(storageSOPClasses.get(SOPClassUID)?.keyword ?? '')
}
