/**
 * The measurements of the studies on screen, as the station keeps them and as they are drawn here. A change is sent shortly after the last
 * move, again until it is durable, and never given up; what another window changed comes in by the feed. The engine draws, the station
 * keeps, and this stands between them.
 */
import type { Measurement, MeasurementContent } from '../../../main/contract/measurement.ts'
import type { ViewerEngine } from '../engine/engine.ts'
import { isSameMeasurement, saysLess } from '../engine/measurement-content.ts'

/** One measurement with how far it is kept. `revision` is null before the station has it. */
export interface MeasurementEntry {
  content: MeasurementContent
  revision: number | null
  createdAt: string
  changedAt: string
  /** Kept: durable in the station as it is shown. Waiting: sending it failed, and is tried again. */
  state: 'kept' | 'saving' | 'waiting'
}

/** The station's calls. */
export interface MeasurementCalls {
  list(input: { StudyInstanceUID: string }): Promise<Measurement[]>
  save(content: MeasurementContent): Promise<{ revision: number }>
  remove(input: { measurementId: string }): Promise<unknown>
  /** The window is going away: sends without waiting for the answer. */
  saveOnLeaving(content: MeasurementContent): void
  removeOnLeaving(input: { measurementId: string }): void
}

type EngineSide = Pick<
  ViewerEngine,
  | 'measurements'
  | 'subscribeMeasurements'
  | 'bringMeasurements'
  | 'deleteMeasurement'
  | 'restoreMeasurement'
  | 'measurementKept'
>

export interface MeasurementStore {
  /** Another one for each store: what one has loaded is not loaded in the next. */
  readonly key: number
  /** Oldest first; the same array until something changes. */
  entries(): readonly MeasurementEntry[]
  subscribe(listener: () => void): () => void
  /** Takes what the station has of a study. Rejects when it does not answer. */
  load(StudyInstanceUID: string): Promise<void>
  remove(id: string): void
  restore(id: string): void
  /** The measurement that was made or changed here last. */
  lastChanged(): string | null
  /** Sends a change at once; resolves with the measurement as the station keeps it, with null where it cannot, or there is none. */
  whenKept(id: string): Promise<Measurement | null>
  /** The page is going away. */
  leave(): void
  /** Follows the engine until the returned function is called; what is not kept by then is sent on all the same. */
  open(): () => void
}

/** Quiet time before a change is sent, ms. */
export const SEND_AFTER = 150
/** First and longest pause before another try, ms. */
const RETRY = { first: 500, longest: 10_000 }

interface Entry {
  content: MeasurementContent
  /** As the station has it; null when it has none. */
  kept: Measurement | null
  isRemoved: boolean
  /** Something is to be sent. */
  isDirty: boolean
  isSending: boolean
  failures: number
  timer: ReturnType<typeof setTimeout> | null
  /** When something was last sent or answered, on the store's own clock: older answers to `list` know less. */
  touched: number
  madeAt: string
}

let made = 0

const withoutRevision = ({ revision: _r, createdAt: _c, changedAt: _d, ...content }: Measurement): MeasurementContent =>
  content

