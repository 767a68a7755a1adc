/** Which study is selected: it stays the same study while the list moves under it, and goes when a filter leaves it out. */
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import { useListState } from './list-state.ts'
import type { TableHandle } from './study-table.tsx'
import type { StudyPages } from './use-study-pages.ts'

export interface Selected {
  /** Empty while the page of a place chosen by key is on its way. */
  StudyInstanceUID: string
  /** Where it was last seen in the list. */
  index: number
}

/** Where the selected study is: among the loaded rows, else where it was last seen; -1 without selection or list. */
export function placeOf(selected: Selected | null, { rows, total }: Pick<StudyPages, 'rows' | 'total'>): number {
  if (selected === null) return -1
  if (rows.get(selected.index)?.StudyInstanceUID === selected.StudyInstanceUID) return selected.index
  for (const [index, row] of rows) if (row.StudyInstanceUID === selected.StudyInstanceUID) return index
  return Math.min(selected.index, (total ?? 0) - 1)
}

/** The selected study's UID, the row to mark (-1: none in sight), and how to move. `question` is what the list was narrowed to. */
export function useSelection(pages: StudyPages, table: RefObject<TableHandle | null>, question: string) {
  const selected = useListState((state) => state.selected)
  const remember = useListState((state) => state.select)
  const total = pages.total ?? 0
  const index = placeOf(selected, pages)
  const row = pages.rows.get(index)
  const isThere = selected !== null && row?.StudyInstanceUID === selected.StudyInstanceUID
  const isPending = selected?.StudyInstanceUID === ''
  const asked = useRef(question)

  useEffect(() => {
    if (pages.stale || selected === null) return
    if (isPending && row) remember({ StudyInstanceUID: row.StudyInstanceUID, index })
    else if (isThere && index !== selected.index) remember({ ...selected, index })
    else if (!isThere && asked.current !== question) remember(null)
    asked.current = question
  }, [pages, selected, isPending, isThere, row, index, question, remember])

  const select = useCallback(
    (at: number) => remember({ StudyInstanceUID: pages.rows.get(at)?.StudyInstanceUID ?? '', index: at }),
    [pages, remember],
  )
  const moveTo = (at: number) => {
    if (total === 0) return
    const next = Math.min(Math.max(at, 0), total - 1)
    select(next)
    table.current?.scrollToIndex(next)
  }
  return {
    selected: selected?.StudyInstanceUID || null,
    marked: isThere || isPending ? index : -1,
    select,
    moveTo,
    moveBy: (by: number) => moveTo(index < 0 ? 0 : index + by),
  }
}
