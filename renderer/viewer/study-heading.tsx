/** Who is being read, which study, how complete it is, and what in it contradicts itself. */
import { Tooltip } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { StudyRow } from '../../main/contract/studies.ts'
import {
  CompletenessCount,
  CompletenessRing,
  completenessState,
  filledRatio,
  useCompletenessWords,
} from '../ui/completeness.tsx'
import { useFormat } from '../ui/format.ts'
import { PatientBanner } from '../ui/patient-banner.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import classes from './reading-room.module.css'
import { useWriting } from './use-writing.ts'

export function StudyHeading({ study }: { study: StudyRow }) {
  const format = useFormat()
  const words = useCompletenessWords()
  const w = useWriting()
  const state = completenessState(study.completeness, study.receiving)
  return (
    <>
      <PatientBanner patient={study} />
      <div className={classes.study}>
        <span className={classes.studyText}>
          <SafeText text={study.StudyDescription} max={80} />
        </span>
        <span className={classes.date}>{format.dateTime(study.StudyDate, study.StudyTime)}</span>
        {study.AccessionNumber && (
          <span className={classes.dim}>
            <SafeText text={study.AccessionNumber} max={32} />
          </span>
        )}
        <Tooltip position="bottom" label={words(study.completeness, study.receiving)}>
          <span
            className={classes.completeness}
            data-state={state}
            role="status"
            aria-label={words(study.completeness, study.receiving)}
          >
            <CompletenessRing state={state} ratio={filledRatio(study.completeness)} />
            <CompletenessCount completeness={study.completeness} />
            {study.receiving && <span className={classes.atWide}>{w.t('screen.receiving')}</span>}
          </span>
        </Tooltip>
        {(study.conflictingAttributes.length > 0 || study.conflictingInstances > 0) && <Conflicts study={study} />}
      </div>
    </>
  )
}

/** Objects of one study that name different patients, or came with different content, are never merged silently. */
function Conflicts({ study }: { study: StudyRow }) {
  const w = useWriting()
  const texts = [
    study.conflictingAttributes.length > 0
      ? w.t('screen.conflictingAttributes', { names: study.conflictingAttributes.join(', ') })
      : '',
    study.conflictingInstances > 0 ? w.t('screen.conflictingInstances', { count: study.conflictingInstances }) : '',
  ].filter(Boolean)
  return (
    <Tooltip position="bottom" label={texts.join(' ')}>
      <span className={classes.conflict} role="alert" aria-label={texts.join(' ')}>
        <IconAlertTriangle size={14} aria-hidden />
        <span className={classes.atWide}>
          {w.t(study.conflictingAttributes.length > 0 ? 'screen.identityConflict' : 'screen.versions')}
        </span>
      </span>
    </Tooltip>
  )
}