/** `now`: ISO 8601, for what the station has not dated yet. */
export function createMeasurementStore(
  engine: EngineSide,
  calls: MeasurementCalls,
  now: () => string = () => new Date().toISOString(),
): MeasurementStore {
  const known = new Map<string, Entry>()
  const listeners = new Set<() => void>()
  let clock = 0
  let last: string | null = null
  let shown: readonly MeasurementEntry[] | null = null
  let isOpen = false
  /** Who waits for a call under way. */
  const sent: (() => void)[] = []

  const changed = () => {
    shown = null
    for (const listener of [...listeners]) listener()
  }

  const send = async (id: string, entry: Entry): Promise<void> => {
    if (entry.timer !== null) clearTimeout(entry.timer)
    entry.timer = null
    if (entry.isSending || !entry.isDirty) return
    entry.isSending = true
    entry.isDirty = false
    entry.touched = ++clock
    const { content, isRemoved } = entry
    try {
      if (isRemoved) {
        await calls.remove({ measurementId: id })
        entry.kept = null
      } else {
        const { revision } = await calls.save(content)
        const at = now()
        entry.kept = { ...content, revision, createdAt: entry.kept?.createdAt ?? entry.madeAt, changedAt: at }
        if (isOpen) engine.measurementKept(id)
      }
      entry.failures = 0
    } catch {
      entry.failures += 1
      entry.isDirty = true
    }
    entry.isSending = false
    entry.touched = ++clock
    for (const resolve of sent.splice(0)) resolve()
    if (entry.isDirty) schedule(id, entry, entry.failures > 0 ? pause(entry.failures) : 0)
    changed()
  }

  const schedule = (id: string, entry: Entry, after: number) => {
    entry.isDirty = true
    if (entry.timer !== null) clearTimeout(entry.timer)
    entry.timer = setTimeout(() => void send(id, entry), after)
  }

  /** What is drawn now: new or changed shapes are to be sent. */
  const takeFromEngine = () => {
    let isChanged = false
    for (const { id, content } of engine.measurements()) {
      if (!content) continue
      const entry = known.get(id)
      if (entry && (entry.isRemoved || isSameMeasurement(entry.content, content))) continue
      if (entry && saysLess(content, entry.content)) continue
      const next: Entry = entry ?? {
        content,
        kept: null,
        isRemoved: false,
        isDirty: true,
        isSending: false,
        failures: 0,
        timer: null,
        touched: ++clock,
        madeAt: now(),
      }
      next.content = content
      known.set(id, next)
      last = id
      schedule(id, next, SEND_AFTER)
      isChanged = true
    }
    if (isChanged) changed()
  }

  const take = (row: Measurement, started: number): MeasurementContent | null => {
    const content = withoutRevision(row)
    const entry = known.get(row.measurementId)
    if (!entry) {
      known.set(row.measurementId, {
        content,
        kept: row,
        isRemoved: false,
        isDirty: false,
        isSending: false,
        failures: 0,
        timer: null,
        touched: ++clock,
        madeAt: row.createdAt,
      })
      return content
    }
    if (entry.touched > started || entry.isDirty || entry.isSending) return null
    const isOther = entry.isRemoved || !isSameMeasurement(entry.content, content)
    entry.kept = row
    if (!isOther) return null
    entry.isRemoved = false
    entry.content = content
    return content
  }

  const takeList = (StudyInstanceUID: string, rows: readonly Measurement[], started: number) => {
    const brought = rows.flatMap((row) => take(row, started) ?? [])
    const listed = new Set(rows.map(({ measurementId }) => measurementId))
    for (const [id, entry] of known) {
      if (entry.content.StudyInstanceUID !== StudyInstanceUID || listed.has(id) || entry.kept === null) continue
      if (entry.touched > started || entry.isDirty || entry.isSending) continue
      known.delete(id)
      engine.deleteMeasurement(id)
    }
    if (brought.length > 0) engine.bringMeasurements(brought)
    for (const { measurementId } of rows) engine.measurementKept(measurementId)
  }

  return {
    key: ++made,
    entries() {
      shown ??= [...known.values()]
        .filter(({ isRemoved }) => !isRemoved)
        .map(entryOf)
        .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
      return shown
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async load(StudyInstanceUID) {
      const started = ++clock
      const rows = await calls.list({ StudyInstanceUID })
      if (!isOpen) return
      takeList(StudyInstanceUID, rows, started)
      changed()
    },
    remove(id) {
      const entry = known.get(id)
      engine.deleteMeasurement(id)
      if (!entry) return
      entry.isRemoved = true
      if (last === id) last = null
      schedule(id, entry, 0)
      changed()
    },
    restore(id) {
      const entry = known.get(id)
      engine.restoreMeasurement(id)
      if (!entry?.isRemoved) return
      entry.isRemoved = false
      engine.bringMeasurements([entry.content])
      last = id
      schedule(id, entry, 0)
      changed()
    },
    lastChanged: () => last,
    async whenKept(id) {
      for (let entry = known.get(id); entry && !entry.isRemoved; entry = known.get(id)) {
        if (!entry.isDirty && !entry.isSending) return entry.kept
        if (entry.failures > 0) return null
        if (!entry.isSending) await send(id, entry)
        else await new Promise<void>((resolve) => sent.push(resolve))
      }
      return null
    },
    leave() {
      for (const [id, entry] of known) {
        if (!entry.isDirty && !entry.isSending) continue
        if (entry.isRemoved) calls.removeOnLeaving({ measurementId: id })
        else calls.saveOnLeaving(entry.content)
      }
    },
    open() {
      isOpen = true
      const stop = engine.subscribeMeasurements(takeFromEngine)
      takeFromEngine()
      return () => {
        isOpen = false
        stop()
        for (const [id, entry] of known) if (entry.isDirty) schedule(id, entry, 0)
      }
    },
  }
}

const pause = (failures: number): number => Math.min(RETRY.first * 2 ** (failures - 1), RETRY.longest)

const entryOf = ({ content, kept, isDirty, isSending, failures, madeAt }: Entry): MeasurementEntry => ({
  content,
  revision: kept?.revision ?? null,
  createdAt: kept?.createdAt ?? madeAt,
  changedAt: kept?.changedAt ?? madeAt,
  state: failures > 0 ? 'waiting' : isDirty || isSending ? 'saving' : 'kept',
})
