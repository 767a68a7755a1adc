/** The measurements of the studies on screen, which one is selected, and how to delete one and bring it back. */
import { useQueries } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { trpc } from '../../services/client.ts'
import { useConnection } from '../../services/connection.ts'
import type { DisplaySet, Measurement, ViewerEngine } from '../engine/engine.ts'
import {
  createMeasurementStore,
  type MeasurementCalls,
  type MeasurementEntry,
  type MeasurementStore,
} from './measurement-store.ts'

/** A measurement as it is kept, as it is drawn, or both. */
export interface MeasurementItem {
  id: string
  /** Null while it is being drawn. */
  entry: MeasurementEntry | null
  /** Null while its image is not shown. */
  drawn: Measurement | null
}

export interface Measurements {
  /** Oldest first, those being drawn last. */
  all: readonly MeasurementItem[]
  store: MeasurementStore
  selected: MeasurementItem | null
  select(id: string | null): void
  /** Deletes a measurement; {@link undo} brings it back. */
  remove(id: string): void
  /** Brings the last deleted measurement back; false when there is none. */
  undo(): boolean
  /** What the station has could not be asked. */
  isUnread: boolean
  /** Studies whose measurements the station has told. */
  told: ReadonlySet<string>
  retry(): void
}

/** Follows the measurements of `studies`; one that was just made is the selected one, so that Delete takes it. */
export function useMeasurements(
  engine: ViewerEngine,
  studies: readonly string[],
  calls: MeasurementCalls,
): Measurements {
  const store = useMemo(() => createMeasurementStore(engine, calls), [engine, calls])
  useFollowing(store)
  const reading = useStationLists(store, studies)
  const drawn = useSyncExternalStore(engine.subscribeMeasurements, engine.measurements)
  const entries = useSyncExternalStore(store.subscribe, store.entries)
  const all = useMemo(() => itemsOf(entries, drawn), [entries, drawn])
  const [selectedId, select] = useState<string | null>(null)
  const deleted = useRef<string[]>([])
  const known = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    const before = known.current
    const made = before ? all.find(({ id, entry }) => !before.has(id) && (entry?.revision ?? null) === null) : undefined
    known.current = new Set(all.map(({ id }) => id))
    if (made) select(made.id)
  }, [all])
  useEffect(() => engine.selectMeasurement(selectedId), [engine, selectedId])
  return {
    all,
    store,
    selected: all.find(({ id }) => id === selectedId) ?? null,
    select,
    remove: (id) => {
      deleted.current.push(id)
      store.remove(id)
    },
    undo: () => {
      const id = deleted.current.pop()
      if (id === undefined) return false
      store.restore(id)
      return true
    },
    ...reading,
  }
}

function useFollowing(store: MeasurementStore): void {
  useEffect(() => {
    const close = store.open()
    window.addEventListener('pagehide', store.leave)
    return () => {
      window.removeEventListener('pagehide', store.leave)
      close()
    }
  }, [store])
}

/** Asks for what the station has, again whenever the feed says that it changed (`services/feed.ts` makes the query stale). */
function useStationLists(
  store: MeasurementStore,
  studies: readonly string[],
): Pick<Measurements, 'isUnread' | 'told' | 'retry'> {
  const answers = useQueries({
    queries: studies.map((StudyInstanceUID) => ({
      queryKey: [...trpc.measurements.list.queryKey({ StudyInstanceUID }), 'viewer', store.key],
      queryFn: async () => {
        await store.load(StudyInstanceUID)
        return true
      },
      gcTime: 0,
    })),
  })
  // While it is asked anew, the last answer may be out of date.
  const heard = studies.filter((_, index) => answers[index]?.data && !answers[index].isFetching).join(' ')
  const told = useMemo(() => new Set(heard === '' ? [] : heard.split(' ')), [heard])
  const isOpen = useConnection(({ connection }) => connection === 'open')
  const unread = answers.filter(({ isError }) => isError)
  const again = useRef<() => void>(() => undefined)
  again.current = () => {
    for (const answer of unread) void answer.refetch()
  }
  useEffect(() => {
    if (isOpen) again.current()
  }, [isOpen])
  return { isUnread: unread.length > 0, told, retry: () => again.current() }
}

function itemsOf(entries: readonly MeasurementEntry[], drawn: readonly Measurement[]): MeasurementItem[] {
  const byId = new Map(drawn.map((measurement) => [measurement.id, measurement]))
  const kept = entries.map((entry): MeasurementItem => {
    const id = entry.content.measurementId
    return { id, entry, drawn: byId.get(id) ?? null }
  })
  const known = new Set(kept.map(({ id }) => id))
  const others = drawn.filter(({ id }) => !known.has(id))
  return [
    ...kept,
    ...others.map((measurement): MeasurementItem => ({ id: measurement.id, entry: null, drawn: measurement })),
  ]
}

/** The display set that a measurement was made in; undefined when it is not here. */
export function displaySetOf(
  { entry, drawn }: MeasurementItem,
  displaySets: ReadonlyMap<string, DisplaySet>,
): DisplaySet | undefined {
  if (drawn) return displaySets.get(drawn.displaySetId)
  const { image, StudyInstanceUID, SeriesInstanceUID } = entry?.content ?? {}
  const ofSeries = [...displaySets.values()].filter(
    (one) => one.StudyInstanceUID === StudyInstanceUID && one.SeriesInstanceUID === SeriesInstanceUID,
  )
  if (!image) return ofSeries[0]
  return ofSeries.find((one) => one.frames.some(({ SOPInstanceUID }) => SOPInstanceUID === image.SOPInstanceUID))
}

/** Where a measurement lies now in its display set: later arrivals may have moved its image. */
export function positionOf({ entry, drawn }: MeasurementItem, displaySet: DisplaySet | undefined): number {
  const image = entry?.content.image
  const SOPInstanceUID = drawn?.SOPInstanceUID ?? image?.SOPInstanceUID
  const frame = drawn?.frame ?? (image?.frame ?? 1) - 1
  const found = displaySet?.frames.findIndex((one) => one.SOPInstanceUID === SOPInstanceUID && one.frame === frame)
  return found !== undefined && found >= 0 ? found : (drawn?.imageIndex ?? 0)
}
