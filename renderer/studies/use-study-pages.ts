/** The rows of the study list, fetched by pages as they come into sight; 100,000 studies cost as much as a hundred. */
import { useDebouncedValue } from '@mantine/hooks'
import { useQueries } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type { StudyRow } from '../../main/contract/studies.ts'
import { trpc } from '../services/client.ts'
import { toDA } from '../ui/format.ts'
import type { ListQuestion } from './list-state.ts'

export const PAGE = 100
/** A fast scroll asks only for where it comes to rest, ms. */
const REST = 60
/** "Received recently": within this time, ms. */
export const RECENT = 12 * 3_600_000
const ROUND = 300_000

/** Start of "received recently", rounded to five minutes so that the question stays the same for a while. */
export const recentSince = (now: number): string => new Date(Math.floor((now - RECENT) / ROUND) * ROUND).toISOString()

/** The station's question for what the list is asked to show. */
export function filterOf({ search, today, recent, modalities, reports = [] }: ListQuestion, now: number) {
  const day = toDA(new Date(now))
  return {
    search: search.trim().slice(0, 200),
    modalities: [...modalities],
    ...(reports.length > 0 ? { reports: [...reports] } : {}),
    ...(today ? { studyDateFrom: day, studyDateTo: day } : {}),
    ...(recent ? { receivedSince: recentSince(now) } : {}),
  }
}

export interface StudyPages {
  /** How many studies match; null before the first answer. */
  total: number | null
  /** Row by its position; undefined while its page is on the way. */
  rows: ReadonlyMap<number, StudyRow>
  /** The rows shown are still those of the question before. */
  stale: boolean
  error: { message: string } | null
}

/** Rows around `first` to `last` (positions in the whole list) of what `question` asks. */
export function useStudyPages(question: ListQuestion, now: number, first: number, last: number): StudyPages {
  const filter = useMemo(() => filterOf(question, now), [question, now])
  const [range] = useDebouncedValue(`${Math.floor(first / PAGE)} ${Math.floor(last / PAGE)}`, REST, { leading: true })
  const [from = 0, to = 0] = range.split(' ').map(Number)
  const pages = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const answers = useQueries({
    queries: pages.map((page) =>
      trpc.studies.list.queryOptions({
        ...filter,
        sort: question.sort,
        descending: question.descending,
        offset: page * PAGE,
        limit: PAGE,
      }),
    ),
    combine: (results) => ({
      data: results.map((result) => result.data),
      error: results.find((result) => result.error !== null)?.error ?? null,
    }),
  })
  const before = useRef<{ total: number; rows: ReadonlyMap<number, StudyRow> } | null>(null)
  return useMemo(() => {
    const answered = answers.data.find((answer) => answer !== undefined)
    if (answered === undefined)
      return {
        total: before.current?.total ?? null,
        rows: before.current?.rows ?? new Map(),
        stale: true,
        error: answers.error,
      }
    const rows = new Map<number, StudyRow>()
    answers.data.forEach((answer, index) => {
      answer?.rows.forEach((row, place) => {
        rows.set((from + index) * PAGE + place, row)
      })
    })
    before.current = { total: answered.total, rows }
    return { total: answered.total, rows, stale: false, error: null }
  }, [answers, from])
}
