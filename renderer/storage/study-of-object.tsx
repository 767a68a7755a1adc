/** The cells of a row that say whose object it is: patient, date and description of its study. */
import { Table } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { useFormat } from '../ui/format.ts'
import { PersonNameText, SafeText } from '../ui/safe-text.tsx'
import classes from './storage-screen.module.css'

export function StudyOfObject(study: Pick<StudyRow, 'PatientName' | 'StudyDate' | 'StudyDescription'>) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <>
      <Table.Td className={classes.name}>
        <PersonNameText name={study.PatientName} nobody={t('common:noName')} />
      </Table.Td>
      <Table.Td className={classes.tight}>{format.date(study.StudyDate)}</Table.Td>
      <Table.Td className={classes.name}>
        <SafeText text={study.StudyDescription} max={60} />
      </Table.Td>
    </>
  )
}
