/** Whose study a question is about: the patient as everywhere, and what tells the study from the others. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { PatientBanner } from '../ui/patient-banner.tsx'
import { nameText, SafeText } from '../ui/safe-text.tsx'

interface StudyAskedProps {
  study: Pick<StudyRow, 'StudyInstanceUID' | 'PatientName' | 'StudyDate' | 'StudyDescription'>
  modality: string
  /** What tells it closer. */
  more?: string
}

export function StudyAsked({ study, modality, more = '' }: StudyAskedProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { StudyInstanceUID } = study
  const whole = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID })).data?.study
  const facts = [
    ...(whole ? [] : [nameText(study.PatientName) || t('common:noName')]),
    format.date(study.StudyDate),
    modality,
    study.StudyDescription,
    more,
  ]
  return (
    <div>
      {whole && <PatientBanner patient={whole} compact />}
      <Text fw={600}>
        <SafeText text={facts.filter(Boolean).join(' · ')} max={160} />
      </Text>
    </div>
  )
}
