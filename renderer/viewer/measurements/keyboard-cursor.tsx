/** The measuring cursor on a viewport with the value under it, its keys, and what is said of it aloud. */
import { useDebouncedValue } from '@mantine/hooks'
import { useSyncExternalStore } from 'react'
import { useCommands } from '../../shell/use-commands.ts'
import type { View, ViewportState } from '../engine/engine.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { pointerText } from '../viewport/overlay-text.ts'
import classes from './keyboard-cursor.module.css'
import { keptFigures, measurementFigures } from './measurement-text.ts'
import { measuringCommands } from './measuring-commands.ts'

const useCursor = () => {
  const { measuring } = useReading()
  return useSyncExternalStore(measuring.subscribe, measuring.cursor)
}

/** Nothing where the cursor is not. `state` is what the viewport shows: the cursor follows zoom and pan. */
export function KeyboardCursor({ view, state }: { view: View; state: ViewportState }) {
  const { engine } = useReading()
  const w = useWriting()
  const cursor = useCursor()
  const grid = cursor?.view === view ? engine.pixelGrid(view) : null
  if (!cursor || !grid) return null
  const [x, y] = grid.toScreen(cursor.point)
  const [column, row] = [Math.round(cursor.point[0]), Math.round(cursor.point[1])]
  const text = pointerText(
    { ...state, pointer: { column, row, value: grid.valueAt(cursor.point), unit: grid.unit } },
    w,
  )
  return (
    <div
      className={classes.cursor}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      data-cursor
      data-phase={cursor.phase}
    >
      <svg width="41" height="41" viewBox="-20.5 -20.5 41 41" aria-hidden="true">
        <path d="M-20-0H-5M5 0H20M0-20V-5M0 5V20" />
      </svg>
      <span className={classes.readout}>{text || `${column}, ${row}`}</span>
    </div>
  )
}

/** Keys and speech of the cursor, once per screen. */
export function MeasuringKeys() {
  const cursor = useCursor()
  return (
    <>
      {cursor && <Keys view={cursor.view} />}
      <Announcer />
    </>
  )
}

function Keys({ view }: { view: View }) {
  const { measuring, state } = useReading()
  const tool = state.tool === 'ellipticalROI' ? 'ellipticalROI' : 'length'
  useCommands(
    'measuring',
    measuringCommands(measuring.move, () => void measuring.press(view, tool), measuring.cancel),
  )
  return null
}

/** Quiet time before a place is said, ms: a held key says where it came to. */
const SAY_AFTER = 500

function Announcer() {
  const { engine } = useReading()
  const w = useWriting()
  const cursor = useCursor()
  const measured = useSyncExternalStore(engine.subscribeMeasurements, engine.measurements)
  const last = measured.at(-1)
  const drawn = measured.find(({ id }) => id === cursor?.id)
  const figures = (of: typeof last) => {
    if (!of) return []
    const known = of.length || of.roi || !of.content ? of : keptFigures(of.content)
    const said = measurementFigures(known, w).map(({ name, text }) => `${w.t(`measurements.say.${name}`)} ${text}`)
    return of.content?.figuresPending ? [...said, w.t('measurements.pending')] : said
  }
  const place = cursor
    ? w.t('measuring.at', { column: Math.round(cursor.point[0]), row: Math.round(cursor.point[1]) })
    : ''
  const phase = cursor ? w.t(`measuring.${cursor.phase}`) : ''
  const text = [phase, place, ...figures(drawn ?? (cursor?.phase === 'idle' ? last : undefined))]
    .filter(Boolean)
    .join('. ')
  const [said] = useDebouncedValue(text, SAY_AFTER)
  return (
    <div className={classes.said} role="status" aria-live="polite" data-announcer>
      {cursor ? said : ''}
    </div>
  )
}
