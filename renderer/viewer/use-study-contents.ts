/**
 * A study as it is now and as it grows: its row and series from the station, the headers of each series, and the display sets made of them.
 * The feed makes the rows stale; a series is read again, from what is known on, when its revision has moved.
 */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ImageHeader } from '../../main/contract/image.ts'
import type { SeriesRow, StudyRow } from '../../main/contract/studies.ts'
import { trpc } from '../services/client.ts'
import { type AskInstances, askInstances } from '../services/read-ahead.ts'
import { buildDisplaySets } from './engine/display-sets.ts'
import type { DisplaySet } from './engine/engine.ts'
import { isDocument, type SeriesContents } from './strip/strip-items.ts'

/** Headers of one series as read at `revision`. */
export interface SeriesHeaders {
  revision: number
  headers: readonly ImageHeader[]
}

export interface StudyContents {
  /** Undefined while it is asked for or when it could not be read, null when the station has no such study. */
  study: StudyRow | null | undefined
  /** The station did not give the study, whether it has it or not. */
  isUnread: boolean
  contents: readonly SeriesContents[]
  /** The other studies of the patient that are on this station. */
  others: readonly StudyRow[]
  /** Series whose headers could not be read, to say so and try again. */
  failed: readonly string[]
  retry(): void
}

const nothing: readonly StudyRow[] = []

/** Follows a study while the calling component is mounted. */
export function useStudyContents(StudyInstanceUID: string): StudyContents {
  const answer = useQuery(trpc.studies.get.queryOptions({ StudyInstanceUID }))
  const rows = useMemo(() => answer.data?.series ?? [], [answer.data])
  const { known, failed, retry } = useSeriesHeaders(rows)
  const made = useRef(new WeakMap<SeriesHeaders, DisplaySet[]>())
  const contents = useMemo(
    () =>
      rows.map((series): SeriesContents => {
        const read = known.get(series.SeriesInstanceUID)
        if (!read)
          return { series, headers: null, displaySets: [], isUnread: failed.includes(series.SeriesInstanceUID) }
        let displaySets = made.current.get(read)
        if (!displaySets) {
          displaySets = displaySetsOf(series, read.headers)
          made.current.set(read, displaySets)
        }
        return { series, headers: read.headers, displaySets }
      }),
    [rows, known, failed],
  )
  return {
    study: answer.data === undefined ? undefined : (answer.data?.study ?? null),
    isUnread: answer.data === undefined && answer.isError,
    contents,
    others: answer.data?.priors ?? nothing,
    failed,
    retry: () => {
      if (answer.isError) void answer.refetch()
      retry()
    },
  }
}

const displaySetsOf = (series: SeriesRow, headers: readonly ImageHeader[]): DisplaySet[] =>
  buildDisplaySets(
    series,
    headers.filter((header) => !isDocument(header)),
  )

/** How many series are read at a time. */
const READERS = 2

function useSeriesHeaders(rows: readonly SeriesRow[]) {
  const [known, setKnown] = useState<ReadonlyMap<string, SeriesHeaders>>(new Map())
  const [failed, setFailed] = useState<readonly string[]>([])
  const [attempt, setAttempt] = useState(0)
  const reading = useRef(new Set<string>())

  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks for another try
  useEffect(() => {
    const stale = rows.filter(
      (row) =>
        (known.get(row.SeriesInstanceUID)?.revision ?? -1) < row.revision &&
        !failed.includes(row.SeriesInstanceUID) &&
        !reading.current.has(row.SeriesInstanceUID),
    )
    for (const row of stale.slice(0, Math.max(0, READERS - reading.current.size))) {
      const { SeriesInstanceUID } = row
      reading.current.add(SeriesInstanceUID)
      readSeries(row, known.get(SeriesInstanceUID)).then(
        (read) => {
          reading.current.delete(SeriesInstanceUID)
          setKnown((before) => new Map(before).set(SeriesInstanceUID, read))
        },
        () => {
          reading.current.delete(SeriesInstanceUID)
          setFailed((before) => [...before, SeriesInstanceUID])
        },
      )
    }
  }, [rows, known, failed, attempt])

  const retry = () => {
    setFailed([])
    setAttempt((before) => before + 1)
  }
  return { known, failed, retry }
}

/**
 * Reads what came since. A series' revision grows by one with each instance that is stored or changed, so when it grew by as much as
 * instances came, nothing known has changed; otherwise everything is read.
 */
export async function readSeries(
  { StudyInstanceUID, SeriesInstanceUID }: Pick<SeriesRow, 'StudyInstanceUID' | 'SeriesInstanceUID'>,
  before: SeriesHeaders | undefined,
  ask: AskInstances = askInstances,
): Promise<SeriesHeaders> {
  const uids = { StudyInstanceUID, SeriesInstanceUID }
  if (before) {
    const last = before.headers.reduce((most, header) => Math.max(most, header.instanceKey), 0)
    const later = await ask({ ...uids, afterInstanceKey: last })
    const headers = [...before.headers, ...later.instances]
    const isGrowth = later.revision - before.revision === later.instances.length
    const hasNoRepeat = new Set(headers.map((header) => header.SOPInstanceUID)).size === headers.length
    if (isGrowth && hasNoRepeat) return { revision: later.revision, headers }
  }
  const { revision, instances } = await ask(uids)
  return { revision, headers: instances }
}
