/** What came in by the network lately: one line an association, with what was refused and why. */
import { Group, Loader, ScrollArea, Table, Text, Tooltip } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ReceiverEvent, StationStatus } from '../../main/contract/station.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { useReasonWords } from '../ui/reason-words.ts'
import { SafeText } from '../ui/safe-text.tsx'
import classes from './receiver-history.module.css'

function Reasons({ reasons }: { reasons: ReceiverEvent['reasons'] }) {
  const words = useReasonWords()
  return reasons.map(({ code, count, detail }) => (
    <Tooltip key={code} label={detail} disabled={detail === ''}>
      <div>
        {words('reason', code)}
        {count > 1 && ` × ${count}`}
      </div>
    </Tooltip>
  ))
}

function Row({ event }: { event: ReceiverEvent }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Table.Tr>
      <Table.Td className={classes.tight}>{format.instant(event.at)}</Table.Td>
      <Table.Td>
        <SafeText text={event.callingAETitle || '–'} max={40} />
        <Text span c="dimmed" size="xs" ml={6}>
          <bdi>{event.remoteAddress}</bdi>
          {event.via === 'dicom-web' && ' · DICOMweb'}
        </Text>
      </Table.Td>
      <Table.Td data-outcome={event.outcome} className={classes.outcome}>
        {t(`shell:receiver.outcome.${event.outcome}`)}
      </Table.Td>
      <Table.Td ta="right">{format.number(event.stored)}</Table.Td>
      <Table.Td ta="right">{format.number(event.duplicates)}</Table.Td>
      <Table.Td ta="right">{format.number(event.versions)}</Table.Td>
      <Table.Td ta="right">{format.number(event.failed)}</Table.Td>
      <Table.Td className={classes.reasons}>
        <Reasons reasons={event.reasons} />
      </Table.Td>
    </Table.Tr>
  )
}

export function ReceiverHistory({ receiver }: { receiver: StationStatus['receiver'] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const history = useQuery({ ...trpc.station.receiverHistory.queryOptions({}), staleTime: 0 })
  return (
    <div className={classes.panel}>
      <Group justify="space-between" className={classes.head}>
        <Text fw={600}>{t('shell:receiver.title')}</Text>
        <Text c="dimmed">
          {t('shell:receiver.summary', {
            address: `${receiver.address}:${receiver.port}`,
            stored: t('shell:receiver.storedCount', { count: receiver.stored, number: format.number(receiver.stored) }),
            refused: t('shell:receiver.refusedCount', {
              count: receiver.refused,
              number: format.number(receiver.refused),
            }),
          })}
        </Text>
      </Group>
      {history.data === undefined ? (
        history.isError ? (
          <Text p="lg" c="var(--waiting)">
            {t('shell:receiver.unreadable')}
          </Text>
        ) : (
          <Loader size="sm" m="lg" />
        )
      ) : history.data.length === 0 ? (
        <Text p="lg" c="dimmed">
          {t('shell:receiver.empty')}
        </Text>
      ) : (
        <ScrollArea.Autosize mah="50vh">
          <Table className={classes.table} stickyHeader verticalSpacing={5}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('shell:receiver.at')}</Table.Th>
                <Table.Th>{t('shell:receiver.sender')}</Table.Th>
                <Table.Th>{t('shell:receiver.ended')}</Table.Th>
                <Table.Th ta="right">{t('shell:receiver.stored')}</Table.Th>
                <Table.Th ta="right">{t('shell:receiver.duplicates')}</Table.Th>
                <Table.Th ta="right">{t('shell:receiver.versions')}</Table.Th>
                <Table.Th ta="right">{t('shell:receiver.failed')}</Table.Th>
                <Table.Th>{t('shell:receiver.reasons')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {history.data.map((event) => (
                <Row key={`${event.at} ${event.remoteAddress} ${event.callingAETitle}`} event={event} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      )}
    </div>
  )
}
