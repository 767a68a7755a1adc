/** What marks everything that is not of the open study: how it stands to it in time, and whether it names the same person. */
import { IconAlertTriangle } from '@tabler/icons-react'
import type { StudyRow } from '../../../main/contract/studies.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import type { Writing } from '../writing.ts'
import { identityDifferences, standingOf } from './compared-study.ts'
import classes from './comparison.module.css'

/** `Antérieur · 14/09/2010`. */
export const studyMark = (other: StudyRow, read: StudyRow, w: Writing): string =>
  w.t(`comparison.${standingOf(other, read)}`, { date: dateOf(other, w) })

/** The date of a study, or that it has none. */
export const dateOf = ({ StudyDate }: StudyRow, w: Writing): string => w.date(StudyDate) || w.t('timeline.noDate')

/** What the other study says of the patient that the open one does not; empty when both name the same person. */
export function identityText(other: StudyRow, read: StudyRow, w: Writing): string {
  const differing = new Set([...identityDifferences(other, read), ...other.conflictingAttributes])
  const names = [...differing].map((name) => w.t(`comparison.attribute.${name}`, { defaultValue: name }))
  return names.length > 0 ? w.t('comparison.identity', { names: names.join(', ') }) : ''
}

/** Nothing for the open study itself. */
export function StudyMark({ StudyInstanceUID }: { StudyInstanceUID: string }) {
  const { study, others } = useReading()
  const w = useWriting()
  if (StudyInstanceUID === study.StudyInstanceUID) return null
  const other = others.find((one) => one.StudyInstanceUID === StudyInstanceUID)
  const identity = other ? identityText(other, study, w) : ''
  return (
    <>
      <p className={classes.mark} data-standing={other ? standingOf(other, study) : 'other'}>
        {other ? studyMark(other, study, w) : w.t('comparison.other', { date: w.t('timeline.noDate') })}
      </p>
      {identity && (
        <p className={classes.identity} role="alert">
          <IconAlertTriangle size={13} aria-hidden />
          {identity}
        </p>
      )}
    </>
  )
}
