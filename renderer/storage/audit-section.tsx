/** The audit log: what happened, newest first, by kind, day and person; and whether it is as it was written. */
import { Button, NativeSelect, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconAlertTriangle } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AuditEntry, type AuditKind, auditKind } from '../../main/contract/audit.ts'
import { displayText } from '../../main/dicom/index.ts'
import { stationClient, trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { dateOf } from '../ui/typed-date.ts'
import { patientsOf, useAuditDetails, whoOf } from './audit-words.ts'
import classes from './storage-screen.module.css'

const PAGE = 50
/** How long typing rests before the log is searched, ms. */
const TYPING = 250

/** The first moments of a typed day, local, and of the next, as ISO 8601 instants; nulls when it is none. */
export function dayBounds(typed: string): { from: string | null; to: string | null } {
  const day = dateOf(typed)
  if (!day) return { from: null, to: null }
  const first = new Date(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6)))
  const next = new Date(first)
  next.setDate(next.getDate() + 1)
  return { from: first.toISOString(), to: next.toISOString() }
}

function EntryLine({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation()
  const format = useFormat()
  const details = useAuditDetails()
  return (
    <Table.Tr>
      <Table.Td className={classes.number}>{format.number(entry.seq)}</Table.Td>
      <Table.Td className={classes.tight}>{format.exactInstant(entry.EventDateTime)}</Table.Td>
      <Table.Td className={entry.EventOutcomeIndicator === 0 ? classes.tight : classes.failed}>
        {t(`storage:audit.kind.${entry.kind}`)}
        {entry.EventOutcomeIndicator !== 0 && (
          <span title={t('storage:audit.notWhole')}>
            {' '}
            <IconAlertTriangle size={13} stroke={1.8} aria-hidden="true" className={classes.sign} />
            <VisuallyHidden component="span">{t('storage:audit.notWhole')}</VisuallyHidden>
          </span>
        )}
      </Table.Td>
      <Table.Td className={classes.name}>
        <SafeText text={whoOf(entry)} max={120} />
      </Table.Td>
      <Table.Td className={classes.patients}>
        <SafeText text={patientsOf(entry)} max={160} />
      </Table.Td>
      <Table.Td className={classes.details}>
        <bdi>{displayText(details(entry).join(' · '), 400)}</bdi>
      </Table.Td>
    </Table.Tr>
  )
}

function Verdict() {
  const { t } = useTranslation()
  const format = useFormat()
  const verify = useMutation({ mutationFn: () => stationClient.audit.verify.query({}) })
  const { data } = verify
  return (
    <div className={classes.row}>
      <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
        {t('storage:audit.verify')}
      </Button>
      {verify.isError && <Text c="var(--waiting)">{t('storage:failed')}</Text>}
      {data && (
        <Text
          role="status"
          c={data.fault ? 'var(--danger)' : data.breaks.length > 0 ? 'var(--waiting)' : 'var(--done)'}
        >
          {data.fault
            ? t(`storage:audit.fault.${data.fault.reason}`, { seq: format.number(data.fault.seq) })
            : t('storage:audit.intact', { count: data.entries, number: format.number(data.entries) })}{' '}
          {data.breaks.length > 0 && t('storage:audit.breaks', { seq: data.breaks.slice(0, 10).join(', ') })}
        </Text>
      )}
    </div>
  )
}

const columns = ['number', 'when', 'what', 'who', 'patient', 'details'] as const

export function AuditSection() {
  const { t } = useTranslation()
  const [kind, setKind] = useState<AuditKind | ''>('')
  const [day, setDay] = useState('')
  const [person, setPerson] = useState('')
  const [patient, setPatient] = useState('')
  const [askedPatient] = useDebouncedValue(patient, TYPING)
  /** The pages before this one: each begins before this entry. */
  const [pages, setPages] = useState<readonly number[]>([])
  const filtered = (change: () => void) => {
    change()
    setPages([])
  }
  const answer = useQuery({
    ...trpc.audit.entries.queryOptions({
      kind: kind || null,
      ...dayBounds(day),
      person: person || null,
      patient: askedPatient.trim() || null,
      before: pages.at(-1) ?? null,
      limit: PAGE,
    }),
    placeholderData: keepPreviousData,
    // Nothing tells of entries: each look is a new one.
    staleTime: 0,
  })
  const persons = useQuery({ ...trpc.audit.persons.queryOptions({}), staleTime: 0 }).data ?? []
  const { entries = [], isMore = false } = answer.data ?? {}
  const last = entries.at(-1)?.seq
  return (
    <div className={classes.section}>
      <Text c="dimmed">{t('storage:audit.rule')}</Text>
      <Verdict />
      <div className={classes.fields}>
        <NativeSelect
          label={t('storage:audit.what')}
          value={kind}
          onChange={({ currentTarget: { value } }) =>
            filtered(() => setKind(auditKind.options.find((one) => one === value) ?? ''))
          }
          data={[
            { value: '', label: t('storage:audit.all') },
            ...auditKind.options.map((value) => ({ value, label: t(`storage:audit.kind.${value}`) })),
          ]}
        />
        <TextInput
          label={t('storage:audit.day')}
          value={day}
          maxLength={10}
          placeholder={t('common:date.typed')}
          error={dateOf(day) === null && t('common:date.bad')}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget: { value } }) => filtered(() => setDay(value))}
        />
        <NativeSelect
          label={t('storage:audit.who')}
          value={person}
          onChange={({ currentTarget: { value } }) => filtered(() => setPerson(value))}
          data={[
            { value: '', label: t('storage:audit.everybody') },
            ...persons.map(({ UserID, UserName }) => ({ value: UserID, label: UserName || UserID })),
          ]}
        />
        <TextInput
          label={t('storage:audit.patient')}
          value={patient}
          maxLength={200}
          placeholder={t('storage:audit.patientWords')}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget: { value } }) => filtered(() => setPatient(value))}
        />
      </div>
      {answer.isError && <Text c="var(--waiting)">{t('storage:failed')}</Text>}
      {answer.data !== undefined && entries.length === 0 && <Text c="dimmed">{t('storage:audit.empty')}</Text>}
      {entries.length > 0 && (
        <Table className={classes.table} stickyHeader aria-label={t('storage:audit.table')}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} className={column === 'number' ? classes.number : undefined}>
                  {t(`storage:audit.${column}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {entries.map((entry) => (
              <EntryLine key={entry.seq} entry={entry} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {(pages.length > 0 || isMore) && (
        <div className={classes.row}>
          <Button variant="default" disabled={pages.length === 0} onClick={() => setPages(pages.slice(0, -1))}>
            {t('storage:audit.newer')}
          </Button>
          <Button
            variant="default"
            disabled={!isMore || last === undefined}
            onClick={() => last !== undefined && setPages([...pages, last])}
          >
            {t('storage:audit.older')}
          </Button>
        </div>
      )}
    </div>
  )
}
