/** All attributes of one instance, searchable: what the object itself says. */
import { CloseButton, Loader, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState } from 'react'
import { trpc } from '../../services/client.ts'
import { useWriting } from '../use-writing.ts'
import { type AttributeRow, attributeRows, searchRows } from './attribute-rows.ts'
import classes from './header-browser.module.css'

const ROW = 24
const INDENT = 14

/** Reads the attributes of the instance and lists them; `autoFocus` puts the caret into the search. */
export function HeaderBrowser({ instanceKey, autoFocus = false }: { instanceKey: number; autoFocus?: boolean }) {
  const w = useWriting()
  const [search, setSearch] = useState('')
  const answer = useQuery(trpc.viewer.attributes.queryOptions({ instanceKey }))
  const rows = useMemo(() => attributeRows(answer.data?.attributes ?? {}), [answer.data])
  const found = useMemo(() => searchRows(rows, search), [rows, search])
  return (
    <div className={classes.browser}>
      <div className={classes.search}>
        <TextInput
          size="xs"
          value={search}
          data-autofocus={autoFocus || undefined}
          autoFocus={autoFocus}
          onChange={(event) => setSearch(event.currentTarget.value)}
          placeholder={w.t('header.search')}
          aria-label={w.t('header.search')}
          leftSection={<IconSearch size={14} />}
          rightSection={
            search && <CloseButton size={24} onClick={() => setSearch('')} aria-label={w.t('header.clear')} />
          }
        />
        <span className={classes.count}>
          {w.t('header.count', { count: found.length, number: w.number(found.length) })}
        </span>
      </div>
      {answer.isPending && <Loader size="sm" m="auto" />}
      {answer.isError && <p className={classes.message}>{w.t('header.unreadable')}</p>}
      {answer.isSuccess && found.length === 0 && <p className={classes.message}>{w.t('header.nothing')}</p>}
      {answer.isSuccess && found.length > 0 && <Rows rows={found} />}
    </div>
  )
}

function Rows({ rows }: { rows: readonly AttributeRow[] }) {
  const w = useWriting()
  const scroller = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
    initialRect: { width: 600, height: 600 },
  })
  const special = (row: AttributeRow): string => {
    if (row.items !== null) return w.t('header.items', { count: row.items })
    if (!row.binary) return ''
    return row.binary.bytes === null
      ? w.t('header.binary')
      : w.t('header.bytes', { count: row.binary.bytes, number: w.number(row.binary.bytes) })
  }
  const shown = list.getVirtualItems()
  const before = shown[0]?.start ?? 0
  const after = list.getTotalSize() - (shown.at(-1)?.end ?? 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} className={classes.scroller} data-selectable tabIndex={0} aria-label={w.t('header.title')}>
      <table className={classes.table} aria-rowcount={rows.length}>
        <tbody>
          <Spacer height={before} />
          {shown.map(({ index }) => {
            const row = rows[index]
            if (!row) return null
            return (
              <tr key={row.key} aria-rowindex={index + 1} data-even={index % 2 === 0}>
                <td className={classes.tag}>{row.tag}</td>
                <td
                  className={classes.keyword}
                  style={{ paddingLeft: INDENT * row.depth + INDENT / 2 }}
                  title={row.keyword}
                >
                  {row.keyword || w.t('header.private')}
                </td>
                <td className={classes.vr}>{row.vr}</td>
                <td className={classes.value} title={row.value}>
                  <bdi>{row.value || <em>{special(row)}</em>}</bdi>
                </td>
              </tr>
            )
          })}
          <Spacer height={after} />
        </tbody>
      </table>
    </section>
  )
}

/** Stands for the rows that are not drawn. */
const Spacer = ({ height }: { height: number }) =>
  height > 0 ? (
    <tr>
      <td style={{ height, padding: 0 }} />
    </tr>
  ) : null
