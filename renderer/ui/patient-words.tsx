/** Whom a row of a table is about: the name, and the identifier that tells namesakes apart. */
import { useTranslation } from 'react-i18next'
import type { PersonName } from '../../main/contract/studies.ts'
import classes from './patient-words.module.css'
import { PersonNameText, SafeText } from './safe-text.tsx'

export function PatientWords({ name, PatientID }: { name: PersonName; PatientID: string }) {
  const { t } = useTranslation()
  return (
    <>
      <PersonNameText name={name} nobody={t('common:noName')} />
      {PatientID !== '' && (
        <>
          {' '}
          <span className={classes.identifier}>
            <SafeText text={PatientID} max={64} />
          </span>
        </>
      )}
    </>
  )
}
