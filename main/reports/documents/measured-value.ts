/** What a measured figure is, in codes: concept, derivation and unit (PS3.16 TID 300, CID 7464, CID 7469–7471). */
import type { MeasuredValue } from '../../contract/measurement.ts'
import { type Code, codes, modalityOfSOPClass } from '../../dicom/index.ts'

/** A figure's concept; `derivation` says how many pixel values became one. */
export interface MeasuredConcept {
  concept: Code
  derivation: Code | null
}

const derivations = {
  mean: codes.Mean,
  standardDeviation: codes.StandardDeviation,
  minimum: codes.Minimum,
  maximum: codes.Maximum,
} as const

const pixelConcepts: Readonly<Record<string, Code>> = {
  MR: codes.MRSignalIntensity,
  US: codes.Echogenicity,
  CR: codes.XRayAttenuation,
  DX: codes.XRayAttenuation,
  MG: codes.XRayAttenuation,
  XA: codes.XRayAttenuation,
  RF: codes.XRayAttenuation,
}

/** What a pixel stands for: Hounsfield units say it themselves, else the kind of image does; otherwise only that it is a pixel's value. */
const pixelConcept = (unit: string, SOPClassUID: string | null): Code => {
  if (unit === "[hnsf'U]") return codes.AttenuationCoefficient
  const modality = SOPClassUID === null ? null : modalityOfSOPClass(SOPClassUID)
  return (modality && pixelConcepts[modality.CodeValue]) ?? codes.PixelValue
}

/** The concept of a figure measured in an image of class `SOPClassUID` (null: in a reformatted plane). */
export const measuredConcept = ({ quantity, unit }: MeasuredValue, SOPClassUID: string | null): MeasuredConcept => {
  if (quantity === 'length') return { concept: codes.Length, derivation: null }
  if (quantity === 'area') return { concept: codes.Area, derivation: null }
  return { concept: pixelConcept(unit, SOPClassUID), derivation: derivations[quantity] }
}
