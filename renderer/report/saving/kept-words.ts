/**
 * Words of this window that the station does not have: of reports that are open and not saved to the last word, and those that it refused
 * for good. The latter outlive the report, its panel and its screen, until a person lets them go.
 */
import { create } from 'zustand'
import type { Report, ReportContent } from '../../../main/contract/report.ts'
import { contentText } from '../words/content-text.ts'
import type { SaveStatus, UnfinishedWriting } from './saver.ts'

/** A report as its station had it, and what was written on it since. */
export interface UnfinishedReport extends UnfinishedWriting {
  report: Report
}

interface OpenedReport {
  report: Pick<Report, 'language'>
  content(): ReportContent
  /** Null when the station has all of it. */
  unfinished(): UnfinishedReport | null
  isSaved(): boolean
  /** Whether what is not saved would be lost with the page: the station refuses it, does not answer, or it is too long to be sent on leaving. */
  isAtRisk(): boolean
}

/** What was written last of a report that takes it no more. */
export interface KeptWords {
  keptId: string
  report: Pick<Report, 'reportId' | 'kind' | 'subject'>
  reason: Extract<SaveStatus, { kind: 'refused' }>['reason']
  /** The whole report as it stood on the screen. */
  text: string
}

const opened = new Set<OpenedReport>()

/** The words that were refused for good, oldest first. */
export const useKeptWords = create<{ kept: readonly KeptWords[] }>(() => ({ kept: [] }))

/** Counts a report as open until the returned function is called. */
export function noteOpened(report: OpenedReport): () => void {
  opened.add(report)
  return () => opened.delete(report)
}

/** Keeps the words of a report that is being closed. */
export function keepWords(
  { reportId, kind, subject, language }: Pick<Report, 'reportId' | 'kind' | 'subject' | 'language'>,
  reason: KeptWords['reason'],
  content: ReportContent,
): void {
  const words = {
    keptId: crypto.randomUUID(),
    report: { reportId, kind, subject },
    reason,
    text: contentText(content, language),
  }
  useKeptWords.setState(({ kept }) => ({ kept: [...kept, words] }))
}

/** A person has what they want of these words. */
export const letGo = (keptId: string): void =>
  useKeptWords.setState(({ kept }) => ({ kept: kept.filter((words) => words.keptId !== keptId) }))

/** The texts of open reports that are not saved whole, as they stand on the screen. */
export const unsavedTexts = (): string[] =>
  [...opened].filter((one) => !one.isSaved()).map(({ report, content }) => contentText(content(), report.language))

/** What is written in the open reports and not saved. */
export const unfinishedReports = (): UnfinishedReport[] =>
  [...opened].map((report) => report.unfinished()).filter((report) => report !== null)

let areHandedOver = false

/** Another page goes on with the words of this one: nothing is to be asked when it goes. */
export const noteHandedOver = (): void => {
  areHandedOver = true
}

/** Has the browser ask before a page goes whose words would be lost with it; until the returned function is called. */
export function guardLeaving(): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    const isAnyAtRisk = useKeptWords.getState().kept.length > 0 || [...opened].some((report) => report.isAtRisk())
    if (isAnyAtRisk && !areHandedOver) event.preventDefault()
  }
  window.addEventListener('beforeunload', ask)
  return () => window.removeEventListener('beforeunload', ask)
}
