/** One report that is being written in this window: its content, how far it is saved, and what another window did to it. */
import { createStore, type StoreApi } from 'zustand'
import type { KeyImage, Report, ReportContent, ReportSummary, Section } from '../../main/contract/report.ts'
import { stationClient } from '../services/client.ts'
import { useConnection } from '../services/connection.ts'
import { appendCall, appendOnLeaving, isCarriedOn } from './saving/append-call.ts'
import { keepWords, noteOpened } from './saving/kept-words.ts'
import { createSaver, type SaverWorld, type SaveStatus, type UnfinishedWriting } from './saving/saver.ts'
import { fieldText } from './words/field-text.ts'

export interface SessionState {
  content: ReportContent
  save: SaveStatus
  /** Titles of sections in which another window wrote too and both texts were kept; empty again once a person saw it. */
  doubled: readonly string[]
}

export interface ReportSession {
  /** As it was when it was opened; its content and number of changes are the session's. */
  readonly report: Report
  readonly state: StoreApi<SessionState>
  writeSections(sections: Section[]): void
  /** Adds a key image, or changes the one with its id. */
  setKeyImage(keyImage: KeyImage): void
  removeKeyImage(keyImageId: string): void
  /** Resolves to the number of the last change once everything is durable; null when that will not be. */
  flush(): Promise<number | null>
  /** Looks whether the station has more than this window wrote. */
  follow(summary: ReportSummary): void
  /** Calls back when the sections became others than were written here. */
  onReplaced(listener: (sections: Section[]) => void): () => void
  seenDoubled(): void
  /** Saves what is left and stops; what the station refuses for good is kept as words of this window. */
  close(): Promise<void>
}

/** Longest wait before the next try, ms. */
const MOST_WAIT = 3000

/** Waits longer with each failure, but no longer than until the station answers anything again. */
function waitBeforeTry(failures: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(done, Math.min(200 * 2 ** failures, MOST_WAIT))
    const stop = useConnection.subscribe((now, before) => {
      if (now.connection === 'open' && before.connection !== 'open') done()
    })
  })
}

/** Opens `report`, as the station gave it, for writing; `unfinished`: what another page wrote on it that may not be saved. */
export function openSession(report: Report, unfinished?: UnfinishedWriting): ReportSession {
  const listeners = new Set<(sections: Section[]) => void>()
  const state = createStore<SessionState>(() => ({
    content: report.content,
    save: { kind: 'saved', at: report.changedAt },
    doubled: [],
  }))
  const titleOf = (id: string) => report.content.sections.find(({ sectionId }) => sectionId === id)?.title ?? id
  const world: SaverWorld = {
    append: (after, changes) => appendCall(report.reportId, after, changes),
    get: () => stationClient.reports.get.query({ reportId: report.reportId }),
    waitBeforeTry,
    newId: () => crypto.randomUUID(),
    fieldText: ({ fieldId, value }) =>
      fieldText(value, report.content.fields.find((field) => field.fieldId === fieldId)?.type, report.language),
    onReplaced: (content, doubled) => {
      state.setState((before) => ({
        content,
        doubled: [...new Set([...before.doubled, ...doubled.map(titleOf)])],
      }))
      for (const listener of listeners) listener(content.sections)
    },
    onStatus: (save) => state.setState({ save }),
  }
  const saver = createSaver(report, world, unfinished)
  const write = (change: Partial<ReportContent>) => {
    const content = { ...saver.content(), ...change }
    state.setState({ content })
    saver.write(content)
  }
  const leave = () => {
    const { after, changes } = saver.unsaved()
    appendOnLeaving(report.reportId, after, changes)
  }
  window.addEventListener('pagehide', leave)
  const forget = noteOpened({
    report,
    content: () => saver.content(),
    unfinished: () => {
      const { seq, content, ...written } = saver.unfinished()
      return saver.isDurable() ? null : { report: { ...report, seq, content }, ...written }
    },
    isSaved: () => state.getState().save.kind === 'saved',
    isAtRisk: () => {
      const { kind } = state.getState().save
      if (kind === 'refused') return true
      // It may also be asking in vain what another window wrote.
      if (saver.isDurable()) return false
      if (kind === 'retrying') return true
      const { after, changes } = saver.unsaved()
      return !isCarriedOn(report.reportId, after, changes)
    },
  })

  return {
    report,
    state,
    writeSections: (sections) => write({ sections }),
    setKeyImage: (keyImage) => {
      const { keyImages } = saver.content()
      const isKnown = keyImages.some(({ keyImageId }) => keyImageId === keyImage.keyImageId)
      write({
        keyImages: isKnown
          ? keyImages.map((other) => (other.keyImageId === keyImage.keyImageId ? keyImage : other))
          : [...keyImages, keyImage],
      })
    },
    removeKeyImage: (id) =>
      write({ keyImages: saver.content().keyImages.filter(({ keyImageId }) => keyImageId !== id) }),
    flush: () => saver.flush(),
    follow: ({ seq }) => {
      const { save } = state.getState()
      if (save.kind === 'saved' && seq > saver.seq()) saver.refresh()
    },
    onReplaced(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    seenDoubled: () => state.setState({ doubled: [] }),
    async close() {
      await saver.flush()
      window.removeEventListener('pagehide', leave)
      forget()
      const { save } = state.getState()
      if (save.kind === 'refused' && (save.reason === 'not-found' || !saver.isDurable()))
        keepWords(report, save.reason, saver.content())
      saver.close()
    },
  }
}
