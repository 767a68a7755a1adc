/** Everything that is written on an image: corners, orientation letters, ruler, loading, and why nothing is shown. */
import { Loader } from '@mantine/core'
import { IconAlertTriangle, IconEyeOff } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useFormat } from '../../ui/format.ts'
import { StudyMark } from '../comparison/study-mark.tsx'
import type { DisplaySet, LoadState, View, ViewportState } from '../engine/engine.ts'
import { KeyboardCursor } from '../measurements/keyboard-cursor.tsx'
import { useReading } from '../reading-context.ts'
import { cellCount } from '../reading-state.ts'
import { useWriting } from '../use-writing.ts'
import { acquisitionLines, displayLines, type OverlayLine, pointerText, positionLines } from './overlay-text.ts'
import { patientLines } from './patient-lines.ts'
import { scaleBar } from './scale-bar.ts'
import classes from './viewport-overlay.module.css'

interface Props {
  view: View
  state: ViewportState
  displaySet: DisplaySet
  load: LoadState
  /** A small viewport beside a large one of the same images says only what is its own. */
  isCompact?: boolean
  /** Notices about the display set, which have a line of their own above the lower corners. */
  children?: ReactNode
}

/** The overlay of one viewport. It never takes the pointer. */
export function ViewportOverlay({ view, state, displaySet, load, isCompact = false, children }: Props) {
  const { study: open, others, state: screen } = useReading()
  // Never the open study's patient over images of another study.
  const study = [open, ...others].find((one) => one.StudyInstanceUID === displaySet.StudyInstanceUID)
  const w = useWriting()
  const format = useFormat()
  const header = state.frame
    ? displaySet.headers.get(state.frame.instanceKey)
    : displaySet.headers.values().next().value
  const isOther = displaySet.StudyInstanceUID !== open.StudyInstanceUID
  const pointer = pointerText(state, w)
  const isLinked = screen.areLinked && screen.mpr === null && cellCount(screen.layout) > 1
  const linkLines: OverlayLine[] = isLinked ? [{ text: w.t('comparison.linked'), tone: 'strong' }] : []
  const areShown = screen.panels.overlays
  const kept = (lines: readonly OverlayLine[]) => (areShown ? lines : lines.filter(({ isKept }) => isKept))
  return (
    <div className={classes.overlay}>
      <Condition state={state} />
      <div className={classes.upper} data-marked={isOther}>
        <div className={classes.topLeft}>
          <StudyMark StudyInstanceUID={displaySet.StudyInstanceUID} />
          {study && areShown && <Lines lines={patientLines(study, format, w).slice(0, isCompact ? 1 : undefined)} />}
        </div>
        {areShown && <Letter edge="top" state={state} />}
        {areShown && !isCompact && (
          <div className={classes.topRight}>
            <Lines lines={acquisitionLines(displaySet, header, w)} />
          </div>
        )}
      </div>
      <div className={classes.middle}>
        {areShown && <Letter edge="left" state={state} />}
        {areShown && <Letter edge="right" state={state} />}
      </div>
      {children}
      <div className={classes.lower}>
        <div className={classes.bottomLeft}>
          <Lines lines={[...(areShown ? linkLines : []), ...kept(displayLines(state, view.plane, w))]} />
        </div>
        {areShown && (
          <div className={classes.foot}>
            <Letter edge="bottom" state={state} />
            <Ruler state={state} />
          </div>
        )}
        <div className={classes.bottomRight}>
          {areShown && pointer && <div className={classes.pointer}>{pointer}</div>}
          <Lines lines={kept(positionLines(state, header, load, w))} />
        </div>
      </div>
      <KeyboardCursor view={view} state={state} />
    </div>
  )
}

function Lines({ lines }: { lines: readonly OverlayLine[] }) {
  return lines.map(({ text, tone }) => (
    <div key={text} data-tone={tone}>
      {tone === 'amber' && <IconAlertTriangle size={12} className={classes.sign} aria-hidden />}
      {text}
    </div>
  ))
}

function Letter({ edge, state }: { edge: 'left' | 'right' | 'top' | 'bottom'; state: ViewportState }) {
  const { orientation } = state
  if (!orientation || state.status === 'not-displayable') return null
  return (
    <div className={`${classes.letter} ${edge === 'left' || edge === 'right' ? classes[edge] : ''}`} data-edge={edge}>
      {orientation[edge]}
    </div>
  )
}

/** Longest ruler, px. */
const LONGEST_RULER = 150

function Ruler({ state }: { state: ViewportState }) {
  const w = useWriting()
  const bar = state.scale && state.status !== 'not-displayable' ? scaleBar(state.scale.mmPerPixel, LONGEST_RULER) : null
  if (!bar) return null
  const label = bar.mm >= 10 ? `${w.number(bar.mm / 10, 1)} cm` : `${w.number(bar.mm, bar.mm < 1 ? 2 : 0)} mm`
  return (
    <div className={classes.ruler} style={{ width: bar.pixels }}>
      <span>{label}</span>
    </div>
  )
}

function Condition({ state }: { state: ViewportState }) {
  const w = useWriting()
  if (state.status === 'waiting')
    return (
      <div className={classes.waiting} role="status">
        <Loader size={14} color="gray" />
        {w.t('viewport.waiting')}
      </div>
    )
  if (state.status !== 'not-displayable') return null
  return (
    <div className={classes.tile} role="status">
      <IconEyeOff size={40} stroke={1.2} aria-hidden />
      <strong>{w.t('viewport.notDisplayable', { number: w.number(state.imageIndex + 1) })}</strong>
      <span>{w.t(`notDisplayable.${state.notDisplayable ?? 'object-damaged'}`)}</span>
    </div>
  )
}
