/** The modality (CID 29 Acquisition Modality) that a SOP class of images belongs to. */
import type { Code } from './codes.ts'
import { storageSOPClasses } from './sop-classes.ts'

const acquisitionModality = (CodeValue: string, CodeMeaning: string): Code => ({
  CodeValue,
  CodingSchemeDesignator: 'DCM',
  CodeMeaning,
})

const modalities: readonly (readonly [keyword: RegExp, modality: Code])[] = [
  [/^(Enhanced|LegacyConvertedEnhanced)?CTImage/, acquisitionModality('CT', 'Computed Tomography')],
  [/^(Enhanced|LegacyConvertedEnhanced)?MR(Color)?Image/, acquisitionModality('MR', 'Magnetic Resonance')],
  [/PETImage|^PositronEmission/, acquisitionModality('PT', 'Positron emission tomography')],
  [/^NuclearMedicine/, acquisitionModality('NM', 'Nuclear Medicine')],
  [/^Ultrasound|^EnhancedUS/, acquisitionModality('US', 'Ultrasound')],
  [/^ComputedRadiography/, acquisitionModality('CR', 'Computed Radiography')],
  [/^DigitalXRay/, acquisitionModality('DX', 'Digital Radiography')],
  [/Mammography|^Breast/, acquisitionModality('MG', 'Mammography')],
  [/Angiographic|^EnhancedXA/, acquisitionModality('XA', 'X-Ray Angiography')],
  [/Radiofluoroscopic|^EnhancedXRF/, acquisitionModality('RF', 'Radiofluoroscopy')],
]

/** Null where the class does not tell, as of secondary captures. */
export const modalityOfSOPClass = (SOPClassUID: string): Code | null => {
  const keyword = storageSOPClasses.get(SOPClassUID)?.keyword ?? ''
  return modalities.find(([pattern]) => pattern.test(keyword))?.[1] ?? null
}
