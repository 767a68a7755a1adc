/** The study list as a grid of 30 px rows, of which only those in sight exist. */

import { VisuallyHidden } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, memo, type RefObject, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { ROW_HEIGHT } from '../ui/theme.ts'
import { type ColumnId, type ColumnLayout, gridTemplate, isNumeric, isSortable, startsDescending } from './columns.ts'
import { useListState } from './list-state.ts'
import { StudyCell } from './study-cells.tsx'
import classes from './study-table.module.css'
import type { StudyColumns } from './use-study-columns.ts'
import type { StudyPages } from './use-study-pages.ts'

export interface TableHandle {
  scrollToIndex(index: number): void
  /** Rows in sight, for Page Up and Page Down. */
  pageSize(): number
  focus(): void
}

interface StudyTableProps {
  columns: StudyColumns
  pages: StudyPages
  now: number
  selectedIndex: number
  handle: RefObject<TableHandle | null>
  onRange(first: number, last: number): void
  onSelect(index: number): void
  onOpen(index: number): void
}

function HeaderCell({ header, columns }: { header: StudyColumns['headers'][number]; columns: StudyColumns }) {
  const { t } = useTranslation()
  const id = header.column.id as ColumnId
  const { sort, descending, ask } = useListState()
  const sorted = sort === id
  const Arrow = descending ? IconChevronDown : IconChevronUp
  const name = t(`studies:column.${id}`)
  return (
    <th
      scope="col"
      className={classes.headerCell}
      data-numeric={isNumeric(id)}
      aria-sort={sorted ? (descending ? 'descending' : 'ascending') : undefined}
    >
      {isSortable(id) ? (
        <button
          type="button"
          className={classes.sort}
          onClick={() => ask({ sort: id, descending: sorted ? !descending : startsDescending(id) })}
        >
          <span className={classes.headerText}>{name}</span>
          {sorted && <Arrow size={13} stroke={2} aria-hidden="true" />}
        </button>
      ) : (
        <span className={classes.headerText}>
          {id === 'state' ? <VisuallyHidden component="span">{name}</VisuallyHidden> : name}
        </span>
      )}
      {header.column.getCanResize() && (
        // biome-ignore lint/a11y/useSemanticElements: a separator that is moved with the arrows is no <hr>
        <div
          role="separator"
          aria-orientation="vertical"
          aria-label={t('studies:columns.resize', { column: name })}
          aria-valuenow={header.column.getSize()}
          tabIndex={0}
          className={classes.resizer}
          data-active={header.column.getIsResizing()}
          onMouseDown={header.getResizeHandler()}
          onTouchStart={header.getResizeHandler()}
          onKeyDown={(event) => {
            if (event.key === 'ArrowLeft') columns.widen(id, -10)
            if (event.key === 'ArrowRight') columns.widen(id, 10)
          }}
        />
      )}
    </th>
  )
}

interface RowProps {
  row: StudyRow | undefined
  index: number
  top: number
  selected: boolean
  now: number
  columns: readonly ColumnLayout[]
  onSelect(index: number): void
  onOpen(index: number): void
}

export const rowElementId = (index: number): string => `study-row-${index}`

const StudyRowView = memo(function StudyRowView({
  row,
  index,
  top,
  selected,
  now,
  columns,
  onSelect,
  onOpen,
}: RowProps) {
  return (
    <tr
      id={rowElementId(index)}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={classes.row}
      data-fresh={row?.openedAt === null}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onSelect(index)}
      onDoubleClick={() => onOpen(index)}
    >
      {columns.map(({ id }) => (
        <td key={id} className={classes.cell} data-column={id} data-numeric={isNumeric(id)}>
          {row === undefined ? <span className={classes.pending} /> : <StudyCell id={id} row={row} now={now} />}
        </td>
      ))}
    </tr>
  )
})

export function StudyTable({ columns, pages, now, selectedIndex, handle, onRange, onSelect, onOpen }: StudyTableProps) {
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLTableElement>(null)
  const count = pages.total ?? 0
  const [start] = useState(Math.max(0, selectedIndex))
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    // Back from another screen the list stands where it was.
    initialOffset: Math.max(0, start * ROW_HEIGHT - 200),
    scrollPaddingStart: ROW_HEIGHT,
  })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? start
  const last = items.at(-1)?.index ?? start + 40
  useEffect(() => onRange(first, last), [first, last, onRange])
  useImperativeHandle(handle, () => ({
    scrollToIndex: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
    pageSize: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2),
    focus: () => grid.current?.focus({ preventScroll: true }),
  }))
  return (
    <div ref={scroller} className={classes.scroller} data-stale={pages.stale}>
      <table
        ref={grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen with the keys (the grid pattern of WAI-ARIA)
        role="grid"
        aria-label={t('studies:title')}
        aria-rowcount={count + 1}
        aria-colcount={columns.visible.length}
        aria-activedescendant={selectedIndex >= 0 ? rowElementId(selectedIndex) : undefined}
        aria-busy={pages.stale}
        tabIndex={0}
        className={classes.grid}
        style={{ '--columns': gridTemplate(columns.visible) } as CSSProperties}
      >
        <thead className={classes.head}>
          <tr className={classes.header}>
            {columns.headers.map((header) => (
              <HeaderCell key={header.id} header={header} columns={columns} />
            ))}
          </tr>
        </thead>
        <tbody className={classes.rows} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <StudyRowView
              key={item.key}
              index={item.index}
              top={item.start}
              row={pages.rows.get(item.index)}
              selected={item.index === selectedIndex}
              now={now}
              columns={columns.visible}
              onSelect={onSelect}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}
