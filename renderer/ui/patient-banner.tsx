/** Whose pictures these are: on every screen that shows or writes about a patient, the same everywhere. */
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { displayText } from '../../main/dicom/index.ts'
import { useFormat } from './format.ts'
import classes from './patient-banner.module.css'
import { nameText, PersonNameText, SafeText } from './safe-text.tsx'

type Patient = Pick<
  StudyRow,
  | 'PatientName'
  | 'PatientBirthName'
  | 'PatientBirthDate'
  | 'PatientSex'
  | 'PatientID'
  | 'IssuerOfPatientID'
  | 'StudyDate'
>

const SEXES = new Set(['M', 'F', 'O'])

/** Name, birth name, birth date with the age at the study, sex, identifier with its issuer. */
export function PatientBanner({ patient, compact = false }: { patient: Patient; compact?: boolean }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { PatientBirthName, PatientBirthDate, PatientSex, PatientID, IssuerOfPatientID, StudyDate } = patient
  const age = format.age(PatientBirthDate, StudyDate)
  const sex = SEXES.has(PatientSex) ? t(`common:sex.${PatientSex}`) : t('common:sex.unknown')
  const born = PatientSex === 'F' || PatientSex === 'M' ? PatientSex : 'unknown'
  return (
    <section className={classes.banner} aria-label={t('common:patient')} data-compact={compact} data-selectable>
      <strong className={classes.name}>
        <PersonNameText name={patient.PatientName} nobody={t('common:noName')} whole />
      </strong>
      {PatientBirthName && nameText(PatientBirthName) !== '' && (
        <span className={classes.item}>
          {t(`common:birthName.${born}`)} <PersonNameText name={PatientBirthName} nobody="" />
        </span>
      )}
      <span className={classes.item}>
        {PatientBirthDate === '' ? t('common:noBirthDate') : format.date(PatientBirthDate)}
        {age !== '' && <span className={classes.dim}> ({age})</span>}
      </span>
      <span className={classes.item}>{sex}</span>
      <span className={classes.item} title={displayText(`${PatientID} ${IssuerOfPatientID}`, 200)}>
        {PatientID === '' ? t('common:noIdentifier') : <SafeText text={PatientID} max={64} />}
        {IssuerOfPatientID !== '' && (
          <span className={classes.dim}>
            {' '}
            <SafeText text={IssuerOfPatientID} max={64} />
          </span>
        )}
      </span>
    </section>
  )
}
