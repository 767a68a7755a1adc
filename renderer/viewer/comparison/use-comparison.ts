/** Fills the cell of the compared study as soon as what belongs there is read, at the place that the open study shows. */
import { useEffect } from 'react'
import { cellPlace, type Reading } from '../reading-context.ts'
import { comparisonCells, isSameContent } from '../reading-state.ts'
import { comparedContent, shownItem } from './compare.ts'
import { samePosition, sameShare } from './same-position.ts'

/** Acts while the comparison's cell has nothing to show; never on what the reader put there. */
export function useComparison(reading: Reading): void {
  useEffect(() => {
    const { state, dispatch } = reading
    if (!state.comparison || isFilled(reading)) return
    const found = comparedContent(reading)
    if ('obstacle' in found) return
    setStart(reading, found.content)
    dispatch({ type: 'placeCompared', content: found.content })
  }, [reading])
}

/** Whether the cell has something, or may have once everything is read. */
function isFilled({ state, items }: Reading): boolean {
  const content = state.cells[comparisonCells.other]
  if (!content) return false
  return items.some((item) => item.kind === 'pending' || isSameContent(item.content, content))
}

/** A stack opens where the one beside it is, unless it was read before. */
function setStart({ state, items, views, positions }: Reading, content: Parameters<typeof shownItem>[1]): void {
  const own = shownItem(items, state.cells[comparisonCells.own])?.displaySet
  const other = shownItem(items, content)?.displaySet
  if (!own || !other || positions.has(other.displaySetId)) return
  const view = views.get(cellPlace(comparisonCells.own))
  const index =
    view?.displaySetId === own.displaySetId ? view.state().imageIndex : (positions.get(own.displaySetId) ?? null)
  if (index === null) return
  const share = sameShare(own, index, other)
  positions.set(other.displaySetId, samePosition(own, index, other, share) ?? share.to)
}
