/** Above the list: title with the count, search as you type, quick filters with counts, the columns. */
import { CloseButton, TextInput, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { displayText } from '../../main/dicom/index.ts'
import { trpc } from '../services/client.ts'
import { toDA, useFormat } from '../ui/format.ts'
import { isImaging } from '../ui/modalities.ts'
import classes from './filter-bar.module.css'
import { reportStates, useListState, withReport } from './list-state.ts'
import { reportStateWord } from './report-state-word.ts'
import { recentSince } from './use-study-pages.ts'

/** Modalities that have a chip of their own; the rest is found by the search or the column. */
const MAX_MODALITY_CHIPS = 8

function Chip(props: { label: string; count: number | undefined; pressed: boolean; title?: string; onToggle(): void }) {
  const format = useFormat()
  return (
    <UnstyledButton className={classes.chip} aria-pressed={props.pressed} title={props.title} onClick={props.onToggle}>
      <span>{props.label}</span>
      {props.count !== undefined && <span className={classes.count}>{format.shortNumber(props.count)}</span>}
    </UnstyledButton>
  )
}

interface FilterBarProps {
  now: number
  total: number | null
  searchField: RefObject<HTMLInputElement | null>
  onSearchKey(event: KeyboardEvent<HTMLInputElement>): void
  children: ReactNode
}

export function FilterBar({ now, total, searchField, onSearchKey, children }: FilterBarProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { search, today, recent, modalities, reports = [], ask } = useListState()
  const input = { today: toDA(new Date(now)), receivedSince: recentSince(now) }
  const counts = useQuery({
    ...trpc.studies.counts.queryOptions(input),
    placeholderData: (previous) => previous,
  }).data
  const toggleModality = (Modality: string) =>
    ask({
      modalities: modalities.includes(Modality)
        ? modalities.filter((one) => one !== Modality)
        : [...modalities, Modality],
    })
  const wordOf = reportStateWord(t)
  const offered = (counts?.modalities ?? []).filter(({ Modality }) => isImaging(Modality)).slice(0, MAX_MODALITY_CHIPS)
  const chosenElsewhere = modalities
    .filter((Modality) => !offered.some((one) => one.Modality === Modality))
    .map((Modality) => ({ Modality, count: undefined }))
  return (
    <search className={classes.bar}>
      <h1 className={classes.title}>
        {t('studies:title')}
        {total !== null && <span className={classes.total}>{format.number(total)}</span>}
      </h1>
      <TextInput
        ref={searchField}
        className={classes.search}
        value={search}
        onChange={(event) => ask({ search: event.currentTarget.value })}
        onKeyDown={onSearchKey}
        placeholder={t('studies:search.placeholder')}
        aria-label={t('studies:search.label')}
        leftSection={<IconSearch size={16} stroke={1.6} />}
        rightSection={
          search !== '' && <CloseButton size="sm" aria-label={t('common:clear')} onClick={() => ask({ search: '' })} />
        }
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
      />
      <fieldset className={classes.chips} aria-label={t('studies:filter.label')}>
        <Chip
          label={t('studies:filter.today')}
          count={counts?.today}
          pressed={today}
          onToggle={() => ask({ today: !today })}
        />
        <Chip
          label={t('studies:filter.recent')}
          title={t('studies:filter.recentTitle')}
          count={counts?.receivedRecently}
          pressed={recent}
          onToggle={() => ask({ recent: !recent })}
        />
        {reportStates.map((state) => {
          const count = counts?.reports.find((one) => one.state === state)?.count ?? 0
          const isPressed = reports.includes(state)
          if (state !== 'none' && count === 0 && !isPressed) return null
          return (
            <Chip
              key={state}
              label={wordOf(state)}
              title={t(state === 'none' ? 'studies:filter.toReadTitle' : 'studies:filter.reportTitle')}
              count={counts && count}
              pressed={isPressed}
              onToggle={() => ask({ reports: withReport(reports, state) })}
            />
          )
        })}
        {[...offered, ...chosenElsewhere].map(({ Modality, count }) => (
          <Chip
            key={Modality}
            label={displayText(Modality, 8)}
            count={count}
            pressed={modalities.includes(Modality)}
            onToggle={() => toggleModality(Modality)}
          />
        ))}
      </fieldset>
      <div className={classes.end}>{children}</div>
    </search>
  )
}
