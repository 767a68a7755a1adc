/** Where each file of an export stands: `DICOM/P0000001/S0000001/R0000001/I0000001`, names of eight capital letters and digits (PS3.10 §8.2). */
import type { DataSet } from '../dataset/index.ts'
import { createPatients } from './patients.ts'

const component = (letter: string, number: number): string => letter + String(number).padStart(7, '0')

/** Gives the objects of one export their places; nothing in a name tells of a patient. */
export function createFileIds(): (attributes: DataSet) => string[] {
  const counters = new Map<string, Map<string, number>>()
  const numberIn = (parent: string, id: string): number => {
    const known = counters.get(parent) ?? new Map<string, number>()
    counters.set(parent, known)
    const number = known.get(id) ?? known.size + 1
    known.set(id, number)
    return number
  }
  const patientOf = createPatients()
  return (attributes) => {
    const patient = component('P', numberIn('', patientOf(attributes)))
    const study = component('S', numberIn(patient, attributes.text('StudyInstanceUID')))
    const series = component('R', numberIn(`${patient}/${study}`, attributes.text('SeriesInstanceUID')))
    const place = `${patient}/${study}/${series}`
    const instance = component('I', numberIn(place, attributes.text('SOPInstanceUID')))
    return ['DICOM', patient, study, series, instance]
  }
}
