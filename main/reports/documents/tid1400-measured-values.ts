/**
 * Figures of a measurement in the report itself: TID 1400 Linear Measurement, TID 1401 Area Measurement, TID 1404 Numeric Measurement, as
 * TID 2001 includes them. Lengths and areas in pixels are numeric measurements: TID 1400 and TID 1401 take metric units only.
 */
import type { MeasuredValue, Measurement } from '../../contract/measurement.ts'
import { type Code, codes, unitCode } from '../../dicom/index.ts'
import {
  type ContentItem,
  codedItem,
  coordinatesItem,
  imageItem,
  numberItem,
  type Relationship,
} from './content-item.ts'
import { imageShape } from './measured-shape.ts'
import { measuredConcept } from './measured-value.ts'

const coordinatesName = ({ quantity, unit }: MeasuredValue): Code => {
  if (quantity === 'length' && unit === 'mm') return codes.Path
  return quantity === 'area' && unit === 'mm2' ? codes.PerimeterOutline : codes.SourceOfMeasurement
}

/** Where a figure was measured: its shape in its image, the image alone, or nothing that a 2D document can hold. */
const source = (measurement: Measurement, value: MeasuredValue): ContentItem[] => {
  const { image } = measurement
  if (!image) return []
  const shape = imageShape(measurement)
  return shape
    ? [coordinatesItem('INFERRED FROM', coordinatesName(value), shape, image)]
    : [imageItem('INFERRED FROM', codes.SourceOfMeasurement, image)]
}

/** One NUM a figure. */
export const measuredValues = (relationship: Relationship, measurement: Measurement): ContentItem[] =>
  measurement.values.map((value) => {
    const { concept, derivation } = measuredConcept(value, measurement.image?.SOPClassUID ?? null)
    return numberItem(relationship, concept, value.value, unitCode(value.unit), [
      ...(derivation ? [codedItem('HAS CONCEPT MOD', codes.Derivation, derivation)] : []),
      ...source(measurement, value),
    ])
  })
