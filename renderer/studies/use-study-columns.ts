/** The list's columns as TanStack Table models them (order, visibility, width while dragging), kept in the settings. */
import {
  type ColumnDef,
  columnOrderingFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { StudyRow } from '../../main/contract/studies.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { type ColumnId, type ColumnLayout, columnIds, layoutFrom, minWidth } from './columns.ts'

const features = tableFeatures({
  columnOrderingFeature,
  columnVisibilityFeature,
  columnSizingFeature,
  columnResizingFeature,
})

const definitions: ColumnDef<typeof features, StudyRow>[] = columnIds.map((id) => ({
  id,
  minSize: minWidth(id),
  maxSize: 800,
  enableResizing: id !== 'state',
}))
/** Rows are drawn from the pages the station answers; the table models the columns alone. */
const noRows: StudyRow[] = []
const SAVE_AFTER = 400

/** The columns in their order, and how to change them. */
export function useStudyColumns() {
  const saved = useSettings().studyColumns
  const update = useUpdateSettings()
  const [layout, setLayout] = useState(() => layoutFrom(saved))
  const changed = useRef(false)
  const save = useRef(update.mutate)
  save.current = update.mutate

  useEffect(() => {
    if (!changed.current) return
    const timer = setTimeout(() => {
      changed.current = false
      save.current({ studyColumns: layout })
    }, SAVE_AFTER)
    return () => clearTimeout(timer)
  }, [layout])

  const change = (next: ColumnLayout[]) => {
    changed.current = true
    setLayout(next)
  }
  const widths = useMemo(() => Object.fromEntries(layout.map(({ id, width }) => [id, width])), [layout])
  const order = useMemo(() => layout.map(({ id }) => id), [layout])
  const visibility = useMemo(() => Object.fromEntries(layout.map(({ id, visible }) => [id, visible])), [layout])
  const table = useTable({
    features,
    columns: definitions,
    data: noRows,
    columnResizeMode: 'onChange',
    state: { columnOrder: order, columnVisibility: visibility, columnSizing: widths },
    onColumnSizingChange: (updater) => {
      const next = typeof updater === 'function' ? updater(widths) : updater
      change(layout.map((column) => ({ ...column, width: Math.round(next[column.id] ?? column.width) })))
    },
  })
  return {
    layout,
    headers: table.getHeaderGroups().flatMap((group) => group.headers),
    visible: layout.filter((column) => column.visible),
    toggle: (id: ColumnId) =>
      change(layout.map((column) => (column.id === id ? { ...column, visible: !column.visible } : column))),
    /** Moves a column by one place, over hidden ones too. */
    move: (id: ColumnId, by: -1 | 1) => {
      const from = layout.findIndex((column) => column.id === id)
      const [moved] = layout.slice(from, from + 1)
      if (moved === undefined || layout[from + by] === undefined) return
      const rest = layout.filter((column) => column.id !== id)
      change([...rest.slice(0, from + by), moved, ...rest.slice(from + by)])
    },
    widen: (id: ColumnId, by: number) =>
      change(layoutFrom(layout.map((column) => (column.id === id ? { ...column, width: column.width + by } : column)))),
    reset: () => change(layoutFrom([])),
  }
}
export type StudyColumns = ReturnType<typeof useStudyColumns>
