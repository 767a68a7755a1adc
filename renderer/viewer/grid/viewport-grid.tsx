/** The grid of viewports: 1×1 to 2×2, each cell a stack, a document or empty; a series is dropped on a cell to show it there. */
import { IconStack2 } from '@tabler/icons-react'
import { type DragEvent, useState } from 'react'
import { ComparedCell } from '../comparison/compared-cell.tsx'
import { MarkedDocument } from '../comparison/marked-document.tsx'
import { useReading } from '../reading-context.ts'
import { type Content, cellCount, comparisonCells, layouts } from '../reading-state.ts'
import { contentFromDrag, isContentDrag } from '../strip/content-drag.ts'
import { useWriting } from '../use-writing.ts'
import { StackCell } from './stack-cell.tsx'
import { takeFocusFromCanvas } from './take-focus.ts'
import classes from './viewport-grid.module.css'

export function ViewportGrid() {
  const { state } = useReading()
  const { rows, columns } = layouts[state.layout]
  return (
    <div
      className={classes.grid}
      style={{ gridTemplate: `repeat(${rows}, minmax(0, 1fr)) / repeat(${columns}, minmax(0, 1fr))` }}
    >
      {Array.from({ length: cellCount(state.layout) }, (_, cell) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its position
        <GridCell key={cell} cell={cell} content={state.cells[cell] ?? null} />
      ))}
    </div>
  )
}

function GridCell({ cell, content }: { cell: number; content: Content | null }) {
  const { state, dispatch, items } = useReading()
  const w = useWriting()
  const [isTarget, setIsTarget] = useState(false)
  const activate = () => dispatch({ type: 'activate', cell })
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setIsTarget(false)
    const dropped = contentFromDrag(event.dataTransfer)
    const item = items.find((candidate) => candidate.key === dropped)
    if (item && item.kind !== 'pending') dispatch({ type: 'place', cell, content: item.content })
  }
  return (
    <section
      className={classes.cell}
      aria-label={w.t('viewport.label', { number: cell + 1 })}
      data-active={state.active === cell && cellCount(state.layout) > 1}
      data-target={isTarget}
      tabIndex={-1}
      onFocus={takeFocusFromCanvas}
      onPointerDownCapture={activate}
      onWheelCapture={activate}
      onDragOver={(event) => {
        if (!isContentDrag(event.dataTransfer)) return
        event.preventDefault()
        setIsTarget(true)
      }}
      onDragLeave={() => setIsTarget(false)}
      onDrop={drop}
    >
      <CellContent cell={cell} content={content} />
    </section>
  )
}

function CellContent({ cell, content }: { cell: number; content: Content | null }) {
  const { displaySets, items, state } = useReading()
  const w = useWriting()
  if (content?.kind === 'images') {
    const displaySet = displaySets.get(content.displaySetId)
    if (displaySet) return <StackCell key={content.displaySetId} cell={cell} displaySet={displaySet} />
  }
  if (content?.kind === 'document') {
    const item = items.find(
      (candidate) => candidate.kind === 'document' && candidate.series.SeriesInstanceUID === content.SeriesInstanceUID,
    )
    if (item?.kind === 'document') return <MarkedDocument key={item.key} item={item} />
  }
  const isCompared = state.comparison !== null && cell === comparisonCells.other
  if (isCompared) return <ComparedCell />
  return (
    <div className={classes.empty}>
      <IconStack2 size={36} stroke={1.1} aria-hidden />
      <p>{w.t('viewport.empty')}</p>
    </div>
  )
}
