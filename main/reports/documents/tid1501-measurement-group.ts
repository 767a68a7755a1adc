/** TID 1501 Measurement and Qualitative Evaluation Group: one measurement, its figures by TID 300 with where they were taken (TID 320). */
import type { Measurement } from '../../contract/measurement.ts'
import { codes, uidFromUUID, unitCode } from '../../dicom/index.ts'
import {
  type ContentItem,
  codedItem,
  container,
  coordinates3DItem,
  coordinatesItem,
  imageItem,
  numberItem,
  textItem,
  uidItem,
} from './content-item.ts'
import { imageShape, spatialShape } from './measured-shape.ts'
import { measuredConcept } from './measured-value.ts'

/** In its image; in a reformatted plane, which is no stored image, in the frame of reference (SCOORD3D: Comprehensive 3D SR only). */
const source = (measurement: Measurement): ContentItem[] => {
  const { image, FrameOfReferenceUID } = measurement
  const shape = imageShape(measurement)
  if (image && shape) return [coordinatesItem('INFERRED FROM', codes.SourceOfMeasurement, shape, image)]
  if (image) return [imageItem('INFERRED FROM', codes.SourceOfMeasurement, image)]
  if (FrameOfReferenceUID === null) return []
  return [coordinates3DItem('INFERRED FROM', codes.SourceOfMeasurement, spatialShape(measurement), FrameOfReferenceUID)]
}

/** TID 1501; the tracking UID is the measurement's own UUID as UID, so that it is the same in every document that ever quotes it. */
export const measurementGroup = (measurement: Measurement): ContentItem =>
  container('CONTAINS', codes.MeasurementGroup, [
    textItem('HAS OBS CONTEXT', codes.TrackingIdentifier, measurement.measurementId),
    uidItem('HAS OBS CONTEXT', codes.TrackingUniqueIdentifier, uidFromUUID(measurement.measurementId)),
    ...measurement.values.map((value) => {
      const { concept, derivation } = measuredConcept(value, measurement.image?.SOPClassUID ?? null)
      return numberItem('CONTAINS', concept, value.value, unitCode(value.unit), [
        ...(derivation ? [codedItem('HAS CONCEPT MOD', codes.Derivation, derivation)] : []),
        ...source(measurement),
      ])
    }),
  ])
