/** The cell of the compared study while there is nothing of it to show: why, and what happens next. */
import { Button, Group, Loader } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import grid from '../grid/viewport-grid.module.css'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { comparedContent, stopComparing } from './compare.ts'
import { dateOf, StudyMark } from './study-mark.tsx'

/** Only while a study is compared. */
export function ComparedCell() {
  const reading = useReading()
  const w = useWriting()
  const { state, others } = reading
  const StudyInstanceUID = state.comparison?.StudyInstanceUID ?? ''
  const row = others.find((other) => other.StudyInstanceUID === StudyInstanceUID)
  const found = comparedContent(reading)
  const obstacle = 'obstacle' in found ? found.obstacle : 'reading'
  const isUnread = obstacle === 'unread' || obstacle === 'studyUnread'
  const isOnItsWay = obstacle === 'reading' || obstacle === 'arriving'
  return (
    <div className={grid.empty}>
      {row && <StudyMark StudyInstanceUID={StudyInstanceUID} />}
      {isOnItsWay ? <Loader size="sm" color="gray" /> : <IconAlertTriangle size={30} color="var(--waiting)" />}
      <p role="status">{w.t(`comparison.obstacle.${obstacle}`, { date: row ? dateOf(row, w) : '' })}</p>
      {!isOnItsWay && (
        <Group gap="xs" justify="center">
          {isUnread && (
            <Button size="compact-sm" onClick={() => reading.readAgain(StudyInstanceUID)}>
              {w.t('strip.retry')}
            </Button>
          )}
          <Button size="compact-sm" variant="default" onClick={() => stopComparing(reading)}>
            {w.t('comparison.stop')}
          </Button>
        </Group>
      )}
    </div>
  )
}
