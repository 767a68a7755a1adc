/**
 * Coded concepts that the program writes: each once, named, with the context groups (CID) and templates (TID) of PS3.16 that it comes
 * from. Meanings are those of the standard.
 */

/** Structurally the contract's `Coded`; this layer imports nobody. */
export interface Code {
  readonly CodeValue: string
  readonly CodingSchemeDesignator: string
  readonly CodeMeaning: string
}

const code =
  (CodingSchemeDesignator: string) =>
  (CodeValue: string, CodeMeaning: string): Code => ({ CodeValue, CodingSchemeDesignator, CodeMeaning })
const DCM = code('DCM')
const LN = code('LN')
const SCT = code('SCT')
const UCUM = code('UCUM')

/** Coding schemes of our own or of France, identified by OID where they have one (PS3.3 Table C.12-1, Coding Scheme Identification). */
export const codingSchemes = {
  /** National identifiers of health professionals: `8` and the RPPS number. */
  RPPS: {
    CodingSchemeDesignator: '99RPPS',
    CodingSchemeUID: '1.2.250.1.71.4.2.1',
    CodingSchemeName: 'Identifiants nationaux des professionnels de santé (IDNPS)',
    CodingSchemeResponsibleOrganization: 'Agence du numérique en santé (France)',
  },
  /** National identifiers of health structures: `1` and the FINESS number. */
  FINESS: {
    CodingSchemeDesignator: '99FINESS',
    CodingSchemeUID: '1.2.250.1.71.4.2.2',
    CodingSchemeName: 'Identifiants nationaux des structures de santé (IDNST)',
    CodingSchemeResponsibleOrganization: 'Agence du numérique en santé (France)',
  },
  own: {
    CodingSchemeDesignator: '99ASTREINTE',
    CodingSchemeName: 'Astreinte',
    CodingSchemeResponsibleOrganization: 'Astreinte',
  },
} as const

export const codes = {
  /** TID 1204. */
  LanguageOfContentItemAndDescendants: DCM('121049', 'Language of Content Item and Descendants'),
  /** CID 5000. */
  French: code('RFC5646')('fr', 'French'),
  English: code('RFC5646')('en', 'English'),

  /** TID 1210. */
  EquivalentMeaningOfConceptName: DCM('121050', 'Equivalent Meaning of Concept Name'),

  /** TID 1002, TID 1003, CID 270. */
  ObserverType: DCM('121005', 'Observer Type'),
  Person: DCM('121006', 'Person'),
  PersonObserverName: DCM('121008', 'Person Observer Name'),
  PersonObserverOrganizationName: DCM('121009', "Person Observer's Organization Name"),

  /** TID 1500, TID 1501, CID 7021. */
  ImagingMeasurementReport: DCM('126000', 'Imaging Measurement Report'),
  ProcedureReported: DCM('121058', 'Procedure reported'),
  ImagingMeasurements: DCM('126010', 'Imaging Measurements'),
  MeasurementGroup: DCM('125007', 'Measurement Group'),
  TrackingIdentifier: DCM('112039', 'Tracking Identifier'),
  TrackingUniqueIdentifier: DCM('112040', 'Tracking Unique Identifier'),
  /** TID 1600, TID 1602. */
  ImageLibrary: DCM('111028', 'Image Library'),
  ImageLibraryGroup: DCM('126200', 'Image Library Group'),
  Modality: DCM('121139', 'Modality'),
  /** CID 100. */
  CTUnspecifiedBodyRegion: LN('25045-6', 'CT unspecified body region'),
  MRIUnspecifiedBodyRegion: LN('25056-3', 'MRI unspecified body region'),
  PETUnspecifiedBodyRegion: LN('44136-0', 'PET unspecified body region'),
  NMUnspecifiedBodyRegion: LN('49118-3', 'NM unspecified body region'),
  ImagingProcedure: SCT('363679005', 'Imaging procedure'),

  /** TID 1400, CID 7470. */
  Length: SCT('410668003', 'Length'),
  Path: DCM('121055', 'Path'),
  /** TID 1401, CID 7471. */
  Area: SCT('42798000', 'Area'),
  PerimeterOutline: DCM('121057', 'Perimeter Outline'),
  /** TID 300, CID 7464. */
  Derivation: DCM('121401', 'Derivation'),
  Mean: SCT('373098007', 'Mean'),
  Minimum: SCT('255605001', 'Minimum'),
  Maximum: SCT('56851009', 'Maximum'),
  StandardDeviation: SCT('386136009', 'Standard Deviation'),
  /** CID 7469: what the value of a pixel means. */
  AttenuationCoefficient: DCM('112031', 'Attenuation Coefficient'),
  MRSignalIntensity: DCM('110852', 'MR signal intensity'),
  XRayAttenuation: DCM('110850', 'X-Ray Attenuation'),
  Echogenicity: DCM('110849', 'Echogenicity'),
  PixelValue: code(codingSchemes.own.CodingSchemeDesignator)('pixel-value', 'Pixel value after the modality LUT'),

  /** CID 7003. */
  BestIllustrationOfFinding: DCM('121080', 'Best illustration of finding'),
  SourceOfMeasurement: DCM('121112', 'Source of Measurement'),

  /** CID 7001. */
  KeyImages: LN('55113-5', 'Key Images'),
  /** CID 7002. */
  Finding: DCM('121071', 'Finding'),
  Impression: DCM('121073', 'Impression'),
  Conclusion: DCM('121077', 'Conclusion'),
  Recommendation: DCM('121075', 'Recommendation'),
  ProcedureDescription: DCM('121065', 'Procedure Description'),
  PreviousFinding: DCM('121069', 'Previous Finding'),
  PatientPresentation: DCM('121110', 'Patient Presentation'),
  Summary: DCM('121111', 'Summary'),
  ComplicationOfProcedure: SCT('116224001', 'Complication of Procedure'),

  /** TID 2010. */
  KeyObjectDescription: DCM('113012', 'Key Object Description'),
} as const satisfies Record<string, Code>

