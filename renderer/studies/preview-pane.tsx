/** Under the list: the selected study's patient, its series as pictures with their counts, and what else the patient has here. */
import { Button, FileButton, Loader, Text, UnstyledButton } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle, IconEye, IconFileExport, IconFilePlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { askForExport } from '../exporting/exports.ts'
import { addDocuments, documentTypes } from '../importing/add-documents.ts'
import { trpc } from '../services/client.ts'
import { readAhead } from '../services/read-ahead.ts'
import { useWorkspace } from '../services/workspace.ts'
import { openStudy } from '../shell/open-study.ts'
import { useCompletenessWords } from '../ui/completeness.tsx'
import { useFormat } from '../ui/format.ts'
import { imagingModalities } from '../ui/modalities.ts'
import { PatientBanner } from '../ui/patient-banner.tsx'
import { nameText, SafeText } from '../ui/safe-text.tsx'
import { showInArchive } from './archive-actions.ts'
import { PinButton } from './pin-study.tsx'
import classes from './preview-pane.module.css'
import { SeriesCard } from './series-card.tsx'

/** Arrowing through the list asks only for where it comes to rest, ms. */
const REST = 90

function Conflicts({ study }: { study: StudyRow }) {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  const { conflictingAttributes, conflictingInstances } = study
  if (conflictingAttributes.length === 0 && conflictingInstances === 0) return null
  return (
    <div className={classes.conflicts} role="status">
      <IconAlertTriangle size={16} stroke={1.8} aria-hidden="true" />
      <div>
        {conflictingAttributes.length > 0 && (
          <div>
            {t('studies:conflict.attributes.text', {
              attributes: conflictingAttributes
                .map((keyword) => t(`common:attribute.${keyword}`, { defaultValue: keyword }))
                .join(', '),
            })}
          </div>
        )}
        {conflictingInstances > 0 && (
          <div>
            {t('studies:conflict.versions.text', { count: conflictingInstances })}{' '}
            <Button size="compact-xs" variant="default" onClick={() => go({ name: 'storage', section: 'versions' })}>
              {t('studies:conflict.versions.compare')}
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

function StudyLine({ study }: { study: StudyRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const words = useCompletenessWords()
  const facts: [string, string][] = [
    [t('studies:column.StudyDate'), format.dateTime(study.StudyDate, study.StudyTime)],
    [t('studies:column.StudyDescription'), study.StudyDescription],
    [t('studies:column.InstitutionName'), study.InstitutionName],
    [t('studies:column.ReferringPhysicianName'), nameText(study.ReferringPhysicianName)],
    [t('studies:column.AccessionNumber'), study.AccessionNumber],
    [t('studies:column.sender'), study.sender],
    [t('studies:column.NumberOfStudyRelatedInstances'), words(study.completeness, study.receiving)],
    [
      t('studies:column.report'),
      study.report ? `${t(`common:report.${study.report.state}`)}, ${format.instant(study.report.at)}` : '',
    ],
  ]
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <SafeText text={value} max={120} />
            </dd>
          </div>
        ))}
    </dl>
  )
}

function Priors({ priors, PatientID }: { priors: readonly StudyRow[]; PatientID: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className={classes.priors} aria-label={t('studies:preview.priors')}>
      <h3 className={classes.heading}>{t('studies:preview.priors')}</h3>
      {PatientID !== '' && (
        <Button variant="default" mb="xs" onClick={() => showInArchive(PatientID)}>
          {t('studies:preview.archive')}
        </Button>
      )}
      {priors.length === 0 && <Text c="dimmed">{t('studies:preview.noPriors')}</Text>}
      <ul className={classes.priorList}>
        {priors.map((prior) => (
          <li key={prior.StudyInstanceUID}>
            <UnstyledButton className={classes.prior} onClick={() => openStudy(prior.StudyInstanceUID)}>
              <span className={classes.priorDate}>{format.date(prior.StudyDate)}</span>
              <span className={classes.priorModality}>
                <SafeText text={imagingModalities(prior.ModalitiesInStudy).join(' ')} max={20} />
              </span>
              <SafeText text={prior.StudyDescription || t('studies:preview.noDescription')} max={80} />
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

export function PreviewPane({ StudyInstanceUID }: { StudyInstanceUID: string | null }) {
  const { t } = useTranslation()
  const [asked] = useDebouncedValue(StudyInstanceUID, REST)
  const contents = useQuery({
    ...trpc.studies.get.queryOptions({ StudyInstanceUID: asked ?? '' }),
    enabled: asked !== null && asked !== '',
  })
  const shown = asked === StudyInstanceUID ? contents.data : undefined
  const series = shown?.series
  useEffect(() => {
    if (series) readAhead(series)
  }, [series])
  return (
    <section className={classes.pane} data-empty={StudyInstanceUID === null} aria-label={t('studies:preview.label')}>
      {StudyInstanceUID === null ? (
        <Text c="dimmed" className={classes.hint}>
          {t('studies:preview.choose')}
        </Text>
      ) : shown === undefined ? (
        <div className={classes.hint}>
          {contents.error ? <Text c="var(--waiting)">{t('studies:preview.failed')}</Text> : <Loader size="xs" />}
        </div>
      ) : shown === null ? (
        <Text c="dimmed" className={classes.hint}>
          {t('studies:preview.gone')}
        </Text>
      ) : (
        <>
          <div className={classes.main}>
            <div className={classes.head}>
              <PatientBanner patient={shown.study} />
              <PinButton study={shown.study} />
              <Button
                leftSection={<IconEye size={15} stroke={1.8} />}
                onClick={() => openStudy(shown.study.StudyInstanceUID)}
              >
                {t('studies:preview.open')}
              </Button>
              <Button
                variant="default"
                leftSection={<IconFileExport size={15} stroke={1.8} />}
                onClick={() => askForExport(shown.study.StudyInstanceUID)}
              >
                {t('studies:preview.export')}
              </Button>
              <FileButton
                multiple
                accept={documentTypes}
                onChange={(files) => void addDocuments(shown.study.StudyInstanceUID, files)}
              >
                {(props) => (
                  <Button {...props} variant="default" leftSection={<IconFilePlus size={15} stroke={1.8} />}>
                    {t('import:document.add')}
                  </Button>
                )}
              </FileButton>
            </div>
            <Conflicts study={shown.study} />
            <StudyLine study={shown.study} />
            <ul className={classes.series} aria-label={t('studies:preview.series')}>
              {shown.series.map((series) => (
                <SeriesCard key={series.SeriesInstanceUID} series={series} receiving={shown.study.receiving} />
              ))}
            </ul>
          </div>
          <Priors priors={shown.priors} PatientID={shown.study.PatientID} />
        </>
      )}
    </section>
  )
}
