/** Lines above the screen for what a person must know now: the connection, and the station's lasting problems. */
import { ActionIcon, Button, Loader } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle, IconPlugConnectedX, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '../../main/contract/station.ts'
import { trpc } from '../services/client.ts'
import { useConnection } from '../services/connection.ts'
import { useWorkspace } from '../services/workspace.ts'
import classes from './banners.module.css'
import { placeOf } from './problem-list.tsx'
import { heaviestFirst, type Severity, severityOf } from './problem-severity.ts'

const icons: Record<Severity, ReactNode> = {
  danger: <IconAlertOctagon size={17} stroke={1.8} />,
  warning: <IconAlertTriangle size={17} stroke={1.8} />,
  notice: <IconInfoCircle size={17} stroke={1.8} />,
}

function Banner(props: {
  severity: Severity
  icon: ReactNode
  children: ReactNode
  action?: ReactNode
  onDismiss?: () => void
}) {
  const { t } = useTranslation()
  return (
    <div
      className={classes.banner}
      data-severity={props.severity}
      role={props.severity === 'danger' ? 'alert' : 'status'}
    >
      <span className={classes.icon} aria-hidden="true">
        {props.icon}
      </span>
      <span className={classes.text}>{props.children}</span>
      {props.action}
      {props.onDismiss && (
        <ActionIcon size={24} aria-label={t('shell:banner.hide')} onClick={props.onDismiss}>
          <IconX size={15} />
        </ActionIcon>
      )}
    </div>
  )
}

function ProblemBanner({ problem, onDismiss }: { problem: Problem; onDismiss(): void }) {
  const { t } = useTranslation()
  const go = useWorkspace((state) => state.go)
  const severity = severityOf[problem.code]
  const place = placeOf[problem.code]
  return (
    <Banner
      severity={severity}
      icon={icons[severity]}
      {...(severity === 'danger' ? {} : { onDismiss })}
      action={
        place && (
          <Button size="compact-xs" variant="default" onClick={() => go(place)}>
            {t(`problems:${problem.code}.action`)}
          </Button>
        )
      }
    >
      <strong>{t(`problems:${problem.code}.title`)}</strong> {t(`problems:${problem.code}.text`)}
    </Banner>
  )
}

/** Shown while the station does not answer, a moment after it stopped doing so: a short hiccup shows nothing. */
function ConnectionBanner() {
  const { t } = useTranslation()
  const lostAt = useConnection((state) => (state.connection === 'lost' ? state.lostAt : null))
  const [shownFor, setShownFor] = useState<number | null>(null)
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (lostAt === null) return
    const timers = [setTimeout(() => setShownFor(lostAt), 700), setTimeout(() => setLasting(true), 20_000)]
    return () => {
      for (const timer of timers) clearTimeout(timer)
      setLasting(false)
    }
  }, [lostAt])
  if (lostAt === null || shownFor !== lostAt) return null
  return (
    <Banner severity="danger" icon={<IconPlugConnectedX size={17} />} action={<Loader size={14} color="gray" />}>
      <strong>{t('shell:connection.lost')}</strong> {t(lasting ? 'shell:connection.lasting' : 'shell:connection.kept')}
    </Banner>
  )
}

export function Banners() {
  const problems = useQuery(trpc.station.status.queryOptions({})).data?.problems ?? []
  const [dismissed, setDismissed] = useState<readonly string[]>([])
  const idOf = (problem: Problem) => `${problem.code} ${problem.since}`
  return (
    <div className={classes.stack}>
      <ConnectionBanner />
      {heaviestFirst(problems)
        .filter((problem) => !dismissed.includes(idOf(problem)))
        .map((problem) => (
          <ProblemBanner
            key={idOf(problem)}
            problem={problem}
            onDismiss={() => setDismissed([...dismissed, idOf(problem)])}
          />
        ))}
    </div>
  )
}
