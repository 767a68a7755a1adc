/** Whose studies are in what was given, how much of them is here already, and what contradicts a known patient; studies can be left out. */
import { Checkbox, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconDisc } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Intake, IntakePatient } from '../../main/contract/importer.ts'
import { displayText } from '../../main/dicom/index.ts'
import { useFormat } from '../ui/format.ts'
import { PatientBanner } from '../ui/patient-banner.tsx'
import { nameText, SafeText } from '../ui/safe-text.tsx'
import classes from './intake-preview.module.css'
import { RefusedList } from './refused-list.tsx'

function Conflicts({ patient }: { patient: IntakePatient }) {
  const { t } = useTranslation()
  const format = useFormat()
  const shownValue = (of: IntakePatient['conflicts'][number]['other'], keyword: string): string => {
    if (keyword === 'PatientName') return nameText(of.PatientName) || t('common:noName')
    if (keyword === 'PatientBirthDate') return format.date(of.PatientBirthDate)
    const value = of[keyword as 'PatientID' | 'IssuerOfPatientID' | 'PatientSex']
    return displayText(value, 64) || '–'
  }
  return (
    <div className={classes.conflicts} role="status">
      <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
      <ul>
        {patient.conflicts.map((conflict) => (
          <li key={JSON.stringify(conflict)}>
            {t(`import:conflict.${conflict.with}.${conflict.reason}`)}{' '}
            {conflict.keywords.map((keyword) => (
              <span key={keyword} className={classes.difference}>
                <b>{t(`import:attribute.${keyword}`)}</b> <bdi>{shownValue(patient, keyword)}</bdi> ≠{' '}
                <bdi>{shownValue(conflict.other, keyword)}</bdi>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  )
}

interface PatientProps {
  patient: IntakePatient
  leftOut: ReadonlySet<string>
  onLeaveOut(StudyInstanceUID: string, isLeftOut: boolean): void
}

function PatientStudies({ patient, leftOut, onLeaveOut }: PatientProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [first] = patient.studies
  return (
    <section className={classes.patient}>
      <PatientBanner patient={{ ...patient, StudyDate: first?.StudyDate ?? '', PatientBirthName: undefined }} compact />
      {patient.conflicts.length > 0 && <Conflicts patient={patient} />}
      <Table className={classes.studies} aria-label={t('import:preview.studies')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th aria-label={t('import:preview.take')} />
            {(['date', 'modality', 'description'] as const).map((column) => (
              <Table.Th key={column}>{t(`import:preview.${column}`)}</Table.Th>
            ))}
            {(['series', 'objects', 'here', 'size'] as const).map((column) => (
              <Table.Th key={column} className={classes.number}>
                {t(`import:preview.${column}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {patient.studies.map((study) => (
            <Table.Tr key={study.StudyInstanceUID}>
              <Table.Td>
                <Checkbox
                  size="xs"
                  checked={!leftOut.has(study.StudyInstanceUID)}
                  aria-label={`${t('import:preview.take')} ${format.date(study.StudyDate)} ${displayText(study.StudyDescription, 80)}`}
                  onChange={(event) => onLeaveOut(study.StudyInstanceUID, !event.currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td>{format.date(study.StudyDate)}</Table.Td>
              <Table.Td>
                <SafeText text={study.Modalities.join(' ')} max={20} />
              </Table.Td>
              <Table.Td className={classes.wide}>
                <SafeText text={study.StudyDescription || t('studies:preview.noDescription')} max={80} />
              </Table.Td>
              <Table.Td className={classes.number}>{format.number(study.series)}</Table.Td>
              <Table.Td className={classes.number}>{format.number(study.instances)}</Table.Td>
              <Table.Td className={classes.number}>
                {study.here === 0
                  ? '–'
                  : study.here === study.instances
                    ? t('import:preview.allHere')
                    : format.number(study.here)}
              </Table.Td>
              <Table.Td className={classes.number}>{format.bytes(study.bytes)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  )
}

function Directory({ intake }: { intake: Intake }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (intake.directory === 'none') return null
  return (
    <div className={classes.directory}>
      <IconDisc size={16} stroke={1.6} aria-hidden="true" />
      <div>
        <Text>{t(`import:directory.${intake.directory}`)}</Text>
        {intake.unnamed > 0 && (
          <Text>{t('import:directory.unnamed', { count: intake.unnamed, number: format.number(intake.unnamed) })}</Text>
        )}
        {intake.missingTotal > 0 && (
          <details>
            <summary className={classes.missing}>
              {t('import:directory.missing', {
                count: intake.missingTotal,
                number: format.number(intake.missingTotal),
              })}
            </summary>
            <ul data-selectable>
              {intake.missing.map((name) => (
                <li key={name}>
                  <bdi>{displayText(name, 120)}</bdi>
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </div>
  )
}

/** What an intake holds. */
export function IntakePreview({ intake, ...choice }: { intake: Intake } & Omit<PatientProps, 'patient'>) {
  const { t } = useTranslation()
  const format = useFormat()
  // Once studies are left out, what is taken are the others that are listed.
  const isPart = choice.leftOut.size > 0
  return (
    <div className={classes.preview}>
      <Text aria-live="polite">
        {t('import:preview.summary', {
          count: intake.files,
          files: format.number(intake.files),
          objects: format.number(intake.objects),
          size: format.bytes(intake.objectBytes),
        })}
        {intake.state === 'looking' && ` · ${t('import:taking.walking')}`}
      </Text>
      <Directory intake={intake} />
      <div className={classes.patients}>
        {intake.patients.map((patient) => (
          <PatientStudies
            key={JSON.stringify([patient.PatientName, patient.PatientID, patient.PatientBirthDate, patient.PatientSex])}
            patient={patient}
            {...choice}
          />
        ))}
        {intake.state !== 'looking' && intake.objects === 0 && <Text c="dimmed">{t('import:preview.nothing')}</Text>}
      </div>
      {intake.isShortened && (
        <Text c={isPart ? 'var(--waiting)' : 'dimmed'}>
          {t(isPart ? 'import:preview.shortenedPart' : 'import:preview.shortened')}
        </Text>
      )}
      {intake.unidentified > 0 && (
        <Text c={isPart ? 'var(--waiting)' : 'dimmed'}>
          {t(isPart ? 'import:preview.unidentifiedPart' : 'import:preview.unidentified', {
            count: intake.unidentified,
            number: format.number(intake.unidentified),
          })}
        </Text>
      )}
      {intake.refusedTotal > 0 && <RefusedList refused={intake.refused} total={intake.refusedTotal} />}
    </div>
  )
}
