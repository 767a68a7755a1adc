/** Reports of this window that the station has not saved to the last word: what is left to a person when it never will. */
import type { ReportContent } from '../../../main/contract/report.ts'
import type { Language } from '../../../main/contract/settings.ts'
import { contentText } from '../words/content-text.ts'

interface OpenedReport {
  language: Language
  content(): ReportContent
  isSaved(): boolean
}

const opened = new Set<OpenedReport>()

/** Counts a report as open until the returned function is called. */
export function noteOpened(report: OpenedReport): () => void {
  opened.add(report)
  return () => opened.delete(report)
}

/** The texts that are not saved whole, as they stand on the screen. */
export const unsavedTexts = (): string[] =>
  [...opened].filter((report) => !report.isSaved()).map((report) => contentText(report.content(), report.language))
