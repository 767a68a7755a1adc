/** The measurements of the study: figures with units, a click goes to the image, deletion can be undone. */
import { ActionIcon, Button, Tooltip, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconHourglass, IconOval, IconRuler2, IconTrash } from '@tabler/icons-react'
import { displayText } from '../../../main/dicom/index.ts'
import { studyMark } from '../comparison/study-mark.tsx'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import classes from './measurement-panel.module.css'
import { keptFigures, measurementFigures } from './measurement-text.ts'
import { displaySetOf, type MeasurementItem, type Measurements, positionOf } from './use-measurements.ts'

interface Props {
  measurements: Measurements
  onGo(measurement: MeasurementItem): void
  onDelete(measurement: MeasurementItem): void
}

export function MeasurementPanel({ measurements, onGo, onDelete }: Props) {
  const w = useWriting()
  return (
    <aside className={classes.panel} aria-label={w.t('measurements.title')}>
      <h2 className={classes.title}>
        {w.t('measurements.title')}
        <span className={classes.count}>{w.number(measurements.all.length)}</span>
      </h2>
      {measurements.isUnread && (
        <div className={classes.unread} role="alert">
          <IconAlertTriangle size={14} aria-hidden />
          <span>{w.t('measurements.unread')}</span>
          <Button size="compact-xs" variant="default" onClick={measurements.retry}>
            {w.t('strip.retry')}
          </Button>
        </div>
      )}
      {measurements.all.length === 0 ? (
        <p className={classes.empty}>{w.t('measurements.empty')}</p>
      ) : (
        <ol className={classes.list}>
          {measurements.all.map((measurement, index) => (
            <Entry
              key={measurement.id}
              number={index + 1}
              measurement={measurement}
              isSelected={measurements.selected?.id === measurement.id}
              onGo={() => onGo(measurement)}
              onDelete={() => onDelete(measurement)}
            />
          ))}
        </ol>
      )}
    </aside>
  )
}

interface EntryProps {
  number: number
  measurement: MeasurementItem
  isSelected: boolean
  onGo(): void
  onDelete(): void
}

function Entry({ number, measurement, isSelected, onGo, onDelete }: EntryProps) {
  const { items, displaySets, study, others: otherStudies } = useReading()
  const w = useWriting()
  const { entry, drawn } = measurement
  const displaySet = displaySetOf(measurement, displaySets)
  const item = items.find(
    (candidate) => candidate.kind === 'images' && candidate.displaySet.displaySetId === displaySet?.displaySetId,
  )
  const hasDrawnFigures = drawn !== null && (drawn.length !== null || drawn.roi !== null)
  const figures = hasDrawnFigures ? drawn : entry ? keptFigures(entry.content) : null
  const [main, ...others] = figures ? measurementFigures(figures, w) : []
  const tool = drawn?.tool ?? (entry?.content.kind === 'length' ? 'length' : 'ellipticalROI')
  const isInPlane = entry !== null && entry.content.image === null
  const Icon = tool === 'length' ? IconRuler2 : IconOval
  const series = item?.series.SeriesNumber ?? null
  const StudyInstanceUID = entry?.content.StudyInstanceUID ?? displaySet?.StudyInstanceUID
  const other = otherStudies.find((one) => one.StudyInstanceUID === StudyInstanceUID)
  return (
    <li className={classes.entry} data-selected={isSelected}>
      <UnstyledButton className={classes.go} onClick={onGo} aria-current={isSelected || undefined}>
        <Icon size={16} stroke={1.6} aria-hidden />
        <span className={classes.body}>
          <span className={classes.head}>
            {w.t(`measurements.${tool}`, { number })}
            <strong>{main?.text ?? ''}</strong>
          </span>
          {other && <span className={classes.otherStudy}>{studyMark(other, study, w)}</span>}
          <span className={classes.where}>
            {[
              series === null ? '' : w.t('overlay.series', { number: series }),
              isInPlane
                ? w.t('measurements.inPlane')
                : w.t('strip.place', { number: w.number(positionOf(measurement, displaySet) + 1) }),
              displayText(displaySet?.label ?? '', 40),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
          {entry?.state !== 'kept' && <KeepingMark state={entry?.state ?? 'drawing'} />}
          {entry?.content.figuresPending && <PendingMark />}
          {others.length > 0 && (
            <dl className={classes.figures}>
              {others.map((figure) => (
                <div key={figure.name}>
                  <dt>{w.t(`measurements.${figure.name}`)}</dt>
                  <dd>{figure.text}</dd>
                </div>
              ))}
            </dl>
          )}
        </span>
      </UnstyledButton>
      <Tooltip label={w.t('measurements.delete')}>
        <ActionIcon size={24} onClick={onDelete} aria-label={w.t('measurements.delete')} className={classes.delete}>
          <IconTrash size={14} />
        </ActionIcon>
      </Tooltip>
    </li>
  )
}

/** Not durable yet: in words, because it may be lost with this window. */
function KeepingMark({ state }: { state: 'drawing' | 'saving' | 'waiting' }) {
  const w = useWriting()
  return (
    <span className={classes.keeping} data-state={state}>
      {state === 'waiting' && <IconAlertTriangle size={12} aria-hidden />}
      {w.t(state === 'drawing' ? 'measurements.notKept' : `measurements.${state}`)}
    </span>
  )
}

/** The shape is kept, its pixels are not here: what is missing, and when it comes. */
function PendingMark() {
  const w = useWriting()
  return (
    <span className={classes.keeping} data-state="pending">
      <IconHourglass size={12} aria-hidden />
      {w.t('measurements.pending')}
    </span>
  )
}
