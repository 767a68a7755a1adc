/** The series of the study at the left: drag one to a viewport, or open it with a double click or Enter. */
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconFileText } from '@tabler/icons-react'
import { GuestSection } from '../comparison/guest-section.tsx'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { DocumentCard, ImagesCard, PendingCard } from './series-card.tsx'
import classes from './series-strip.module.css'
import type { StripItem } from './strip-items.ts'
import { StudyTimeline } from './study-timeline.tsx'

/** Images first, then what is no image. `failedSeries`: how many could not be read. */
export function SeriesStrip({ failedSeries, onRetry }: { failedSeries: number; onRetry(): void }) {
  const { items: all, study, guests } = useReading()
  const w = useWriting()
  const items = all.filter(({ series }) => series.StudyInstanceUID === study.StudyInstanceUID)
  return (
    <nav className={classes.strip} aria-label={w.t('strip.label')}>
      {failedSeries > 0 && (
        <div className={classes.failed} role="alert">
          <IconAlertTriangle size={14} aria-hidden />
          <span>{w.t('strip.unread', { count: failedSeries })}</span>
          <Button size="compact-xs" variant="default" onClick={onRetry}>
            {w.t('strip.retry')}
          </Button>
        </div>
      )}
      <StudyItems items={items} />
      {guests.map((guest) => (
        <GuestSection key={guest.StudyInstanceUID} guest={guest}>
          <StudyItems items={all.filter(({ series }) => series.StudyInstanceUID === guest.StudyInstanceUID)} />
        </GuestSection>
      ))}
      <StudyTimeline />
    </nav>
  )
}

function StudyItems({ items }: { items: readonly StripItem[] }) {
  const w = useWriting()
  const documents = items.filter((item) => item.kind === 'document')
  return (
    <>
      {items.map((item) => {
        if (item.kind === 'images') return <ImagesCard key={item.key} item={item} />
        return item.kind === 'pending' ? <PendingCard key={item.key} item={item} /> : null
      })}
      {documents.length > 0 && (
        <h2 className={classes.heading}>
          <IconFileText size={14} aria-hidden />
          {w.t('strip.documents')}
        </h2>
      )}
      {documents.map((item) => (
        <DocumentCard key={item.key} item={item} />
      ))}
    </>
  )
}
