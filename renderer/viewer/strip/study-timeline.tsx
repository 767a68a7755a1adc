/** The patient's studies on this station, newest first, the open one among them: another is opened in its place, or put beside it. */
import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core'
import { IconColumns2, IconHistory } from '@tabler/icons-react'
import { useMemo } from 'react'
import { openStudy } from '../../shell/open-study.ts'
import { useFormat } from '../../ui/format.ts'
import { imagingModalities } from '../../ui/modalities.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { compareWith, stopComparing } from '../comparison/compare.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { studiesInTime } from './studies-in-time.ts'
import classes from './study-timeline.module.css'

/** Nothing where the patient has no other study here. */
export function StudyTimeline() {
  const reading = useReading()
  const { study, others, state } = reading
  const w = useWriting()
  const format = useFormat()
  const studies = useMemo(() => studiesInTime(study, others), [study, others])
  if (others.length === 0) return null
  return (
    <section className={classes.timeline} aria-label={w.t('timeline.title')}>
      <h2 className={classes.title}>
        <IconHistory size={14} aria-hidden />
        {w.t('timeline.title')}
        <span className={classes.count}>{w.number(studies.length)}</span>
      </h2>
      <ol className={classes.list}>
        {studies.map(({ StudyInstanceUID, StudyDate, ModalitiesInStudy, StudyDescription }) => {
          const isOpen = StudyInstanceUID === study.StudyInstanceUID
          const isCompared = StudyInstanceUID === state.comparison?.StudyInstanceUID
          const date = format.date(StudyDate) || w.t('timeline.noDate')
          return (
            <li key={StudyInstanceUID} className={classes.entry}>
              <UnstyledButton
                className={classes.study}
                aria-current={isOpen || undefined}
                onClick={() => !isOpen && openStudy(StudyInstanceUID)}
              >
                <span className={classes.when}>
                  <span>{date}</span>
                  <span className={classes.modality}>
                    <SafeText text={imagingModalities(ModalitiesInStudy).join(' ')} max={20} />
                  </span>
                </span>
                <span className={classes.what}>
                  <SafeText text={StudyDescription || w.t('timeline.noDescription')} max={80} />
                </span>
              </UnstyledButton>
              {!isOpen && (
                <Tooltip label={w.t(isCompared ? 'comparison.stop' : 'comparison.compare')} position="right">
                  <ActionIcon
                    size="md"
                    variant={isCompared ? 'light' : 'subtle'}
                    aria-label={w.t('comparison.compareWith', { date })}
                    aria-pressed={isCompared}
                    onClick={() => (isCompared ? stopComparing(reading) : compareWith(reading, StudyInstanceUID))}
                  >
                    <IconColumns2 size={16} />
                  </ActionIcon>
                </Tooltip>
              )}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
