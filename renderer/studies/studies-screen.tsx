/** The study list: search, quick filters, the grid, the preview pane; empty, it teaches how to fill it. */
import { ActionIcon, Button, Center, Loader, Text, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconFileImport, IconLayoutBottombar } from '@tabler/icons-react'
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ExportDialog } from '../exporting/export-dialog.tsx'
import { ExportPanels } from '../exporting/export-panels.tsx'
import { askForExport } from '../exporting/exports.ts'
import { IntakeDialog } from '../importing/intake-dialog.tsx'
import { IntakePanels } from '../importing/intake-panels.tsx'
import { queryClient, trpc } from '../services/client.ts'
import { openStudy } from '../shell/open-study.ts'
import { useCommands } from '../shell/use-commands.ts'
import { sendStudy, showInArchive } from './archive-actions.ts'
import { ColumnMenu } from './column-menu.tsx'
import { DropArea } from './drop-area.tsx'
import { EmptyState } from './empty-state.tsx'
import { FilterBar } from './filter-bar.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { isFiltered, noFilter, useKeptListState, useListState, withReport } from './list-state.ts'
import { pinStudy } from './pin-study.tsx'
import { PreviewPane } from './preview-pane.tsx'
import { SmartListBar } from './smart-lists/smart-list-bar.tsx'
import { SmartListMenu } from './smart-lists/smart-list-menu.tsx'
import { useSmartListCommands } from './smart-lists/use-smart-list-commands.ts'
import { useSmartLists } from './smart-lists/use-smart-lists.ts'
import { studiesCommands } from './studies-commands.ts'
import classes from './studies-screen.module.css'
import { StudyTable, type TableHandle } from './study-table.tsx'
import { useSelection } from './use-selection.ts'
import { useStudyColumns } from './use-study-columns.ts'
import { useStudyPages } from './use-study-pages.ts'
import { useTypeToSearch } from './use-type-to-search.ts'

/** While typing, the station is asked this long after the last key, ms. */
const TYPING = 90
const MINUTE = 60_000

/** The time, a minute exact. */
function useMinutes(): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE / 2)
    return () => clearInterval(timer)
  }, [])
  return now
}

function NothingMatches({ onClear }: { onClear(): void }) {
  const { t } = useTranslation()
  return (
    <Center h="100%">
      <div className={classes.nothing}>
        <Text fw={600}>{t('studies:nothing.title')}</Text>
        <Text c="dimmed">{t('studies:nothing.text')}</Text>
        <Button variant="default" onClick={onClear}>
          {t('studies:nothing.clear')}
        </Button>
      </div>
    </Center>
  )
}

function Unreadable() {
  const { t } = useTranslation()
  return (
    <Center h="100%">
      <div className={classes.nothing} role="status">
        <Text c="var(--waiting)">{t('studies:failed')}</Text>
        <Button variant="default" onClick={() => void queryClient.invalidateQueries(trpc.studies.list.pathFilter())}>
          {t('shell:noAnswer.retry')}
        </Button>
      </div>
    </Center>
  )
}

