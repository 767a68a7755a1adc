/** The measurements of the study, which one is selected, and how to go to one, delete it, and bring it back. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { DisplaySet, Measurement, ViewerEngine } from '../engine/engine.ts'

export interface Measurements {
  all: readonly Measurement[]
  selected: Measurement | null
  select(id: string | null): void
  /** Deletes a measurement; {@link undo} brings it back. */
  remove(id: string): void
  /** Brings the last deleted measurement back; false when there is none. */
  undo(): boolean
}

/** One that was just made is the selected one, so that Delete takes it. */
export function useMeasurements(engine: ViewerEngine): Measurements {
  const subscribe = useCallback((listener: () => void) => engine.subscribeMeasurements(listener), [engine])
  const all = useSyncExternalStore(subscribe, () => engine.measurements())
  const [selectedId, select] = useState<string | null>(null)
  const deleted = useRef<string[]>([])
  const known = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    const before = known.current
    const made = before ? all.find(({ id }) => !before.has(id)) : undefined
    known.current = new Set(all.map(({ id }) => id))
    if (made) select(made.id)
  }, [all])
  return {
    all,
    selected: all.find(({ id }) => id === selectedId) ?? null,
    select,
    remove: (id) => {
      deleted.current.push(id)
      engine.deleteMeasurement(id)
    },
    undo: () => {
      const id = deleted.current.pop()
      if (id === undefined) return false
      engine.restoreMeasurement(id)
      return true
    },
  }
}

/** Where a measurement lies now in its display set: later arrivals may have moved its image. */
export function positionOf(measurement: Measurement, displaySet: DisplaySet | undefined): number {
  const found = displaySet?.frames.findIndex(
    (frame) => frame.SOPInstanceUID === measurement.SOPInstanceUID && frame.frame === (measurement.frame ?? 0),
  )
  return found !== undefined && found >= 0 ? found : measurement.imageIndex
}