/** Concepts of report elements (CID 7002) by the LOINC code of the heading that they stand under (CID 7001). */
export const reportElementOfHeading: ReadonlyMap<string, Code> = new Map([
  ['59776-5', codes.Finding],
  ['19005-8', codes.Impression],
  ['55110-1', codes.Conclusion],
  ['18783-1', codes.Recommendation],
  ['55111-9', codes.ProcedureDescription],
  ['55114-3', codes.ProcedureDescription],
  ['18834-2', codes.PreviousFinding],
  ['55108-5', codes.PatientPresentation],
  ['55112-7', codes.Summary],
  ['55109-3', codes.ComplicationOfProcedure],
])

/** Meanings of the UCUM codes that templates and measurements commonly use (CID 82); others stand for themselves. */
const unitMeanings: Readonly<Record<string, string>> = {
  '1': 'no units',
  '%': 'percent',
  mm: 'millimeter',
  cm: 'centimeter',
  mm2: 'square millimeter',
  cm2: 'square centimeter',
  mm3: 'cubic millimeter',
  cm3: 'cubic centimeter',
  mL: 'milliliter',
  mGy: 'milligray',
  'mGy.cm': 'milligray centimeter',
  "[hnsf'U]": 'Hounsfield unit',
  '{pixels}': 'pixels',
  '{square_pixels}': 'square pixels',
}

/**
 * The unit of a value as code. No unit is UCUM's `1`; `{pixels}2`, which measurements carry, is no UCUM (an annotation takes no
 * exponent) and becomes `{square_pixels}`.
 */
export const unitCode = (unit: string): Code => {
  const value = unit === '' ? '1' : unit === '{pixels}2' ? '{square_pixels}' : unit
  return UCUM(value, unitMeanings[value] ?? value)
}

/** Titles that a reader can give a key image: of CID 7010 those that reject nothing. */
export const keyImageTitles = [
  DCM('113000', 'Of Interest'),
  DCM('113002', 'For Referring Provider'),
  DCM('113004', 'For Teaching'),
  DCM('113005', 'For Conference'),
  DCM('113008', 'For Peer Review'),
  DCM('113013', 'Best In Set'),
  DCM('113020', 'For Report Attachment'),
] as const
