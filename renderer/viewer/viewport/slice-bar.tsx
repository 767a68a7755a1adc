/** The scroll bar of a stack: where the painted image is, which places are loaded, awaited or cannot be shown, and where images are missing. */
import { type PointerEvent, useMemo, useRef } from 'react'
import { useKeyPlaces } from '../documents/use-key-images.ts'
import type { DisplaySet, View, ViewportState } from '../engine/engine.ts'
import { useWriting } from '../use-writing.ts'
import { imageAt, placeRuns } from './place-runs.ts'
import classes from './slice-bar.module.css'

interface Props {
  view: View
  state: ViewportState
  displaySet: DisplaySet
  places: Uint8Array
  /** Id of the viewport's element. */
  controls: string
}

/** Click or drag goes to an image; the keys of the viewport do the rest. */
export function SliceBar({ view, state, displaySet, places, controls }: Props) {
  const bar = useRef<HTMLDivElement>(null)
  const w = useWriting()
  const count = displaySet.frames.length
  const keys = useKeyPlaces(displaySet)
  const runs = useMemo(() => placeRuns(displaySet, places), [displaySet, places])
  if (count < 2) return null
  const go = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect()
    if (box && box.height > 0) view.scrollTo(imageAt((event.clientY - box.top) / box.height, count))
  }
  const part = (position: number) => `${(100 * position) / count}%`
  return (
    <div
      ref={bar}
      className={classes.bar}
      role="scrollbar"
      tabIndex={-1}
      aria-orientation="vertical"
      aria-controls={controls}
      aria-valuemin={1}
      aria-valuemax={count}
      aria-valuenow={state.imageIndex + 1}
      aria-label={w.t('viewport.scrollBar')}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        go(event)
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && go(event)}
    >
      {runs.map(({ kind, from, to }) => (
        <div
          key={from}
          className={classes.run}
          data-kind={kind}
          style={{ top: part(from), height: part(to - from + 1) }}
          title={
            kind === 'notDisplayable'
              ? w.t('viewport.placesNotDisplayable', { from: from + 1, to: to + 1, count: to - from + 1 })
              : undefined
          }
        />
      ))}
      {displaySet.gaps.map((gap) => (
        <div
          key={gap}
          className={classes.gap}
          style={{ top: part(gap) }}
          title={w.t('viewport.gapBefore', { number: gap + 1 })}
        />
      ))}
      {keys.map((position) => (
        <div
          key={position}
          className={classes.keyImage}
          style={{ top: part(position + 0.5) }}
          title={w.t('documents.keys.marked')}
        />
      ))}
      <div className={classes.thumb} style={{ top: part(state.imageIndex), height: part(1) }} />
    </div>
  )
}
