/** Which directory record stands for an object, and what it holds (PS3.3 §F.5): DICOM keywords, type 1 and 2 alike. */
import { storageSOPClasses } from '../../dicom/sop-classes.ts'

export interface RecordType {
  type: string
  keywords: readonly string[]
}

const image: RecordType = { type: 'IMAGE', keywords: ['InstanceNumber'] }
const contentTimes = ['InstanceNumber', 'ContentDate', 'ContentTime']
const contentLabels = [...contentTimes, 'ContentLabel', 'ContentDescription', 'ContentCreatorName']
const report: RecordType = {
  type: 'SR DOCUMENT',
  keywords: [...contentTimes, 'CompletionFlag', 'VerificationFlag', 'VerificationDateTime', 'ConceptNameCodeSequence'],
}

/** By SOP class keyword, without `Storage`; what is an image by nature and not named here is an IMAGE. */
const byKeyword: readonly (readonly [RegExp, RecordType])[] = [
  [/SR$|^ProcedureLog$|Report$/, report],
  [/^KeyObjectSelectionDocument/, { type: 'KEY OBJECT DOC', keywords: [...contentTimes, 'ConceptNameCodeSequence'] }],
  [
    /PresentationState/,
    {
      type: 'PRESENTATION',
      keywords: [
        'PresentationCreationDate',
        'PresentationCreationTime',
        'InstanceNumber',
        'ContentLabel',
        'ContentDescription',
        'ContentCreatorName',
        'ReferencedSeriesSequence',
      ],
    },
  ],
  [
    /^Encapsulated/,
    {
      type: 'ENCAP DOC',
      keywords: [
        ...contentTimes,
        'DocumentTitle',
        'ConceptNameCodeSequence',
        'MIMETypeOfEncapsulatedDocument',
        'HL7InstanceIdentifier',
      ],
    },
  ],
  [
    /Waveform|ECG|Hemodynamic|Cardiac.*Electro|^ArterialPulse|^Respiratory|Electroencephalogram|Electromyogram|Electrooculogram|SleepE|BodyPosition|Audio/,
    { type: 'WAVEFORM', keywords: contentTimes },
  ],
  [/^RTDose$/, { type: 'RT DOSE', keywords: ['InstanceNumber', 'DoseSummationType', 'DoseComment'] }],
  [
    /^RTStructureSet$/,
    {
      type: 'RT STRUCTURE SET',
      keywords: ['InstanceNumber', 'StructureSetLabel', 'StructureSetDate', 'StructureSetTime'],
    },
  ],
  [/^RT(Ion)?Plan$/, { type: 'RT PLAN', keywords: ['InstanceNumber', 'RTPlanLabel', 'RTPlanDate', 'RTPlanTime'] }],
  [
    /^RT.*TreatmentRecord|^RTTreatmentSummaryRecord/,
    { type: 'RT TREAT RECORD', keywords: ['InstanceNumber', 'TreatmentDate', 'TreatmentTime'] },
  ],
  [
    /^MRSpectroscopy$/,
    {
      type: 'SPECTROSCOPY',
      keywords: [
        'ImageType',
        ...contentTimes,
        'NumberOfFrames',
        'Rows',
        'Columns',
        'DataPointRows',
        'DataPointColumns',
        'ReferencedImageEvidenceSequence',
      ],
    },
  ],
  [/^RawData$/, { type: 'RAW DATA', keywords: ['ContentDate', 'ContentTime', 'InstanceNumber'] }],
  [
    /SpatialRegistration$/,
    {
      type: 'REGISTRATION',
      keywords: [
        'ContentDate',
        'ContentTime',
        ...contentLabels.filter((keyword) => !contentTimes.includes(keyword)),
        'InstanceNumber',
      ],
    },
  ],
  [/^SpatialFiducials$/, { type: 'FIDUCIAL', keywords: contentLabels }],
  [/^RealWorldValueMapping$/, { type: 'VALUE MAP', keywords: contentLabels }],
  [/^SurfaceSegmentation$/, { type: 'SURFACE', keywords: contentLabels }],
  [/^TractographyResults$/, { type: 'TRACT', keywords: contentLabels }],
  [/^StereometricRelationship$/, { type: 'STEREOMETRIC', keywords: [] }],
  [/Measurements$|^IntraocularLensCalculations$/, { type: 'MEASUREMENT', keywords: contentLabels }],
  [/^SurfaceScan/, { type: 'SURFACE SCAN', keywords: ['ContentDate', 'ContentTime'] }],
  [/^MicroscopyBulkSimpleAnnotations$/, { type: 'ANNOTATION', keywords: contentLabels }],
  [
    /^ContentAssessmentResults$/,
    { type: 'ASSESSMENT', keywords: ['InstanceNumber', 'InstanceCreationDate', 'InstanceCreationTime'] },
  ],
  [/^RT(Beams|BrachyApplicationSetup)DeliveryInstruction$/, { type: 'PLAN', keywords: [] }],
  [
    /Radiation(Set|Record|RecordSet|SetDeliveryInstruction)?$|^RT(PhysicianIntent|SegmentAnnotation|RadiationSalvageRecord|TreatmentPreparation|PatientPositionAcquisitionInstruction)$/,
    {
      type: 'RADIOTHERAPY',
      keywords: [
        'InstanceNumber',
        'UserContentLabel',
        'UserContentLongLabel',
        'ContentDescription',
        'ContentCreatorName',
      ],
    },
  ],
]

/** The record of a SOP class; classes that no record type stands for get IMAGE or RAW DATA records by their nature. */
export function recordTypeOf(SOPClassUID: string): RecordType {
  const known = storageSOPClasses.get(SOPClassUID)
  const name = known?.keyword.replace(/Storage.*$/, '') ?? ''
  const found = byKeyword.find(([pattern]) => pattern.test(name))
  if (found) return found[1]
  return known?.isImage || name.endsWith('Segmentation') || known === undefined
    ? image
    : { type: 'RAW DATA', keywords: ['ContentDate', 'ContentTime', 'InstanceNumber'] }
}