export function StudiesScreen() {
  const { t } = useTranslation()
  useKeptListState()
  const state = useListState()
  const { search, today, recent, modalities, reports = [], sort, descending, preview, ask, togglePreview } = state
  const [typed] = useDebouncedValue(search, TYPING)
  const now = useMinutes()
  const columns = useStudyColumns()
  const smartLists = useSmartLists(now)
  useSmartListCommands(smartLists)
  const [arranging, setArranging] = useState(false)
  const [range, setRange] = useState({ first: state.selected?.index ?? 0, last: (state.selected?.index ?? 0) + 40 })
  const pages = useStudyPages(
    { search: typed, today, recent, modalities, reports, sort, descending },
    now,
    range.first,
    range.last,
  )
  const searchField = useRef<HTMLInputElement>(null)
  const table = useRef<TableHandle>(null)
  const [importing, setImporting] = useState(false)
  const { selected, marked, select, moveBy, moveTo } = useSelection(
    pages,
    table,
    JSON.stringify({ typed, today, recent, modalities, reports }),
  )
  const noteRange = useCallback((first: number, last: number) => setRange({ first, last }), [])
  const openAt = useCallback(
    (at: number) => {
      select(at)
      const row = pages.rows.get(at)
      if (row) openStudy(row.StudyInstanceUID)
    },
    [pages, select],
  )
  const selectedRow = pages.rows.get(marked)
  const clear = () => ask(noFilter)
  const open = () => {
    if (selected !== null) openStudy(selected)
  }
  const focusSearch = () => {
    searchField.current?.focus()
    searchField.current?.select()
  }
  useTypeToSearch(searchField)
  useCommands(
    'studies',
    studiesCommands(
      {
        search: focusSearch,
        open,
        preview: togglePreview,
        previous: () => moveBy(-1),
        next: () => moveBy(1),
        pageUp: () => moveBy(-(table.current?.pageSize() ?? 1)),
        pageDown: () => moveBy(table.current?.pageSize() ?? 1),
        first: () => moveTo(0),
        last: () => moveTo((pages.total ?? 1) - 1),
        today: () => ask({ today: !today }),
        recent: () => ask({ recent: !recent }),
        toRead: () => ask({ reports: withReport(reports, 'none') }),
        lists: () => setArranging(true),
        nextList: () => smartLists.openBeside(1),
        previousList: () => smartLists.openBeside(-1),
        clear,
        archive: () => showInArchive(selectedRow?.PatientID ?? ''),
        send: () => {
          if (selected !== null) void sendStudy(selected)
        },
        pin: () => {
          if (selectedRow) void pinStudy(selectedRow)
        },
        import: () => setImporting(true),
        export: () => {
          if (selected !== null) askForExport(selected)
        },
      },
      [
        ...(selected === null ? (['open', 'archive', 'send', 'pin', 'export'] as const) : []),
        ...(isFiltered(state) ? [] : (['clear'] as const)),
        ...(smartLists.lists.length === 0 ? (['nextList', 'previousList'] as const) : []),
      ],
    ),
  )
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      if (search === '') table.current?.focus()
      else ask({ search: '' })
    } else if (event.key === 'ArrowDown' || (event.key === 'Enter' && selected === null)) {
      table.current?.focus()
      moveBy(event.key === 'ArrowDown' && marked >= 0 ? 1 : 0)
    } else if (event.key === 'Enter') open()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const empty = pages.total === 0 && !pages.stale
  // The rows of another question are no answer to this one.
  const isUnreadable = pages.stale && pages.error !== null
  return (
    <DropArea>
      <div className={classes.screen}>
        <div>
          <FilterBar
            now={now}
            total={isUnreadable ? null : pages.total}
            searchField={searchField}
            onSearchKey={onSearchKey}
          >
            <Tooltip label={t('studies:commands.import')}>
              <ActionIcon size={30} aria-label={t('studies:commands.import')} onClick={() => setImporting(true)}>
                <IconFileImport size={18} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
            <SmartListMenu smartLists={smartLists} opened={arranging} onChange={setArranging} />
            <ColumnMenu columns={columns} />
            <Tooltip label={t('studies:commands.preview')}>
              <ActionIcon
                size={30}
                aria-label={t('studies:commands.preview')}
                aria-pressed={preview}
                color={preview ? 'teal' : 'gray'}
                onClick={togglePreview}
              >
                <IconLayoutBottombar size={18} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          </FilterBar>
          <SmartListBar smartLists={smartLists} />
        </div>
        <div className={classes.list}>
          {isUnreadable ? (
            <Unreadable />
          ) : pages.total === null ? (
            <Center h="100%">
              <Loader size="sm" />
            </Center>
          ) : empty && !isFiltered(state) ? (
            <EmptyState />
          ) : empty ? (
            <NothingMatches onClear={clear} />
          ) : (
            <StudyTable
              columns={columns}
              pages={pages}
              now={now}
              selectedIndex={marked}
              handle={table}
              onRange={noteRange}
              onSelect={select}
              onOpen={openAt}
            />
          )}
        </div>
        {preview && !empty && !isUnreadable && pages.total !== null && <PreviewPane StudyInstanceUID={selected} />}
      </div>
      <div className={classes.panels}>
        <IntakePanels />
        <ExportPanels />
      </div>
      <IntakeDialog />
      <ExportDialog />
      <ImportDialog opened={importing} onClose={() => setImporting(false)} />
    </DropArea>
  )
}
