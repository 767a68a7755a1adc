/**
 * Saves what is written as it is written: one request at a time, each with everything since the one before. A request without an answer
 * is made again with the same ids until one comes; what another window wrote meanwhile is fetched and merged. Only what the station
 * answered as durable is ever called saved.
 */
import type { ReportChange, ReportContent, ReportState } from '../../../main/contract/report.ts'
import { applyReportChange } from '../../../main/contract/report-changes.ts'
import { changesBetween } from '../content/changes.ts'
import { type FieldText, mergeContents } from '../content/merge.ts'

export interface NumberedChange {
  changeId: string
  change: ReportChange
}

export type AppendAnswer =
  | { kind: 'saved'; seq: number; at: string }
  | { kind: 'conflict'; seq: number }
  | { kind: 'immutable' | 'not-found' | 'does-not-fit' }

export interface StoredReport {
  seq: number
  content: ReportContent
  state: ReportState
  changedAt: string
}

/** What was written on a page that went away before its station had it. */
export interface UnfinishedWriting {
  /** Changes that were sent and not answered: they may be in the log. */
  sent: NumberedChange[] | null
  wanted: ReportContent
}

/** What the saver needs of the world. */
export interface SaverWorld {
  /** Rejects when no answer came: the changes may or may not be in the log. */
  append(after: number, changes: readonly NumberedChange[]): Promise<AppendAnswer>
  /** The report as the station has it; null when it has none. Rejects when no answer came. */
  get(): Promise<StoredReport | null>
  /** Resolves when it is time to try again, after `failures` tries without an answer. */
  waitBeforeTry(failures: number): Promise<void>
  newId(): string
  fieldText: FieldText
  /** The content became another one than was written here: show it. `doubled`: sections in which both texts were kept. */
  onReplaced(content: ReportContent, doubled: readonly string[]): void
  onStatus(status: SaveStatus): void
}

export type SaveStatus =
  /** All of it is durable since `at` (ISO 8601). */
  | { kind: 'saved'; at: string }
  | { kind: 'saving' }
  /** No answer; tried again by itself. */
  | { kind: 'retrying' }
  /** The station does not take these changes: what is not saved stays on the screen only. Written shorter, it is tried again. */
  | { kind: 'refused'; reason: 'immutable' | 'not-found' | 'does-not-fit' }

export interface Saver {
  /** The content is now this. */
  write(content: ReportContent): void
  /** Looks whether another window wrote; merges what it did. */
  refresh(): void
  /** Resolves to the number of the last change once everything is durable; null when that will not be. */
  flush(): Promise<number | null>
  /** What would be lost if this page ended now: the changes without an answer, then those never sent. */
  unsaved(): { after: number; changes: NumberedChange[] }
  /** What another page needs to go on from here. */
  unfinished(): UnfinishedWriting & Pick<StoredReport, 'seq' | 'content'>
  content(): ReportContent
  /** Whether the station has all that was written here. */
  isDurable(): boolean
  seq(): number
  /** Stops after the present request. */
  close(): void
}

/** Most changes of one request (contract/report.ts). */
const MOST_CHANGES = 200
/** Of the station, in these states, nothing more can be written. */
const isClosedFor = (state: ReportState): boolean => state === 'final' || state === 'cancelled'

const fold = (content: ReportContent, changes: readonly NumberedChange[]): ReportContent =>
  changes.reduce((folded, { change }) => applyReportChange(folded, change) ?? folded, content)

