/** Whether what is stored is intact: how far the check is, and the objects that it found damaged with what mends them. */
import { Button, Table, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DamagedObject } from '../../main/contract/integrity.ts'
import { sopClassName } from '../../main/dicom/index.ts'
import { queryClient, trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { notify } from '../ui/notify.ts'
import { PackDamage } from './pack-damage.tsx'
import classes from './storage-screen.module.css'
import { StudyOfObject } from './study-of-object.tsx'

/** How often the progress is asked for while it is looked at, ms. */
const REFRESH = 2000

function ObjectLine({ object }: { object: DamagedObject }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Table.Tr>
      <StudyOfObject {...object} />
      <Table.Td>{sopClassName(object.SOPClassUID)}</Table.Td>
      <Table.Td>{t(`storage:integrity.${object.reason}`)}</Table.Td>
      <Table.Td className={classes.tight}>{format.instant(object.foundAt)}</Table.Td>
      <Table.Td>{t(object.isArchived ? 'storage:integrity.fromArchive' : 'storage:integrity.fromSender')}</Table.Td>
    </Table.Tr>
  )
}

const columns = ['patient', 'date', 'description', 'object', 'reason', 'found', 'remedy'] as const

export function IntegritySection() {
  const { t } = useTranslation()
  const format = useFormat()
  const answer = useQuery({ ...trpc.integrity.state.queryOptions({}), refetchInterval: REFRESH })
  const damaged = useQuery({ ...trpc.integrity.damaged.queryOptions({}), refetchInterval: REFRESH })
  const check = useMutation(
    trpc.integrity.check.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.integrity.state.pathFilter()),
    }),
  )
  const mend = useMutation(
    trpc.integrity.mend.mutationOptions({
      onSuccess: ({ studies }) => {
        const message =
          studies === 0
            ? t('storage:integrity.mendedNone')
            : t('storage:integrity.mended', { count: studies, number: format.number(studies) })
        notify(message, studies === 0 ? 'attention' : 'done')
      },
      onError: () => notify(t('storage:failed'), 'attention'),
    }),
  )
  const { data: state } = answer
  const objects = damaged.data ?? []
  // The list is bounded, the count is not.
  const hidden = objects.length === 0 ? 0 : (state?.damaged ?? 0) - objects.length
  return (
    <div className={classes.section}>
      <Text c="dimmed">{t('storage:integrity.rule')}</Text>
      {answer.isError && <Text c="var(--waiting)">{t('storage:failed')}</Text>}
      {state && (
        <div className={classes.row}>
          <Text fw={600} role="status">
            {t(`storage:integrity.${state.state}`)}
          </Text>
          {state.state !== 'resting' && (
            <Text>
              {t('storage:integrity.progress', {
                count: state.checked,
                checked: format.number(state.checked),
                total: format.number(state.total),
              })}
            </Text>
          )}
          <Text c="dimmed">
            {state.lastRound
              ? t('storage:integrity.last', {
                  count: state.lastRound.checked,
                  at: format.instant(state.lastRound.finishedAt),
                  checked: format.number(state.lastRound.checked),
                })
              : t('storage:integrity.never')}
          </Text>
          {state.state === 'resting' && (
            <Button variant="default" loading={check.isPending} onClick={() => check.mutate({})}>
              {t('storage:integrity.check')}
            </Button>
          )}
          {objects.length > 0 && (
            <Button variant="default" loading={mend.isPending} onClick={() => mend.mutate({})}>
              {t('storage:integrity.mend')}
            </Button>
          )}
        </div>
      )}
      {state && damaged.data !== undefined && objects.length === 0 && (
        <Text c={state?.lastRound ? 'var(--done)' : 'dimmed'}>
          {t(state?.lastRound ? 'storage:integrity.sound' : 'storage:integrity.noneFound')}
        </Text>
      )}
      {objects.length > 0 && (
        <Table className={classes.table} stickyHeader aria-label={t('storage:integrity.table')}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{t(`storage:integrity.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {objects.map((object) => (
              <ObjectLine key={object.instanceKey} object={object} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {state && hidden > 0 && (
        <Text c="dimmed">{t('storage:integrity.hidden', { count: hidden, number: format.number(hidden) })}</Text>
      )}
      <PackDamage refetchInterval={REFRESH} />
    </div>
  )
}
