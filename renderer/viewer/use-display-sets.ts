/** The display sets of the study by id; tells the engine when one of them grew, and keeps the reader on the same image. */
import { useEffect, useMemo, useRef } from 'react'
import type { DisplaySet, ViewerEngine } from './engine/engine.ts'
import type { SeriesContents } from './strip/strip-items.ts'
import { samePlace } from './viewport/place-runs.ts'

/** A map that changes when a display set did. */
export function useDisplaySets(
  engine: ViewerEngine,
  contents: readonly SeriesContents[],
  positions: Map<string, number>,
): ReadonlyMap<string, DisplaySet> {
  const displaySets = useMemo(
    () =>
      new Map(
        contents.flatMap((series) => series.displaySets).map((displaySet) => [displaySet.displaySetId, displaySet]),
      ),
    [contents],
  )
  const told = useRef<ReadonlyMap<string, DisplaySet>>(new Map())
  useEffect(() => {
    for (const [id, displaySet] of displaySets) {
      const before = told.current.get(id)
      if (!before || before === displaySet) continue
      const position = positions.get(id)
      if (position !== undefined) positions.set(id, samePlace(before, displaySet, position))
      engine.update(displaySet)
    }
    told.current = displaySets
  }, [engine, displaySets, positions])
  return displaySets
}
