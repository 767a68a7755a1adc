/** What the study list is asked to show, and which study is selected: kept while other screens are open and over a reload. */
import { useEffect } from 'react'
import { create } from 'zustand'
import type { StudyReportState } from '../../main/contract/studies.ts'
import { useWorkspace } from '../services/workspace.ts'
import { type StudySort, studySortColumns } from './columns.ts'
import type { Selected } from './use-selection.ts'

export interface ListQuestion {
  search: string
  today: boolean
  recent: boolean
  modalities: readonly string[]
  /** States of the report; absent or empty: any. */
  reports?: readonly StudyReportState[] | undefined
  sort: StudySort
  descending: boolean
}

interface ListState extends ListQuestion {
  /** The selected study and where it was last seen in the list; null: none yet. */
  selected: Selected | null
  preview: boolean
  ask(change: Partial<ListQuestion>): void
  select(selected: Selected | null): void
  togglePreview(): void
}

/** States of a report, as far as they go. */
export const reportStates: readonly StudyReportState[] = ['none', 'draft', 'preliminary', 'final']

export const noFilter = {
  search: '',
  today: false,
  recent: false,
  modalities: [],
  reports: [],
} as const satisfies Partial<ListQuestion>

export const useListState = create<ListState>((set) => ({
  ...noFilter,
  sort: 'lastReceivedAt',
  descending: true,
  selected: null,
  preview: true,
  ask: (change) => set(change),
  select: (selected) => set({ selected }),
  togglePreview: () => set((state) => ({ preview: !state.preview })),
}))

/** The states with one added, or taken away where it was among them. */
export const withReport = (
  reports: readonly StudyReportState[],
  state: StudyReportState,
): readonly StudyReportState[] =>
  reportStates.filter((one) => (one === state ? !reports.includes(one) : reports.includes(one)))

/** Whether anything narrows the list. */
export const isFiltered = ({ search, today, recent, modalities, reports = [] }: ListQuestion): boolean =>
  search.trim() !== '' || today || recent || modalities.length > 0 || reports.length > 0

const KEPT = 'studies'

/** Reads a kept list state; what does not fit is left out. */
export function readListState(text: string): Partial<ListState> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return {}
  }
  if (typeof value !== 'object' || value === null) return {}
  const kept: Record<string, unknown> = { ...value }
  const selected = kept.selected
  return {
    ...(typeof kept.search === 'string' ? { search: kept.search } : {}),
    ...(typeof kept.today === 'boolean' ? { today: kept.today } : {}),
    ...(typeof kept.recent === 'boolean' ? { recent: kept.recent } : {}),
    ...(Array.isArray(kept.modalities)
      ? { modalities: kept.modalities.filter((entry) => typeof entry === 'string') }
      : {}),
    ...(Array.isArray(kept.reports)
      ? { reports: reportStates.filter((state) => (kept.reports as unknown[]).includes(state)) }
      : {}),
    ...(typeof kept.descending === 'boolean' ? { descending: kept.descending } : {}),
    ...(typeof kept.preview === 'boolean' ? { preview: kept.preview } : {}),
    ...(studySortColumns.includes(kept.sort as StudySort) ? { sort: kept.sort as StudySort } : {}),
    ...(typeof selected === 'object' && selected !== null && 'StudyInstanceUID' in selected && 'index' in selected
      ? { selected: { StudyInstanceUID: String(selected.StudyInstanceUID), index: Number(selected.index) || 0 } }
      : {}),
  }
}

let restored = false

/** Brings the list's state back once after a reload, and keeps it as it changes. */
export function useKeptListState(): void {
  useEffect(() => {
    const { kept, keep } = useWorkspace.getState()
    if (!restored && kept[KEPT] !== undefined) useListState.setState(readListState(kept[KEPT]))
    restored = true
    return useListState.subscribe(
      ({ search, today, recent, modalities, reports, sort, descending, selected, preview }) =>
        keep(KEPT, JSON.stringify({ search, today, recent, modalities, reports, sort, descending, selected, preview })),
    )
  }, [])
}