/** Saves what is written on top of `stored`; `unfinished` was written on it already. */
export function createSaver(stored: StoredReport, world: SaverWorld, unfinished?: UnfinishedWriting): Saver {
  let durable = { seq: stored.seq, content: stored.content }
  let wanted = unfinished?.wanted ?? stored.content
  let savedAt = stored.changedAt
  /** Changes that were sent and not answered; sent again as they are. */
  let sent = unfinished?.sent ?? null
  let refused: Extract<SaveStatus, { kind: 'refused' }> | null = null
  let isRunning = false
  let isClosed = false
  let isToRefresh = false
  /** Requests since the last that was saved that did not fit. */
  let misfits = 0
  const waiting: ((seq: number | null) => void)[] = []

  const refuse = (reason: 'immutable' | 'not-found' | 'does-not-fit') => {
    refused = { kind: 'refused', reason }
    sent = null
  }
  const number = (changes: readonly ReportChange[]): NumberedChange[] =>
    changes.map((change) => ({ changeId: world.newId(), change }))

  /** Repeats `ask` until it is answered; undefined when closed meanwhile. */
  async function answered<T>(ask: () => Promise<T>): Promise<T | undefined> {
    for (let failures = 1; !isClosed; failures += 1) {
      try {
        return await ask()
      } catch {
        world.onStatus({ kind: 'retrying' })
        await world.waitBeforeTry(failures)
      }
    }
    return undefined
  }

  /** Takes over what the station has, with what was written here since `base` put on it. */
  async function catchUp(base: ReportContent): Promise<void> {
    const found = await answered(() => world.get())
    if (found === undefined) return
    if (found === null) return refuse('not-found')
    const before = wanted
    const merged = mergeContents(base, wanted, found.content, world.fieldText)
    durable = { seq: found.seq, content: found.content }
    savedAt = found.changedAt
    if (isClosedFor(found.state)) {
      // What was typed here stays as it was typed, beside what was given out; nothing typed: what was given out is shown.
      if (changesBetween(base, before).length > 0 && changesBetween(found.content, merged.content).length > 0)
        return refuse('immutable')
      wanted = found.content
      if (changesBetween(before, wanted).length > 0) world.onReplaced(wanted, [])
      return
    }
    wanted = merged.content
    if (changesBetween(before, wanted).length > 0) world.onReplaced(wanted, merged.doubled)
  }

  async function settle(changes: NumberedChange[], answer: AppendAnswer): Promise<void> {
    sent = null
    if (answer.kind === 'saved') {
      misfits = 0
      const content = fold(durable.content, changes)
      const isAlone = answer.seq === durable.seq + changes.length
      durable = { seq: answer.seq, content }
      savedAt = answer.at
      // More came into the log than was sent: another window wrote too.
      if (!isAlone) await catchUp(content)
      return
    }
    if (answer.kind === 'conflict') return catchUp(durable.content)
    misfits += answer.kind === 'does-not-fit' ? 1 : 0
    if (answer.kind === 'does-not-fit' && misfits <= changesBetween(durable.content, wanted).length)
      return catchUp(durable.content)
    refuse(answer.kind)
  }

  /** What is sent next: all that is not durable, or, since that did not fit, one change after the other, so that the others are kept. */
  function nextChanges(): NumberedChange[] {
    const all = changesBetween(durable.content, wanted)
    const from = misfits === 0 ? 0 : (misfits - 1) % Math.max(all.length, 1)
    return number(all.slice(from, from + (misfits === 0 ? MOST_CHANGES : 1)))
  }

  /** One step of the loop; false when there is nothing to do. */
  async function step(): Promise<boolean> {
    if (isToRefresh && !sent) {
      isToRefresh = false
      await catchUp(durable.content)
      return true
    }
    const changes = sent ?? nextChanges()
    if (changes.length === 0) return false
    sent = changes
    world.onStatus({ kind: 'saving' })
    const answer = await answered(() => world.append(durable.seq, changes))
    if (answer) await settle(changes, answer)
    return true
  }

  async function run(): Promise<void> {
    if (isRunning) return
    isRunning = true
    while (!isClosed && !refused && (await step())) {
      // Until everything is durable.
    }
    isRunning = false
    if (refused) world.onStatus(refused)
    else if (!isClosed) world.onStatus({ kind: 'saved', at: savedAt })
    for (const resolve of waiting.splice(0)) resolve(refused || isClosed ? null : durable.seq)
  }

  return {
    write(content) {
      wanted = content
      if (refused?.reason === 'does-not-fit') {
        // Other words may fit; what the station has was fetched when these did not, so one try tells.
        refused = null
        misfits = 1
      }
      if (!refused && !isClosed) void run()
    },
    refresh() {
      isToRefresh = true
      if (!refused && !isClosed) void run()
    },
    flush: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        void run()
      }),
    unsaved() {
      if (refused) return { after: durable.seq, changes: [] }
      const known = sent ?? []
      const rest = number(changesBetween(fold(durable.content, known), wanted))
      return { after: durable.seq, changes: [...known, ...rest].slice(0, MOST_CHANGES) }
    },
    unfinished: () => ({ ...durable, sent, wanted }),
    content: () => wanted,
    isDurable: () => sent === null && changesBetween(durable.content, wanted).length === 0,
    seq: () => durable.seq,
    close() {
      isClosed = true
      for (const resolve of waiting.splice(0)) resolve(null)
    },
  }
}
