/** What goes to the archive, object by object: waiting, sent, archived, or why not. */
import { Button, SegmentedControl, Table, Text } from '@mantine/core'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutboxItem } from '../../main/contract/archive.ts'
import { SOPClassUIDs, sopClassName } from '../../main/dicom/index.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { OutboxStateWord } from '../ui/outbox-state.tsx'
import { PatientWords } from '../ui/patient-words.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import classes from './archive-screen.module.css'
import { FaultLine } from './fault-line.tsx'

const PAGE = 100

const choices = {
  open: ['waiting', 'sending', 'sent', 'failed'],
  failed: ['failed'],
  archived: ['archived'],
} as const satisfies Record<string, readonly OutboxItem['state'][]>
type Choice = keyof typeof choices

/** What a signed report is made of, in a reader's words; anything else is told by the standard's name. */
const documentNames: Readonly<Record<string, 'SR' | 'PDF' | 'KO'>> = {
  [SOPClassUIDs.ComprehensiveSRStorage]: 'SR',
  [SOPClassUIDs.Comprehensive3DSRStorage]: 'SR',
  [SOPClassUIDs.EncapsulatedPDFStorage]: 'PDF',
  [SOPClassUIDs.KeyObjectSelectionDocumentStorage]: 'KO',
}

function ItemLine({ item }: { item: OutboxItem }) {
  const { t } = useTranslation()
  const format = useFormat()
  const retry = useMutation(trpc.archive.retry.mutationOptions())
  const name = documentNames[item.SOPClassUID]
  return (
    <Table.Tr>
      <Table.Td>
        <OutboxStateWord state={item.state === 'sending' ? 'waiting' : item.state} />
      </Table.Td>
      <Table.Td className={classes.patient}>
        <PatientWords name={item.PatientName} PatientID={item.PatientID} />
      </Table.Td>
      <Table.Td>
        <SafeText text={item.StudyDescription} max={60} />
      </Table.Td>
      <Table.Td className={classes.tight}>
        {name ? t(`archive:object.${name}`) : sopClassName(item.SOPClassUID)}
      </Table.Td>
      <Table.Td className={classes.tight}>{format.bytes(item.bytes)}</Table.Td>
      <Table.Td className={classes.tight}>{format.instant(item.archivedAt ?? item.sentAt ?? item.queuedAt)}</Table.Td>
      <Table.Td className={classes.reason}>
        {item.fault && <FaultLine fault={item.fault} detail={item.detail} />}
        {item.nextAttemptAt && item.attempts > 0 && item.state !== 'archived' && (
          <Text c="dimmed" size="xs">
            {t('archive:outbox.next', { at: format.instant(item.nextAttemptAt), count: item.attempts })}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.actions}>
        {item.state === 'failed' && (
          <Button variant="default" loading={retry.isPending} onClick={() => retry.mutate({ itemId: item.itemId })}>
            {t('archive:outbox.retry')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

export function OutboxSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const [choice, setChoice] = useState<Choice>('open')
  const [offset, setOffset] = useState(0)
  const retryAll = useMutation(trpc.archive.retry.mutationOptions())
  const answer = useQuery({
    ...trpc.archive.outbox.queryOptions({ states: [...choices[choice]], offset, limit: PAGE }),
    placeholderData: keepPreviousData,
  })
  const counts = useQuery(trpc.station.status.queryOptions({})).data?.archive.outbox
  const items = answer.data?.items ?? []
  const total = answer.data?.total ?? 0
  return (
    <div className={classes.section}>
      <div className={classes.choices}>
        <SegmentedControl
          aria-label={t('archive:outbox.show')}
          value={choice}
          data={(Object.keys(choices) as Choice[]).map((value) => ({
            value,
            label: t(`archive:outbox.choice.${value}`),
          }))}
          onChange={(value) => {
            setChoice(value as Choice)
            setOffset(0)
          }}
        />
        {counts && (
          <Text c="dimmed" role="status">
            {(['waiting', 'sent', 'archived', 'failed'] as const)
              .map((state) =>
                t(`archive:outbox.counts.${state}`, { count: counts[state], number: format.number(counts[state]) }),
              )
              .join(' · ')}
          </Text>
        )}
        {(counts?.failed ?? 0) > 0 && (
          <Button variant="default" loading={retryAll.isPending} onClick={() => retryAll.mutate({ itemId: null })}>
            {t('archive:commands.retryAll')}
          </Button>
        )}
      </div>
      {answer.isError && <Text c="var(--waiting)">{t('archive:search.failed')}</Text>}
      {answer.data !== undefined && items.length === 0 && (
        <Text c="dimmed">{t(`archive:outbox.nothing.${choice}`)}</Text>
      )}
      {items.length > 0 && (
        <Table className={classes.table} stickyHeader aria-label={t('archive:section.outbox')}>
          <Table.Thead>
            <Table.Tr>
              {(['state', 'patient', 'description', 'object', 'size', 'at', 'reason'] as const).map((column) => (
                <Table.Th key={column}>{t(`archive:column.${column}`)}</Table.Th>
              ))}
              <Table.Th aria-label={t('archive:column.actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <ItemLine key={item.itemId} item={item} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {total > PAGE && (
        <div className={classes.form}>
          <Button variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
            {t('archive:outbox.earlier')}
          </Button>
          <Text>
            {t('archive:outbox.range', {
              first: format.number(offset + 1),
              last: format.number(offset + items.length),
              total: format.number(total),
            })}
          </Text>
          <Button variant="default" disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
            {t('archive:outbox.later')}
          </Button>
        </div>
      )}
    </div>
  )
}
