/** Which objects of an export are of one patient, however each of them writes who that is. */
import { type DataSet, searchWords } from '../dataset/index.ts'

/**
 * Tells whose an object is, alike for all of one patient. Objects of a study that other devices added spell the name in another way, or do not
 * repeat who issued the identifier: with the same identifier they are of whom its first object says.
 */
export function createPatients(): (attributes: DataSet) => string {
  const ofStudies = new Map<string, string>()
  return (attributes) => {
    const PatientID = attributes.text('PatientID')
    const study = JSON.stringify([attributes.text('StudyInstanceUID'), PatientID])
    const name = searchWords(attributes.text('PatientName')).join(' ')
    const patient = ofStudies.get(study) ?? JSON.stringify([PatientID, attributes.text('IssuerOfPatientID'), name])
    ofStudies.set(study, patient)
    return patient
  }
}
