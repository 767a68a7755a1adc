/** What the scroll bar at a viewport's edge shows: runs of places that are here, awaited or cannot be shown, and the gaps between them. */
import type { DisplaySet } from '../engine/engine.ts'

export type PlaceKind = 'awaited' | 'loaded' | 'notDisplayable'

/** Consecutive places of one kind, `from` to `to` inclusive. */
export interface PlaceRun {
  kind: PlaceKind
  from: number
  to: number
}

/** Joins equal neighbours: a stack of 3,000 images becomes a handful of runs. `places` as of `ViewerEngine.places`. */
export function placeRuns(displaySet: Pick<DisplaySet, 'frames'>, places: Uint8Array): PlaceRun[] {
  const runs: PlaceRun[] = []
  displaySet.frames.forEach((frame, position) => {
    const kind: PlaceKind =
      frame.notDisplayable || places[position] === 2 ? 'notDisplayable' : places[position] === 1 ? 'loaded' : 'awaited'
    const last = runs.at(-1)
    if (last?.kind === kind) last.to = position
    else runs.push({ kind, from: position, to: position })
  })
  return runs
}

/** Image (from 0) at a fraction of the bar's height. */
export function imageAt(fraction: number, imageCount: number): number {
  return Math.min(imageCount - 1, Math.max(0, Math.floor(fraction * imageCount)))
}

/**
 * Position to go to when leaving one that a later arrival moved: the same frame of the same instance in `next`, or the nearest position.
 */
export function samePlace(previous: DisplaySet, next: DisplaySet, position: number): number {
  const frame = previous.frames[position]
  const moved = frame
    ? next.frames.findIndex(
        (candidate) => candidate.SOPInstanceUID === frame.SOPInstanceUID && candidate.frame === frame.frame,
      )
    : -1
  return moved >= 0 ? moved : Math.min(position, Math.max(0, next.frames.length - 1))
}
