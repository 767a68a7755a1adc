/** The cells of a row that say whose object it is: patient, date and description of its study. */
import { Table } from '@mantine/core'
import type { StudyRow } from '../../main/contract/studies.ts'
import { useFormat } from '../ui/format.ts'
import { PatientWords } from '../ui/patient-words.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import classes from './storage-screen.module.css'

export function StudyOfObject(study: Pick<StudyRow, 'PatientName' | 'PatientID' | 'StudyDate' | 'StudyDescription'>) {
  const format = useFormat()
  return (
    <>
      <Table.Td className={classes.patients}>
        <PatientWords name={study.PatientName} PatientID={study.PatientID} />
      </Table.Td>
      <Table.Td className={classes.tight}>{format.date(study.StudyDate)}</Table.Td>
      <Table.Td className={classes.name}>
        <SafeText text={study.StudyDescription} max={60} />
      </Table.Td>
    </>
  )
}
