/** The options of PS3.15 §E.3 that a de-identification can be asked for, and how they are written into the objects. */
import type { DeidentificationOptions } from '../../contract/exporter.ts'

/** CID 7050: the method, by option. */
const methods = {
  basic: ['113100', 'Basic Application Confidentiality Profile'],
  cleanDescriptors: ['113105', 'Clean Descriptors Option'],
  fullDates: ['113106', 'Retain Longitudinal Temporal Information Full Dates Option'],
  modifiedDates: ['113107', 'Retain Longitudinal Temporal Information Modified Dates Option'],
  retainPatientCharacteristics: ['113108', 'Retain Patient Characteristics Option'],
  retainDeviceIdentity: ['113109', 'Retain Device Identity Option'],
  retainUIDs: ['113110', 'Retain UIDs Option'],
  retainInstitutionIdentity: ['113112', 'Retain Institution Identity Option'],
} as const

/** The codes of DeidentificationMethodCodeSequence (0012,0064). */
export const methodCodes = (
  options: DeidentificationOptions,
): (readonly [CodeValue: string, CodeMeaning: string])[] => [
  methods.basic,
  ...(options.cleanDescriptors ? [methods.cleanDescriptors] : []),
  ...(options.dates === 'full' ? [methods.fullDates] : options.dates === 'modified' ? [methods.modifiedDates] : []),
  ...(options.retainPatientCharacteristics ? [methods.retainPatientCharacteristics] : []),
  ...(options.retainDeviceIdentity ? [methods.retainDeviceIdentity] : []),
  ...(options.retainUIDs ? [methods.retainUIDs] : []),
  ...(options.retainInstitutionIdentity ? [methods.retainInstitutionIdentity] : []),
]

/** Value of LongitudinalTemporalInformationModified (0028,0303). */
export const temporalInformation = ({ dates }: DeidentificationOptions): string =>
  ({ removed: 'REMOVED', modified: 'MODIFIED', full: 'UNMODIFIED' })[dates]
