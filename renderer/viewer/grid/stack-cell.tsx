/** One cell of the grid with a stack of images: the viewport, what is written on it, and its scroll bar. */
import { useId, useRef } from 'react'
import type { DisplaySet } from '../engine/engine.ts'
import { cellPlace, useReading } from '../reading-context.ts'
import { SliceBar } from '../viewport/slice-bar.tsx'
import { useLoad } from '../viewport/use-load.ts'
import { useStackView } from '../viewport/use-mounted-view.ts'
import { ViewportNotices } from '../viewport/viewport-notices.tsx'
import { ViewportOverlay } from '../viewport/viewport-overlay.tsx'
import { useViewState } from '../views.ts'
import classes from './viewport-grid.module.css'

/** Shows `displaySet` in the cell; the viewport stays the same while images come in. */
export function StackCell({ cell, displaySet }: { cell: number; displaySet: DisplaySet }) {
  const { engine, state: screen } = useReading()
  const id = useId()
  const host = useRef<HTMLDivElement>(null)
  const view = useStackView(cellPlace(cell), host, displaySet)
  const state = useViewState(view)
  const load = useLoad(engine, displaySet.displaySetId)
  return (
    <>
      <div ref={host} className={classes.canvas} data-tool={screen.tool} data-viewport={cellPlace(cell)} id={id} />
      {view && state && (
        <>
          <ViewportOverlay view={view} state={state} displaySet={displaySet} load={load.state}>
            <ViewportNotices displaySet={displaySet} />
          </ViewportOverlay>
          <SliceBar view={view} state={state} displaySet={displaySet} places={load.places} controls={id} />
        </>
      )}
    </>
  )
}
