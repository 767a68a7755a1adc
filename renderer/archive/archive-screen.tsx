/** The territory's archive: search it and bring studies back, what is on its way here, and what goes there. */
import { Button, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ArchiveStatus } from '../../main/contract/archive.ts'
import { stationClient, trpc } from '../services/client.ts'
import { type ArchiveSection, useWorkspace } from '../services/workspace.ts'
import { useCommands } from '../shell/use-commands.ts'
import { useFormat } from '../ui/format.ts'
import { SectionScreen } from '../ui/section-screen.tsx'
import { archiveCommands } from './archive-commands.ts'
import classes from './archive-screen.module.css'
import { FaultLine } from './fault-line.tsx'
import { OutboxSection } from './outbox-section.tsx'
import { RetrievalsSection } from './retrievals-section.tsx'
import { SearchSection } from './search-section.tsx'

const sections: readonly ArchiveSection[] = ['search', 'retrievals', 'outbox']

const countOf = (section: ArchiveSection, status: ArchiveStatus | undefined): number =>
  section === 'retrievals'
    ? (status?.retrieving ?? 0)
    : section === 'outbox'
      ? (status?.outbox.waiting ?? 0) + (status?.outbox.failed ?? 0)
      : 0

/** Nothing is set up: says what an archive is for, and leads to the settings. */
function NotSetUp() {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  return (
    <div className={classes.empty}>
      <Title order={2}>{t('archive:notSetUp.title')}</Title>
      <Text c="dimmed">{t('archive:notSetUp.text')}</Text>
      <Button onClick={() => go({ name: 'settings', group: 'archive' })}>{t('archive:notSetUp.action')}</Button>
    </div>
  )
}

export function ArchiveScreen({ section, PatientID }: { section: ArchiveSection; PatientID: string }) {
  const { t } = useTranslation()
  const format = useFormat()
  const go = useWorkspace((state) => state.go)
  const status = useQuery(trpc.archive.status.queryOptions({})).data
  const live = useQuery(trpc.station.status.queryOptions({})).data?.archive ?? status
  const field = useRef<HTMLInputElement>(null)
  const show = (name: ArchiveSection) => go({ name: 'archive', section: name, PatientID })
  useCommands(
    'archive',
    archiveCommands({
      search: () => {
        if (section === 'search') field.current?.focus()
        else show('search')
      },
      retrievals: () => show('retrievals'),
      outbox: () => show('outbox'),
      // What could not be tried again stays in the outbox with its reason.
      retryAll: () => void stationClient.archive.retry.mutate({ itemId: null }).catch(() => undefined),
      setUp: () => go({ name: 'settings', group: 'archive' }),
    }),
  )
  const contents: Record<ArchiveSection, () => ReactNode> = {
    search: () => <SearchSection key={PatientID} PatientID={PatientID} firstField={field} />,
    retrievals: () => <RetrievalsSection onSearch={() => show('search')} />,
    outbox: () => <OutboxSection />,
  }
  const isWithout = live?.name === null
  // What waits for an archive is told also while there is none.
  const isWaiting = section === 'outbox' && countOf('outbox', live) > 0
  return (
    <SectionScreen
      title={t('archive:title')}
      label={t('archive:sections')}
      sections={sections}
      shown={section}
      labelOf={(name) => {
        const count = countOf(name, live)
        return (
          <>
            {t(`archive:section.${name}`)}
            {count > 0 && <span className={classes.count}>{format.shortNumber(count)}</span>}
          </>
        )
      }}
      onShow={show}
      beside={
        live &&
        live.name !== null && (
          <span className={classes.reach} data-reachable={live.reachable}>
            <span className={classes.dot} aria-hidden="true" />
            <bdi>{live.name}</bdi>
            <span className={classes.dim}>{t(`archive:reachable.${live.reachable}`)}</span>
          </span>
        )
      }
      notice={
        <>
          {live?.fault && live.reachable === 'no' && section !== 'search' && (
            <div className={classes.fault}>
              <FaultLine fault={live.fault} detail="" />
            </div>
          )}
          {isWithout && isWaiting && (
            <div className={classes.fault}>
              <FaultLine fault="not-configured" detail="" />
              <Button onClick={() => go({ name: 'settings', group: 'archive' })}>{t('archive:notSetUp.action')}</Button>
            </div>
          )}
        </>
      }
    >
      {isWithout && section !== 'retrievals' && !isWaiting ? <NotSetUp /> : contents[section]()}
    </SectionScreen>
  )
}
