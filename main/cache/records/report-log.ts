/**
 * The log of a report's changes and the content that they add up to. A snapshot every now and then keeps opening short; the first change
 * behind a snapshot is kept whole, so that reading can begin there. Contents in use stay in memory: a key costs no reading.
 */
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers'
import type { ReportChange, ReportContent } from '../../contract/report.ts'
import { applyReportChange } from '../../contract/report-changes.ts'
import { CacheError } from '../cache.ts'
import { changeOf, changeText, joinWith, type SharedText, shareWith } from './change-text.ts'

/** Changes between two snapshots. */
const SNAPSHOT_EVERY = 256
/** Reports whose content stays in memory. */
const MAX_OPEN = 8

/** Bounds of a report; what would go beyond does not fit. */
export const contentLimits = {
  blocksInSection: 2_000,
  keyImages: 200,
  /** Of the content as JSON. */
  characters: 1_048_576,
} as const

/** A report's content after change `seq`, and that change's text when the next one may share with it. */
export interface LogState {
  readonly seq: number
  readonly content: ReportContent
  readonly last: Buffer | null
  /** Length of the content as JSON. */
  readonly length: number
}

interface EventRow extends SharedText {
  seq: number
  changeId: string
  at: string
}

const lengthOf = (value: unknown): number => JSON.stringify(value).length

const sectionOf = (content: ReportContent, change: ReportChange) =>
  change.kind === 'blocks' ? content.sections.find(({ sectionId }) => sectionId === change.sectionId) : undefined

/** How much longer `change` makes a content's JSON; separators are left out, they are bounded with the blocks. */
const growth = (content: ReportContent, change: ReportChange): number => {
  if (change.kind === 'keyImageRemoved') return 0
  if (change.kind === 'keyImageSet') return lengthOf(change.keyImage)
  const removed = sectionOf(content, change)?.blocks.slice(change.at, change.at + change.removed) ?? []
  return lengthOf(change.inserted) - lengthOf(removed)
}

const isWithinLimits = (content: ReportContent, change: ReportChange, length: number): boolean =>
  length <= contentLimits.characters &&
  content.keyImages.length <= contentLimits.keyImages &&
  (sectionOf(content, change)?.blocks.length ?? 0) <= contentLimits.blocksInSection

/** The state after `change`; null when it does not fit the content or its bounds. */
export const stateAfter = (state: LogState, change: ReportChange): LogState | null => {
  const content = applyReportChange(state.content, change)
  const length = state.length + growth(state.content, change)
  if (!content || !isWithinLimits(content, change, length)) return null
  return { seq: state.seq + 1, content, last: changeText(change), length }
}

export class ReportLog {
  readonly #open = new Map<string, LogState>()
  readonly #insert: Statement
  readonly #since: Statement
  readonly #snapshot: Statement
  readonly #saveSnapshot: Statement
  readonly #find: Statement

  constructor(database: Database) {
    this.#insert = database.prepare(`
      INSERT INTO report_event (reportId, seq, changeId, at, shared, sharedEnd, own)
      VALUES ($reportId, $seq, $changeId, $at, $shared, $sharedEnd, $own)`)
    this.#since = database.prepare('SELECT * FROM report_event WHERE reportId = ? AND seq > ? ORDER BY seq')
    this.#snapshot = database.prepare('SELECT seq, content FROM report_snapshot WHERE reportId = ?')
    this.#saveSnapshot = database.prepare(`
      INSERT INTO report_snapshot (reportId, seq, content) VALUES (?, ?, ?)
      ON CONFLICT (reportId) DO UPDATE SET seq = excluded.seq, content = excluded.content`)
    this.#find = database.prepare('SELECT reportId, seq FROM report_event WHERE changeId = ?')
  }

  /** Keeps the content that a report begins with. */
  begin(reportId: string, content: ReportContent): void {
    this.#saveSnapshot.run(reportId, 0, JSON.stringify(content))
  }

  /** The report's present state. Throws {@link CacheError} `index-damaged` when the log does not fit together. */
  state(reportId: string): LogState {
    const state = this.#open.get(reportId) ?? this.#read(reportId)
    this.keep(reportId, state)
    return state
  }

  /** The report's present content, for looking something up in it: it is not kept in memory for that. */
  peek(reportId: string): ReportContent {
    return (this.#open.get(reportId) ?? this.#read(reportId)).content
  }

  /** Where a change is kept; null when it is not. */
  find(changeId: string): { reportId: string; seq: number } | null {
    return (this.#find.get(changeId) as { reportId: string; seq: number } | undefined) ?? null
  }

  /** Writes the change that led from `before` to `after`; gives the state that the next change starts from. */
  write(
    reportId: string,
    before: LogState,
    after: LogState,
    { changeId, at }: { changeId: string; at: string },
  ): LogState {
    const text = after.last ?? Buffer.alloc(0)
    this.#insert.run({ reportId, seq: after.seq, changeId, at, ...shareWith(before.last, text) })
    if (after.seq % SNAPSHOT_EVERY !== 0) return after
    const content = JSON.stringify(after.content)
    this.#saveSnapshot.run(reportId, after.seq, content)
    return { ...after, last: null, length: content.length }
  }

  /** Remembers a state that is durable now. */
  keep(reportId: string, state: LogState): void {
    this.#open.delete(reportId)
    this.#open.set(reportId, state)
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN) break
      this.#open.delete(oldest)
    }
  }

  #read(reportId: string): LogState {
    const snapshot = this.#snapshot.get(reportId) as { seq: number; content: string } | undefined
    if (!snapshot) throw damaged()
    let state: LogState = {
      seq: snapshot.seq,
      content: JSON.parse(snapshot.content) as ReportContent,
      last: null,
      length: snapshot.content.length,
    }
    for (const row of this.#since.iterate(reportId, snapshot.seq) as Iterable<EventRow>) {
      const text = joinWith(state.last, row)
      const content = row.seq === state.seq + 1 ? applyReportChange(state.content, changeOf(text)) : null
      if (!content) throw damaged()
      state = { seq: row.seq, content, last: text, length: state.length }
    }
    return { ...state, length: lengthOf(state.content) }
  }
}

const damaged = (): CacheError => new CacheError('index-damaged', 'The log of a report does not fit together.')
