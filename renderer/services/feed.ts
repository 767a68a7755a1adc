/**
 * The station's feed of everything that changes: one subscription per window. Answers that an event makes stale are asked for again;
 * when the subscription begins, also after a reconnection, and after a gap in the numbers everything is: it may have changed unheard.
 */
import type { Query, QueryFilters } from '@tanstack/react-query'
import type { StationEvent } from '../../main/contract/station.ts'
import { notify } from '../ui/notify.ts'
import { queryClient, stationClient, trpc } from './client.ts'
import { coalesce } from './coalesce.ts'
import { noteDemoProgress } from './demo-progress.ts'
import { words } from './i18n.ts'
import { isShown } from './shown-studies.ts'

/** Queries that are asked for once more when their answer is there. */
const toAskOnceMore = new WeakSet<Query>()

/** Calls back once, when the query has its answer; never when it is removed before. */
function whenAnswered(query: Query, run: () => void): void {
  const stop = queryClient.getQueryCache().subscribe(({ type, query: other }) => {
    if (other !== query || (type !== 'removed' && query.state.fetchStatus !== 'idle')) return
    stop()
    if (type !== 'removed') run()
  })
}

/**
 * Asks anew for the answers that match. One that is under way may have been given before the change: it is asked for once more when it is
 * there, and shown until then, so that answers slower than changes are shown at all.
 */
export function askAgain(filters: QueryFilters = {}): void {
  for (const query of queryClient.getQueryCache().findAll({ ...filters, fetchStatus: 'fetching' })) {
    if (toAskOnceMore.has(query)) continue
    toAskOnceMore.add(query)
    whenAnswered(query, () => {
      toAskOnceMore.delete(query)
      void queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
    })
  }
  void queryClient.invalidateQueries(filters, { cancelRefetch: false })
}

/** How often the study list is asked for again while studies come in, ms. */
const LIST_INTERVAL = 500

const refreshList = coalesce<'list'>(LIST_INTERVAL, () => {
  askAgain(trpc.studies.list.pathFilter())
  askAgain(trpc.studies.counts.pathFilter())
})

/** The counts of smart lists are made anew less often: each walks an index. */
const COUNTS_INTERVAL = 3000

const refreshCounts = coalesce<'counts'>(COUNTS_INTERVAL, () => askAgain(trpc.studies.countEach.pathFilter()))

const refreshStudies = coalesce<string>(LIST_INTERVAL, (studies) => {
  for (const StudyInstanceUID of studies) askAgain(trpc.studies.get.queryFilter({ StudyInstanceUID }))
  askAgain({
    ...trpc.studies.get.pathFilter(),
    predicate: ({ state }) => {
      // Not known yet whether it has one of these as a prior.
      if (state.data === undefined) return true
      const answer = state.data as { priors: { StudyInstanceUID: string }[] } | null | undefined
      return answer?.priors.some((prior) => studies.includes(prior.StudyInstanceUID)) ?? false
    },
  })
})

/** What takes the space is summed up anew: not for every object. */
const SPACE_INTERVAL = 3000

const refreshSpace = coalesce<'space'>(SPACE_INTERVAL, () => {
  void queryClient.invalidateQueries(trpc.space.pathFilter())
  void queryClient.invalidateQueries(trpc.versions.list.pathFilter())
  void queryClient.invalidateQueries(trpc.exporter.plan.pathFilter(), { cancelRefetch: false })
})

const refreshOutbox = coalesce<'outbox'>(LIST_INTERVAL, () => {
  askAgain(trpc.archive.outbox.pathFilter())
  // A report's own summary tells how far its documents are.
  askAgain(trpc.reports.list.pathFilter())
})

const refreshReports = coalesce<string>(LIST_INTERVAL, (reports) => {
  askAgain(trpc.reports.list.pathFilter())
  for (const reportId of reports) askAgain(trpc.reports.check.queryFilter({ reportId }))
})

const refreshRetrievals = coalesce<number>(LIST_INTERVAL, () => {
  askAgain(trpc.archive.retrievals.pathFilter())
})

