/** Another study of the patient in the strip, under a heading of its own: which one, how complete, and how to take it out again. */
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { StudyRow } from '../../../main/contract/studies.ts'
import {
  CompletenessCount,
  CompletenessRing,
  completenessState,
  filledRatio,
  useCompletenessWords,
} from '../../ui/completeness.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { stopComparing } from './compare.ts'
import classes from './comparison.module.css'
import { dateOf, StudyMark, studyMark } from './study-mark.tsx'

/** `children`: its series. */
export function GuestSection({ guest, children }: { guest: StudyRow; children: ReactNode }) {
  const reading = useReading()
  const w = useWriting()
  const words = useCompletenessWords()
  const { StudyInstanceUID, StudyDescription, completeness, receiving } = guest
  const isCompared = reading.state.comparison?.StudyInstanceUID === StudyInstanceUID
  const state = completenessState(completeness, receiving)
  const progress = reading.guestReadings.get(StudyInstanceUID)
  const description = StudyDescription || w.t('timeline.noDescription')
  const leave = w.t(isCompared ? 'comparison.stopWith' : 'comparison.dismiss', { date: dateOf(guest, w) })
  return (
    <section
      className={classes.section}
      aria-label={w.t('comparison.section', { mark: studyMark(guest, reading.study, w), description })}
    >
      <div className={classes.heading}>
        <h2>
          <StudyMark StudyInstanceUID={StudyInstanceUID} />
          <span className={classes.description}>
            <SafeText text={description} max={80} />
          </span>
        </h2>
        <Tooltip label={leave} position="right">
          <ActionIcon
            size="sm"
            aria-label={leave}
            onClick={() => (isCompared ? stopComparing(reading) : reading.dismiss(StudyInstanceUID))}
          >
            <IconX size={14} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.facts} data-state={state} role="status" aria-label={words(completeness, receiving)}>
        <CompletenessRing state={state} ratio={filledRatio(completeness)} />
        <CompletenessCount completeness={completeness} />
        {receiving && <span>{w.t('screen.receiving')}</span>}
        {state === 'incomplete' && (
          <span>{w.t('comparison.missing', { count: (completeness.expected ?? 0) - completeness.received })}</span>
        )}
      </div>
      {progress && (progress.isUnread || progress.failedSeries > 0) && (
        <div className={classes.failed} role="alert">
          <IconAlertTriangle size={14} aria-hidden />
          <span>
            {progress.isUnread ? w.t('comparison.unread') : w.t('strip.unread', { count: progress.failedSeries })}
          </span>
          <Button size="compact-xs" variant="default" onClick={progress.retry}>
            {w.t('strip.retry')}
          </Button>
        </div>
      )}
      {children}
    </section>
  )
}
