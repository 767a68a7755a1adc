/** What stands in each column of the study list. */
import { VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle, IconPin, IconVersions } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import {
  CompletenessCount,
  CompletenessRing,
  completenessState,
  filledRatio,
  useCompletenessWords,
} from '../ui/completeness.tsx'
import { type Format, useFormat } from '../ui/format.ts'
import { imagingModalities } from '../ui/modalities.ts'
import { OutboxCountsWord } from '../ui/outbox-state.tsx'
import { ReportStateWord } from '../ui/report-state.tsx'
import { PersonNameText, SafeText } from '../ui/safe-text.tsx'
import type { ColumnId } from './columns.ts'
import classes from './study-table.module.css'

/** One sign: a contradiction first, for that it is being received stands beside its images too. */
function StateCell({ row }: { row: StudyRow }) {
  const { t } = useTranslation()
  if (row.conflictingAttributes.length > 0)
    return (
      <span className={classes.warning} title={t('studies:conflict.attributes.short')}>
        <IconAlertTriangle size={15} stroke={1.8} aria-hidden="true" />
        <VisuallyHidden component="span">{t('studies:conflict.attributes.short')}</VisuallyHidden>
      </span>
    )
  if (row.conflictingInstances > 0)
    return (
      <span className={classes.warning} title={t('studies:conflict.versions.short')}>
        <IconVersions size={15} stroke={1.8} aria-hidden="true" />
        <VisuallyHidden component="span">{t('studies:conflict.versions.short')}</VisuallyHidden>
      </span>
    )
  if (row.receiving)
    return (
      <span className={classes.receiving} title={t('studies:state.receiving')}>
        <span className={classes.dot} aria-hidden="true" />
        <VisuallyHidden component="span">{t('studies:state.receiving')}</VisuallyHidden>
      </span>
    )
  return row.openedAt === null ? (
    <span className={classes.fresh} title={t('studies:state.neverOpened')}>
      <VisuallyHidden component="span">{t('studies:state.neverOpened')}</VisuallyHidden>
    </span>
  ) : null
}

function ImagesCell({ row }: { row: StudyRow }) {
  const words = useCompletenessWords()
  const { t } = useTranslation()
  const state = completenessState(row.completeness, row.receiving)
  const said = words(row.completeness, row.receiving)
  return (
    <span className={classes.images} data-state={state} title={said}>
      <CompletenessRing state={state} ratio={filledRatio(row.completeness)} />
      <CompletenessCount completeness={row.completeness} />
      {(state === 'incomplete' || state === 'not-displayable' || state === 'receiving') && (
        <span className={classes.word}>
          {t(`studies:images.${state}`, { count: row.completeness.received - row.completeness.displayable })}
        </span>
      )}
      <VisuallyHidden component="span">{said}</VisuallyHidden>
    </span>
  )
}

function BirthCell({ row, format }: { row: StudyRow; format: Format }) {
  const age = format.age(row.PatientBirthDate, row.StudyDate)
  return (
    <>
      {format.date(row.PatientBirthDate)}
      {age !== '' && <span className={classes.dim}> · {age}</span>}
    </>
  )
}

/** The report, and how far it is on its way to the archive. */
function ReportCell({ row: { report, outbox } }: { row: StudyRow }) {
  if (!report && !outbox) return <span className={classes.dim}>–</span>
  return (
    <span className={classes.words}>
      {report && <ReportStateWord report={report} />}
      {outbox && <OutboxCountsWord counts={outbox} />}
    </span>
  )
}

function PinMark() {
  const { t } = useTranslation()
  return (
    <span className={classes.pinned} title={t('studies:state.pinned')}>
      <IconPin size={13} stroke={1.8} aria-hidden="true" />
      <VisuallyHidden component="span">{t('studies:state.pinned')}</VisuallyHidden>
    </span>
  )
}

const SEX_LETTERS = new Set(['M', 'F', 'O'])

/** The content of one cell; `now` (ms) is what "2 minutes ago" counts from. */
export function StudyCell({ id, row, now }: { id: ColumnId; row: StudyRow; now: number }): ReactNode {
  const { t } = useTranslation()
  const format = useFormat()
  switch (id) {
    case 'state':
      return <StateCell row={row} />
    case 'PatientName':
      return (
        <>
          <PersonNameText name={row.PatientName} nobody={t('common:noName')} />
          {row.pinned && <PinMark />}
        </>
      )
    case 'PatientBirthDate':
      return <BirthCell row={row} format={format} />
    case 'PatientSex':
      return SEX_LETTERS.has(row.PatientSex) ? row.PatientSex : ''
    case 'StudyDate':
      return format.dateTime(row.StudyDate, row.StudyTime)
    case 'ModalitiesInStudy':
      return <SafeText text={imagingModalities(row.ModalitiesInStudy).join(' ')} max={40} />
    case 'ReferringPhysicianName':
      return <PersonNameText name={row.ReferringPhysicianName} nobody="" />
    case 'NumberOfStudyRelatedSeries':
      return format.number(row.NumberOfStudyRelatedSeries)
    case 'NumberOfStudyRelatedInstances':
      return <ImagesCell row={row} />
    case 'report':
      return <ReportCell row={row} />
    case 'outbox':
      return row.outbox ? <OutboxCountsWord counts={row.outbox} /> : <span className={classes.dim}>–</span>
    case 'lastReceivedAt':
      return <span title={format.instant(row.lastReceivedAt)}>{format.ago(row.lastReceivedAt, now)}</span>
    case 'bytes':
      return format.bytes(row.bytes)
    default:
      return <SafeText text={row[id]} max={120} />
  }
}