function apply(event: StationEvent): void {
  switch (event.kind) {
    case 'hello':
      return
    case 'studyChanged':
      refreshList('list')
      refreshCounts('counts')
      refreshStudies(event.StudyInstanceUID)
      refreshSpace('space')
      return
    case 'statusChanged':
      if (queryClient.isFetching(trpc.station.status.queryFilter({})) > 0) askAgain(trpc.station.status.queryFilter({}))
      queryClient.setQueryData(trpc.station.status.queryKey({}), event.status)
      return
    case 'receiverEvent':
      if (queryClient.isFetching(trpc.station.receiverHistory.queryFilter({})) > 0)
        askAgain(trpc.station.receiverHistory.queryFilter({}))
      queryClient.setQueryData(trpc.station.receiverHistory.queryKey({}), (history) =>
        history === undefined ? history : [event.event, ...history].slice(0, 200),
      )
      return
    case 'settingsChanged':
      askAgain(trpc.settings.get.pathFilter())
      askAgain(trpc.network.tls.pathFilter())
      askAgain(trpc.webAccess.state.pathFilter())
      return
    case 'profileChanged':
      askAgain(trpc.profile.get.pathFilter())
      return
    case 'smartListsChanged':
      askAgain(trpc.smartLists.list.pathFilter())
      return
    case 'reportChanged':
      refreshReports(event.reportId)
      refreshList('list')
      refreshStudies(event.StudyInstanceUID)
      // Reports, measurements and what goes to the archive or comes from it keep studies here.
      refreshSpace('space')
      return
    case 'measurementsChanged':
      askAgain(trpc.measurements.list.queryFilter({ StudyInstanceUID: event.StudyInstanceUID }))
      refreshSpace('space')
      return
    case 'outboxChanged':
      refreshList('list')
      for (const StudyInstanceUID of event.StudyInstanceUIDs) refreshStudies(StudyInstanceUID)
      refreshOutbox('outbox')
      refreshSpace('space')
      return
    case 'versionChosen':
      askAgain(trpc.versions.list.pathFilter())
      if (isShown(event.StudyInstanceUID)) notify(words.t('viewer:screen.versionChosen'), 'attention')
      return
    case 'archiveConfigured':
      askAgain(trpc.archive.pathFilter())
      refreshSpace('space')
      return
    case 'retrievalChanged':
      refreshRetrievals(event.retrieval.retrievalId)
      refreshSpace('space')
      return
    case 'intakeChanged':
      void queryClient.invalidateQueries(trpc.importer.intakes.pathFilter())
      void queryClient.invalidateQueries(trpc.importer.intake.queryFilter({ intakeId: event.intakeId }))
      return
    case 'exportChanged':
      void queryClient.invalidateQueries(trpc.exporter.exports.pathFilter())
      return
    case 'demoProgress':
      noteDemoProgress(event)
      if (event.state !== 'running') askAgain(trpc.importer.demos.pathFilter())
  }
}

/** The number at the end of an event's id; null when there is none. */
const numberOf = (id: string): number | null => {
  const digits = /\d+$/.exec(id)?.[0]
  return digits === undefined ? null : Number(digits)
}

/**
 * Tells, event by event, whether something may have changed unheard before it: a subscription that begins (what was asked for before it is
 * not covered by it), or a gap in the numbers.
 */
export function createGapDetector(): { missedBefore(id: string, event: StationEvent): boolean } {
  let last: number | null = null
  return {
    missedBefore: (id, event) => {
      const number = numberOf(id)
      const isGap = last !== null && number !== null && number > last + 1
      if (number !== null) last = number
      return isGap || event.kind === 'hello'
    },
  }
}

/** What this window does with each event of its subscription. */
export function createFeedListener(): (event: { id: string; data: StationEvent }) => void {
  const gaps = createGapDetector()
  return ({ id, data }) => {
    if (gaps.missedBefore(id, data)) askAgain()
    apply(data)
  }
}

/** Subscribes this window to the feed until the returned function is called. */
export function startFeed(): () => void {
  const subscription = stationClient.station.feed.subscribe({}, { onData: createFeedListener() })
  return () => subscription.unsubscribe()
}
