/** Carries what changes in reports, measurements and the reader to the feed of the windows. */
import type { Feed } from './http/index.ts'
import type { ReportChanged } from './reports/index.ts'
import type { StationServices } from './station-services.ts'

/** ms between two tellings that the text of one report changed. */
const TEXT_INTERVAL = 1_000

interface Told {
  timer: NodeJS.Timeout
  /** The newest change that waits to be told. */
  waiting: ReportChanged | null
}

/** Tells changes of text at once and then at most every {@link TEXT_INTERVAL} ms; anything else at once. */
function createReportTeller(feed: Feed) {
  const told = new Map<string, Told>()
  const tell = ({ StudyInstanceUID, reportId, seq }: ReportChanged): void =>
    feed.publish({ kind: 'reportChanged', StudyInstanceUID, reportId, seq })
  const tellAndWait = (change: ReportChanged): void => {
    tell(change)
    const timer = setTimeout(() => {
      const waiting = told.get(change.reportId)?.waiting
      told.delete(change.reportId)
      if (waiting) tellAndWait(waiting)
    }, TEXT_INTERVAL)
    told.set(change.reportId, { timer, waiting: null })
  }
  return {
    changed(change: ReportChanged): void {
      const last = told.get(change.reportId)
      if (last && change.isText) last.waiting = change
      else if (change.isText) tellAndWait(change)
      else {
        if (last) last.waiting = null
        tell(change)
      }
    },
    stop(): void {
      for (const { timer } of told.values()) clearTimeout(timer)
    },
  }
}

/** Connects the services of reports to the feed; the returned function ends it. */
export function connectReportEvents(
  { reports, measurements, reader }: Pick<StationServices, 'reports' | 'measurements' | 'reader'>,
  feed: Feed,
): () => void {
  const teller = createReportTeller(feed)
  const endings = [
    reports.onChange((change) => teller.changed(change)),
    measurements.onChange((StudyInstanceUID) => feed.publish({ kind: 'measurementsChanged', StudyInstanceUID })),
    reader.onChange(() => feed.publish({ kind: 'profileChanged' })),
  ]
  return () => {
    for (const end of endings) end()
    teller.stop()
  }
}
