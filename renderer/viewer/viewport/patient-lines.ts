/** Who is on the image, top left: the banner says it too, but a picture of one viewport must say it alone. */
import type { StudyRow } from '../../../main/contract/studies.ts'
import { displayText } from '../../../main/dicom/index.ts'
import type { Format } from '../../ui/format.ts'
import { nameText } from '../../ui/safe-text.tsx'
import type { Writing } from '../writing.ts'
import type { OverlayLine } from './overlay-text.ts'

type Patient = Pick<
  StudyRow,
  | 'PatientName'
  | 'PatientID'
  | 'PatientBirthDate'
  | 'PatientSex'
  | 'StudyDate'
  | 'StudyTime'
  | 'StudyDescription'
  | 'InstitutionName'
>

/** Name, identifier, birth date, sex, age at the study; the study, its date and place. */
export function patientLines(study: Patient, format: Pick<Format, 'date' | 'time' | 'age'>, w: Writing): OverlayLine[] {
  const sex = ['M', 'F', 'O'].includes(study.PatientSex) ? w.t(`sex.${study.PatientSex}`) : study.PatientSex
  const person = [format.date(study.PatientBirthDate), sex, format.age(study.PatientBirthDate, study.StudyDate)]
  const candidates: OverlayLine[] = [
    { text: nameText(study.PatientName, 60), tone: 'strong' },
    { text: displayText(study.PatientID, 40) },
    { text: person.filter(Boolean).join(' · ') },
    { text: displayText(study.StudyDescription, 60) },
    { text: [format.date(study.StudyDate), format.time(study.StudyTime)].filter(Boolean).join(' ') },
    { text: displayText(study.InstitutionName, 60) },
  ]
  return candidates.filter((line) => line.text !== '')
}
