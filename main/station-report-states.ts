/**
 * Keeps in the index how far the report of each study is, so that the study list can be filtered by it. The records are what is true: at the start
 * the index takes over all of them, then each that changes.
 */
import type { Logger } from 'pino'
import type { OpenedCache, OpenedRecords } from './cache/index.ts'
import type { Reports } from './reports/index.ts'

/** Studies that are read from the records at once. */
const AT_ONCE = 2_000
/** Studies that are told of at once. */
const TOLD = 100

export interface ReportStates {
  /** Takes over what the records say; resolves when the index has it. */
  resume(): Promise<void>
  /** Calls back with studies whose state the index has taken over. */
  onChange(listener: (StudyInstanceUID: string) => void): () => void
  /** Ends, having waited for what is on its way. */
  stop(): Promise<void>
}

export interface ReportStateOptions {
  cache: Pick<OpenedCache, 'noteReports'>
  records: { reports: Pick<OpenedRecords['reports'], 'furthest' | 'furthestBehind'> }
  reports: Pick<Reports, 'onChange'>
  log: Pick<Logger, 'warn'>
}

export function keepReportStates({ cache, records, reports, log }: ReportStateOptions): ReportStates {
  const listeners = new Set<(StudyInstanceUID: string) => void>()
  /** One after the other: what is read last is what counts. */
  let last: Promise<void> = Promise.resolve()
  const next = (work: () => Promise<string[]>): Promise<void> => {
    last = last.then(work).then(
      (changed) => {
        // Whoever is told of one asks for the whole list again.
        for (const StudyInstanceUID of changed.slice(0, TOLD))
          for (const listener of listeners) listener(StudyInstanceUID)
      },
      (error: { code?: unknown }) =>
        log.warn({ code: error.code }, 'the study list learns of a report at the next start'),
    )
    return last
  }
  const all = async (): Promise<string[]> => {
    const states = []
    for (let after: string | null = ''; after !== null; ) {
      const found = await records.reports.furthestBehind(after, AT_ONCE)
      states.push(...found.map(({ StudyInstanceUID, state }) => ({ StudyInstanceUID, state })))
      after = found.length < AT_ONCE ? null : (found.at(-1)?.StudyInstanceUID ?? null)
    }
    return cache.noteReports(states, true)
  }
  const one = async (StudyInstanceUID: string): Promise<string[]> => {
    const [found] = await records.reports.furthest([StudyInstanceUID])
    return cache.noteReports([{ StudyInstanceUID, state: found?.state ?? 'none' }])
  }
  const end = reports.onChange(({ StudyInstanceUID, isText }) => {
    if (!isText) void next(() => one(StudyInstanceUID))
  })
  return {
    resume: () => next(all),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      end()
      return last
    },
  }
}
