/**
 * Words carried from page to page by the shell: when a station was started again it has another address, and a page that is led there
 * takes along what the old station did not get any more.
 */
import { type KeptWords, noteHandedOver, type UnfinishedReport, unfinishedReports, useKeptWords } from './kept-words.ts'

interface HandedWords {
  reports: UnfinishedReport[]
  kept: readonly KeptWords[]
}

/**
 * The words of this page that the station does not have, as JSON for the page that comes after it; null when it has all. From now on
 * nothing can be typed here: it would come too late.
 */
export function handOver(): string | null {
  document.body.inert = true
  noteHandedOver()
  const words: HandedWords = { reports: unfinishedReports(), kept: useKeptWords.getState().kept }
  return words.reports.length === 0 && words.kept.length === 0 ? null : JSON.stringify(words)
}

/** Goes on with the words of the page before: saves them, or keeps them where the station does not take them. Resolves when that is done. */
export async function takeOver(text: string): Promise<void> {
  const { reports, kept } = JSON.parse(text) as HandedWords
  useKeptWords.setState((before) => ({ kept: [...before.kept, ...kept] }))
  if (reports.length === 0) return
  const { openSession } = await import('../session.ts')
  await Promise.all(reports.map(({ report, ...written }) => openSession(report, written).close()))
}

/** What the shell calls in the page (app/windows/carried-words.ts). */
const bridge = {
  handOver,
  takeOver: (text: string): true => {
    takeOver(text).catch(() => undefined)
    return true
  },
}

declare global {
  var astreinteWords: typeof bridge | undefined
}

/** Lets the shell carry words from this page and to it. */
export function offerHandOver(): void {
  globalThis.astreinteWords = bridge
}
