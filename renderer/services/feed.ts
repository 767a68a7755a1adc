/**
 * The station's feed of everything that changes: one subscription per window. Answers that an event makes stale are asked for again;
 * after a gap in the numbers, another epoch or a reconnection everything is.
 */
import type { StationEvent } from '../../main/contract/station.ts'
import { queryClient, stationClient, trpc } from './client.ts'
import { coalesce } from './coalesce.ts'
import { noteDemoProgress } from './demo-progress.ts'

/** How often the study list is asked for again while studies come in, ms. */
const LIST_INTERVAL = 500

const refreshList = coalesce<'list'>(LIST_INTERVAL, () => {
  void queryClient.invalidateQueries(trpc.studies.list.pathFilter())
  void queryClient.invalidateQueries(trpc.studies.counts.pathFilter())
})

const refreshStudies = coalesce<string>(LIST_INTERVAL, (studies) => {
  for (const StudyInstanceUID of studies)
    void queryClient.invalidateQueries(trpc.studies.get.queryFilter({ StudyInstanceUID }))
  void queryClient.invalidateQueries({
    ...trpc.studies.get.pathFilter(),
    predicate: ({ state }) => {
      const answer = state.data as { priors: { StudyInstanceUID: string }[] } | null | undefined
      return answer?.priors.some((prior) => studies.includes(prior.StudyInstanceUID)) ?? false
    },
  })
})

const refreshOutbox = coalesce<'outbox'>(LIST_INTERVAL, () => {
  void queryClient.invalidateQueries(trpc.archive.outbox.pathFilter())
  // A report's own summary tells how far its documents are.
  void queryClient.invalidateQueries(trpc.reports.list.pathFilter())
})

const refreshReports = coalesce<string>(LIST_INTERVAL, (reports) => {
  void queryClient.invalidateQueries(trpc.reports.list.pathFilter())
  for (const reportId of reports) void queryClient.invalidateQueries(trpc.reports.check.queryFilter({ reportId }))
})

const refreshRetrievals = coalesce<number>(LIST_INTERVAL, () => {
  void queryClient.invalidateQueries(trpc.archive.retrievals.pathFilter())
})

function apply(event: StationEvent): void {
  switch (event.kind) {
    case 'hello':
      return
    case 'studyChanged':
      refreshList('list')
      refreshStudies(event.StudyInstanceUID)
      return
    case 'statusChanged':
      queryClient.setQueryData(trpc.station.status.queryKey({}), event.status)
      return
    case 'receiverEvent':
      queryClient.setQueryData(trpc.station.receiverHistory.queryKey({}), (history) =>
        history === undefined ? history : [event.event, ...history].slice(0, 200),
      )
      return
    case 'settingsChanged':
      void queryClient.invalidateQueries(trpc.settings.get.pathFilter())
      return
    case 'profileChanged':
      void queryClient.invalidateQueries(trpc.profile.get.pathFilter())
      return
    case 'reportChanged':
      refreshReports(event.reportId)
      refreshList('list')
      refreshStudies(event.StudyInstanceUID)
      return
    case 'measurementsChanged':
      void queryClient.invalidateQueries(
        trpc.measurements.list.queryFilter({ StudyInstanceUID: event.StudyInstanceUID }),
      )
      return
    case 'outboxChanged':
      refreshList('list')
      for (const StudyInstanceUID of event.StudyInstanceUIDs) refreshStudies(StudyInstanceUID)
      refreshOutbox('outbox')
      return
    case 'archiveConfigured':
      void queryClient.invalidateQueries(trpc.archive.pathFilter())
      return
    case 'retrievalChanged':
      refreshRetrievals(event.retrieval.retrievalId)
      return
    case 'demoProgress':
      noteDemoProgress(event)
      if (event.state !== 'running') void queryClient.invalidateQueries(trpc.importer.demos.pathFilter())
  }
}

/** The number at the end of an event's id; null when there is none. */
const numberOf = (id: string): number | null => {
  const digits = /\d+$/.exec(id)?.[0]
  return digits === undefined ? null : Number(digits)
}

/** Tells, event by event, whether one was missed before it: a new epoch, a reconnection or a gap in the numbers. */
export function createGapDetector(): { started(): void; missedBefore(id: string, event: StationEvent): boolean } {
  let epoch: string | null = null
  let last: number | null = null
  let starts = 0
  return {
    started: () => {
      starts += 1
      last = null
    },
    missedBefore: (id, event) => {
      const number = numberOf(id)
      const gap = last !== null && number !== null && number > last + 1
      if (number !== null) last = number
      if (event.kind !== 'hello') return gap
      const again = epoch !== null && (epoch !== event.epoch || starts > 1)
      epoch = event.epoch
      return again
    },
  }
}

/** Subscribes this window to the feed until the returned function is called. */
export function startFeed(): () => void {
  const gaps = createGapDetector()
  const subscription = stationClient.station.feed.subscribe(
    {},
    {
      onStarted: () => gaps.started(),
      onData: ({ id, data }) => {
        if (gaps.missedBefore(id, data)) void queryClient.invalidateQueries()
        apply(data)
      },
    },
  )
  return () => subscription.unsubscribe()
}
