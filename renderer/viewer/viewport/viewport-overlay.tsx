/** Everything that is written on an image: corners, orientation letters, ruler, loading, and why nothing is shown. */
import { Loader } from '@mantine/core'
import { IconAlertTriangle, IconEyeOff } from '@tabler/icons-react'
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
}

/** The overlay of one viewport. It never takes the pointer. */
export function ViewportOverlay({ view, state, displaySet, load, isCompact = false }: Props) {
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
  if (!screen.panels.overlays)
    return (
      <div className={classes.overlay}>
        <Condition state={state} />
        <div className={classes.topLeft} data-marked={isOther}>
          <StudyMark StudyInstanceUID={displaySet.StudyInstanceUID} />
        </div>
        <KeyboardCursor view={view} state={state} />
      </div>
    )
  return (
    <div className={classes.overlay}>
      <Condition state={state} />
      <div className={classes.topLeft} data-marked={isOther}>
        <StudyMark StudyInstanceUID={displaySet.StudyInstanceUID} />
        {study && <Lines lines={patientLines(study, format, w).slice(0, isCompact ? 1 : undefined)} />}
      </div>
      {!isCompact && <Corner place="topRight" lines={acquisitionLines(displaySet, header, w)} />}
      <Corner place="bottomLeft" lines={[...linkLines, ...displayLines(state, view.plane, w)]} />
      <div className={classes.bottomRight}>
        {pointer && <div className={classes.pointer}>{pointer}</div>}
        <Lines lines={positionLines(state, header, load, w)} />
      </div>
      <Orientation state={state} />
      <Ruler state={state} />
      <KeyboardCursor view={view} state={state} />
    </div>
  )
}

function Corner({ place, lines }: { place: 'topRight' | 'bottomLeft'; lines: readonly OverlayLine[] }) {
  return (
    <div className={classes[place]}>
      <Lines lines={lines} />
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

function Orientation({ state }: { state: ViewportState }) {
  const { orientation } = state
  if (!orientation || state.status === 'not-displayable') return null
  return (['left', 'right', 'top', 'bottom'] as const).map((edge) => (
    <div key={edge} className={`${classes.letter} ${classes[edge]}`} data-edge={edge}>
      {orientation[edge]}
    </div>
  ))
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
