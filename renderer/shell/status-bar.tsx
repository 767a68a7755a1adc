/** The line at the bottom: what the receiver does, how full the cache is, what is wrong, and what this program is not. */
import { Popover, Text, Tooltip, UnstyledButton } from '@mantine/core'
import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconArchive,
  IconCircleCheck,
  IconDatabase,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StationStatus } from '../../main/contract/station.ts'
import { trpc } from '../services/client.ts'
import { useConnection } from '../services/connection.ts'
import { useWorkspace } from '../services/workspace.ts'
import { useFormat } from '../ui/format.ts'
import { furthestBehind } from '../ui/outbox-state.tsx'
import { ProblemList } from './problem-list.tsx'
import { severityOf } from './problem-severity.ts'
import { ReceiverHistory } from './receiver-history.tsx'
import classes from './status-bar.module.css'

function StatusPopover(props: { label: string; content(close: () => void): ReactNode; children: ReactNode }) {
  const { label, content, children } = props
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" offset={6} trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes.item}
          aria-label={label}
          aria-expanded={opened}
          onClick={() => setOpened(!opened)}
        >
          {children}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.popover}>
        {/* Takes the focus, so that Escape closes it although it may hold nothing to press. */}
        <div tabIndex={-1} data-autofocus className={classes.popoverContent}>
          {opened && content(() => setOpened(false))}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function ReceiverItem({ receiver }: { receiver: StationStatus['receiver'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const busy = receiver.rate > 0 || receiver.associations > 0
  const state = !receiver.listening
    ? t('shell:status.notListening')
    : receiver.rate > 0
      ? t('shell:status.receiving', { count: receiver.rate, number: format.rate(receiver.rate) })
      : t('shell:status.listening')
  const name = `${receiver.aeTitle}:${receiver.port}`
  return (
    <StatusPopover
      label={t('shell:status.receiverLabel', { name, state })}
      content={() => <ReceiverHistory receiver={receiver} />}
    >
      <span
        className={classes.dot}
        data-state={receiver.listening ? (busy ? 'busy' : 'idle') : 'stopped'}
        aria-hidden="true"
      />
      <bdi>{name}</bdi>
      <span className={classes.dim}>{state}</span>
    </StatusPopover>
  )
}

function CacheItem({ cache }: { cache: StationStatus['cache'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const go = useWorkspace((state) => state.go)
  const free = cache.diskBytes > 0 ? cache.diskFreeBytes / cache.diskBytes : 1
  return (
    <Tooltip
      label={t('shell:status.cacheDetail', {
        count: cache.studies,
        studies: format.number(cache.studies),
        objects: t('common:objects', { count: cache.instances, number: format.number(cache.instances) }),
        bytes: format.bytes(cache.bytes),
        free: format.bytes(cache.diskFreeBytes),
        disk: format.bytes(cache.diskBytes),
      })}
    >
      <UnstyledButton
        className={classes.item}
        data-warn={free < 0.05}
        onClick={() => go({ name: 'storage', section: 'space' })}
      >
        <IconDatabase size={14} stroke={1.6} aria-hidden="true" />
        {t('shell:status.cache', { bytes: format.bytes(cache.bytes) })}
        <span className={classes.dim}>{t('shell:status.free', { ratio: format.percent(free) })}</span>
      </UnstyledButton>
    </Tooltip>
  )
}

/** What still has to go there, or failed to; then, with nothing of that, what waits for its proof. */
const toTell = ({ waiting, sent, failed }: StationStatus['archive']['outbox']) =>
  failed + waiting > 0 ? ({ failed, waiting } as const) : ({ sent } as const)

/** The archive: whether it answers, and what still has to go there; a click leads to the outbox. */
function ArchiveItem({ archive }: { archive: StationStatus['archive'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const go = useWorkspace((state) => state.go)
  if (archive.name === null && furthestBehind(archive.outbox) === null) return null
  const said =
    Object.entries(toTell(archive.outbox))
      .filter(([, count]) => count > 0)
      .map(([state, count]) => t(`shell:status.archive.${state}`, { count, number: format.number(count) }))
      .join(' · ') || t('shell:status.archiveDone')
  const name = archive.name ?? t('shell:status.noArchive')
  const state = [
    ...(archive.reachable === 'no' ? [t('shell:status.archiveSilent')] : []),
    said,
    ...(archive.retrieving > 0 ? [t('shell:status.retrieving', { count: archive.retrieving })] : []),
  ].join(' · ')
  return (
    <UnstyledButton
      className={classes.item}
      data-warn={archive.outbox.failed > 0 || archive.reachable === 'no' || archive.name === null}
      aria-label={t('shell:status.archiveLabel', { name, state })}
      onClick={() => go({ name: 'archive', section: 'outbox', PatientID: '' })}
    >
      <IconArchive size={14} stroke={1.6} aria-hidden="true" />
      <bdi>{name}</bdi>
      <span className={classes.dim}>{state}</span>
    </UnstyledButton>
  )
}

function ProblemsItem({ problems }: { problems: StationStatus['problems'] }) {
  const { t } = useTranslation()
  if (problems.length === 0)
    return (
      <span className={classes.item}>
        <IconCircleCheck size={14} stroke={1.6} className={classes.done} aria-hidden="true" />
        {t('shell:status.noProblem')}
      </span>
    )
  const label = t('shell:status.problems', { count: problems.length })
  const isDanger = problems.some(({ code }) => severityOf[code] === 'danger')
  const Icon = isDanger ? IconAlertOctagon : IconAlertTriangle
  return (
    <StatusPopover label={label} content={(close) => <ProblemList problems={problems} onLeave={close} />}>
      <Icon size={14} stroke={1.8} className={isDanger ? classes.danger : classes.waiting} aria-hidden="true" />
      {label}
    </StatusPopover>
  )
}

export function StatusBar() {
  const { t } = useTranslation()
  const { data: status, isError } = useQuery(trpc.station.status.queryOptions({}))
  const connection = useConnection((state) => state.connection)
  return (
    <section className={classes.bar} aria-label={t('shell:status.label')}>
      {connection !== 'open' && (
        <span className={classes.item} data-warn>
          <IconPlugConnectedX size={14} stroke={1.6} aria-hidden="true" />
          {t('shell:status.disconnected')}
        </span>
      )}
      {isError && !status && connection === 'open' && (
        <span className={classes.item} data-warn>
          <IconAlertTriangle size={14} stroke={1.8} aria-hidden="true" />
          {t('shell:status.unreadable')}
        </span>
      )}
      {/* Without the station nothing of this is known any more. */}
      {status && connection === 'open' && (
        <>
          <ReceiverItem receiver={status.receiver} />
          <ArchiveItem archive={status.archive} />
          <CacheItem cache={status.cache} />
          <ProblemsItem problems={status.problems} />
        </>
      )}
      <Tooltip label={t('shell:status.notADeviceDetail')}>
        <Text component="span" className={classes.notice}>
          {t('shell:status.notADevice')}
        </Text>
      </Tooltip>
    </section>
  )
}
