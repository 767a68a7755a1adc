import { expect, it } from 'vitest'
import { storageSOPClasses } from '../../../../main/dicom/sop-classes.ts'
import { recordTypeOf } from '../../../../main/exporter/directory/record-types.ts'

/** The SOP Class UID of a keyword without `Storage`. */
const classOf = (name: string): string => {
  const found = [...storageSOPClasses].find(([, { keyword }]) => keyword === `${name}Storage`)
  if (!found) throw new Error(`${name} is no storage class`)
  return found[0]
}

it.each([
  ['SR DOCUMENT', ['BasicTextSR', 'WaveformAnnotationSR', 'ProcedureLog', 'SpectaclePrescriptionReport']],
  ['KEY OBJECT DOC', ['KeyObjectSelectionDocument']],
  ['PRESENTATION', ['GrayscaleSoftcopyPresentationState', 'WaveformPresentationState']],
  ['ENCAP DOC', ['EncapsulatedPDF', 'EncapsulatedSTL']],
  ['WAVEFORM', ['TwelveLeadECGWaveform', 'BasicVoiceAudioWaveform']],
  ['IMAGE', ['CTImage', 'Segmentation', 'LabelMapSegmentation', 'HeightMapSegmentation', 'RTImage', 'ParametricMap']],
  ['SURFACE', ['SurfaceSegmentation']],
  ['SURFACE SCAN', ['SurfaceScanMesh', 'SurfaceScanPointCloud']],
  ['STEREOMETRIC', ['StereometricRelationship']],
  ['MEASUREMENT', ['LensometryMeasurements', 'OphthalmicAxialMeasurements', 'IntraocularLensCalculations']],
  ['ANNOTATION', ['MicroscopyBulkSimpleAnnotations']],
  ['ASSESSMENT', ['ContentAssessmentResults']],
  ['PLAN', ['RTBeamsDeliveryInstruction']],
  ['RT TREAT RECORD', ['RTBeamsTreatmentRecord', 'RTTreatmentSummaryRecord']],
  ['RADIOTHERAPY', ['RTPhysicianIntent', 'RTRadiationSet', 'CArmPhotonElectronRadiation', 'RoboticRadiationRecord']],
  ['RAW DATA', ['RawData']],
])('%s stands for its kinds of objects (PS3.3 §F.5)', (type, names) => {
  expect(names.map((name) => recordTypeOf(classOf(name)).type)).toEqual(names.map(() => type))
})
