/** While viewports are linked, scrolling in the active one scrolls the others to the same place. */
import { useEffect, useRef } from 'react'
import type { View } from '../engine/engine.ts'
import { cellPlace, type Reading } from '../reading-context.ts'
import { cellCount } from '../reading-state.ts'
import { useView } from '../views.ts'
import { samePosition } from './same-position.ts'

/** Follows the active viewport of the grid; where places cannot be compared, stacks keep the distance that they had when they were linked. */
export function useLinkedScroll(reading: Reading): void {
  const { state, views } = reading
  const leader = useView(views, cellPlace(state.active))
  const latest = useRef(reading)
  latest.current = reading
  const starts = useRef<ReadonlyMap<View, number>>(new Map())
  const isOn = state.areLinked && state.mpr === null && cellCount(state.layout) > 1

  useEffect(() => {
    if (!isOn) return
    const start = () => {
      starts.current = new Map(stacksOf(latest.current).map((view) => [view, view.state().imageIndex]))
    }
    start()
    return views.subscribe(start)
  }, [isOn, views])

  useEffect(() => {
    if (!isOn || !leader) return
    let position = -1
    const lead = () => {
      const { imageIndex, status } = leader.state()
      if (status === 'waiting' || imageIndex === position) return
      position = imageIndex
      follow(latest.current, leader, starts.current)
    }
    lead()
    return leader.subscribe(lead)
  }, [isOn, leader])
}

/** The stacks on screen. */
function stacksOf({ state, views }: Reading): View[] {
  return Array.from({ length: cellCount(state.layout) }, (_, cell) => views.get(cellPlace(cell))).filter(
    (view): view is View => view !== undefined,
  )
}

function follow(reading: Reading, leader: View, starts: ReadonlyMap<View, number>): void {
  const from = reading.displaySets.get(leader.displaySetId)
  const start = starts.get(leader)
  if (!from || start === undefined) return
  const { imageIndex } = leader.state()
  for (const view of stacksOf(reading)) {
    const to = reading.displaySets.get(view.displaySetId)
    const own = starts.get(view)
    if (!to || to === from || own === undefined) continue
    const position = samePosition(from, imageIndex, to, { from: start, to: own })
    if (position !== null && position !== view.state().imageIndex) view.scrollTo(position)
  }
}
