/** One entry of the series strip: picture, number, description, counts, load progress, and what is not shown and why. */
import { Loader, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconFileText } from '@tabler/icons-react'
import type { KeyboardEvent, ReactNode } from 'react'
import { displayText } from '../../../main/dicom/index.ts'
import { useFormat } from '../../ui/format.ts'
import { Thumbnail } from '../../ui/thumbnail.tsx'
import { newestFirst } from '../documents/document-choice.ts'
import { useReading } from '../reading-context.ts'
import { type Content, cellCount, isSameContent } from '../reading-state.ts'
import { useWriting } from '../use-writing.ts'
import { useLoad } from '../viewport/use-load.ts'
import type { Writing } from '../writing.ts'
import { startContentDrag } from './content-drag.ts'
import { NotDisplayableList } from './not-displayable-list.tsx'
import type { PartFacts } from './part-facts.ts'
import classes from './series-strip.module.css'
import { type DocumentItem, type ImagesItem, itemCounts, type PendingItem } from './strip-items.ts'

/** A stack of images. */
export function ImagesCard({ item }: { item: ImagesItem }) {
  const { engine } = useReading()
  const w = useWriting()
  const { state: load } = useLoad(engine, item.displaySet.displaySetId)
  const counts = itemCounts(item)
  const { series, displaySet } = item
  const description = describe(item, w)
  const numbers = { received: w.number(counts.received), displayed: w.number(counts.displayed) }
  const expected = counts.expected === null ? null : w.number(counts.expected)
  const words = w.t('strip.counts', { ...numbers, expected: expected ?? w.t('strip.notAnnounced') })
  const progress = load.total > 0 ? (load.loaded + load.failed) / load.total : 0
  return (
    <Card itemKey={item.key} content={item.content} label={`${series.Modality} ${description}. ${words}`} note={words}>
      <div className={classes.picture}>
        <Thumbnail series={series} image={item.part ? middleOf(displaySet) : undefined} />
      </div>
      <div className={classes.text}>
        <div className={classes.description} title={description}>
          {description}
        </div>
        <div className={classes.counts} data-incomplete={counts.isIncomplete}>
          {counts.isIncomplete && <IconAlertTriangle size={12} aria-hidden />}
          <span>
            {counts.expected !== null && counts.expected !== counts.received
              ? w.t('strip.imagesOf', { received: w.number(counts.received), expected: w.number(counts.expected) })
              : w.t('strip.images', { count: displaySet.frames.length, number: w.number(displaySet.frames.length) })}
          </span>
        </div>
        <div className={classes.standing}>{w.t('strip.standing', { ...numbers, expected: expected ?? '–' })}</div>
        {counts.gaps > 0 && <div className={classes.warning}>{w.t('strip.gaps', { count: counts.gaps })}</div>}
        <NotDisplayableList displaySet={displaySet} />
      </div>
      {progress > 0 && progress < 1 && (
        <div
          className={classes.progress}
          role="progressbar"
          aria-label={w.t('strip.loading')}
          aria-valuemin={0}
          aria-valuemax={load.total}
          aria-valuenow={load.loaded}
        >
          <div style={{ width: `${100 * progress}%` }} />
        </div>
      )}
    </Card>
  )
}

/** The middle one of the images that can be shown: each part of a split series has a picture of its own. */
function middleOf({ frames }: ImagesItem['displaySet']) {
  const shown = frames.filter(({ notDisplayable }) => notDisplayable === null)
  return shown[Math.floor(shown.length / 2)]
}

/** A series that is no image: what it is, in words. */
export function DocumentCard({ item }: { item: DocumentItem }) {
  const w = useWriting()
  const format = useFormat()
  const [newest] = newestFirst(item.instances)
  const date = newest ? format.dateTime(newest.ContentDate ?? '', newest.ContentTime ?? '') : ''
  const kind = w.t(`documents.${item.document}`)
  const description = displayText(item.series.SeriesDescription, 120)
  return (
    <Card itemKey={item.key} content={item.content} label={[kind, description, date].filter(Boolean).join(' ')}>
      <div className={classes.documentSign}>
        <IconFileText size={26} stroke={1.3} aria-hidden />
        <span>{displayText(item.series.Modality, 16)}</span>
      </div>
      <div className={classes.text}>
        <div className={classes.description} title={kind}>
          {kind}
        </div>
        {description && <div className={classes.dim}>{description}</div>}
        {date && <div className={classes.dim}>{date}</div>}
        <div className={classes.dim}>{w.t('strip.objects', { count: item.instances.length })}</div>
      </div>
    </Card>
  )
}

/** A series that is being read. */
export function PendingCard({ item }: { item: PendingItem }) {
  const w = useWriting()
  return (
    <div className={classes.card} data-pending>
      <div className={classes.documentSign}>
        {item.isUnread ? (
          <IconAlertTriangle size={18} color="var(--waiting)" aria-hidden />
        ) : (
          <Loader size={18} color="gray" />
        )}
      </div>
      <div className={classes.text}>
        <div className={classes.description}>{describe(item, w)}</div>
        <div className={classes.dim}>{w.t(item.isUnread ? 'strip.headersUnread' : 'strip.reading')}</div>
      </div>
    </div>
  )
}

/** `3 · CRANE SANS IV · b 1000`, whatever of it there is. */
function describe(item: ImagesItem | PendingItem, w: Writing): string {
  const { series } = item
  const name = displayText(series.SeriesDescription || series.ProtocolName || series.BodyPartExamined, 120)
  const part = item.kind === 'images' && item.part ? partWords(item.part, w) : []
  const parts = [series.SeriesNumber === null ? '' : String(series.SeriesNumber), name, ...part]
  return parts.filter(Boolean).join(' · ') || '–'
}

function partWords({ label, plane, size, numbers }: PartFacts, w: Writing): string[] {
  return [
    displayText(label, 60),
    plane ? w.t(`plane.${plane}`) : '',
    size ? w.t('strip.part.size', { columns: w.number(size.columns), rows: w.number(size.rows) }) : '',
    numbers ? w.t(`strip.part.${numbers.first === numbers.last ? 'image' : 'images'}`, { ...numbers }) : '',
  ]
}

interface CardProps {
  itemKey: string
  content: Content
  label: string
  /** Said on hover. */
  note?: string
  children: ReactNode
}

/** The card's handle lies under its contents, so that a button among them stays a button of its own. */
function Card(props: CardProps) {
  const { state, dispatch } = useReading()
  const { content } = props
  const shown = state.mpr
    ? isSameContent(content, { kind: 'images', displaySetId: state.mpr.displaySetId })
    : state.cells.slice(0, cellCount(state.layout)).some((cell) => isSameContent(cell, content))
  const isActive = shown && (state.mpr !== null || isSameContent(state.cells[state.active], content))
  const open = () => dispatch({ type: 'place', cell: state.active, content })
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    open()
  }
  return (
    <div className={classes.card} data-shown={shown} data-active={isActive}>
      <Tooltip label={props.note} position="right" disabled={!props.note}>
        {/* biome-ignore lint/a11y/useSemanticElements: a button element cannot be dragged everywhere */}
        <div
          role="button"
          tabIndex={0}
          className={classes.handle}
          aria-label={props.label}
          aria-pressed={shown}
          draggable
          onDragStart={(event) => startContentDrag(event.dataTransfer, props.itemKey)}
          onDoubleClick={open}
          onKeyDown={press}
        />
      </Tooltip>
      {props.children}
    </div>
  )
}
