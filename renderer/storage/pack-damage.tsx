/** What of the cache cannot be read and belongs to no object that is known: whose studies lie around it, until somebody takes note of it. */
import { Button, Table, Text } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { DamagedPlace } from '../../main/contract/integrity.ts'
import { queryClient, trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { notify } from '../ui/notify.ts'
import classes from './storage-screen.module.css'
import { StudyOfObject } from './study-of-object.tsx'

const columns = ['patient', 'date', 'description', 'size', 'found'] as const

function PlaceLine({ place }: { place: DamagedPlace }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Table.Tr>
      {place.study ? (
        <StudyOfObject {...place.study} />
      ) : (
        <Table.Td colSpan={3}>{t('storage:integrity.unknownStudy')}</Table.Td>
      )}
      <Table.Td className={classes.tight}>{format.bytes(place.bytes)}</Table.Td>
      <Table.Td className={classes.tight}>{format.instant(place.foundAt)}</Table.Td>
    </Table.Tr>
  )
}

/** Nothing where nothing is. */
export function PackDamage({ refetchInterval }: { refetchInterval: number }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { data } = useQuery({ ...trpc.integrity.packs.queryOptions({}), refetchInterval })
  const dismiss = useMutation(
    trpc.integrity.dismiss.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.integrity.packs.pathFilter()),
      onError: () => notify(t('storage:failed'), 'attention'),
    }),
  )
  if (!data || data.total + data.missedPacks === 0) return null
  const { places, total, missedPacks } = data
  return (
    <>
      {total > 0 && (
        <Text c="var(--waiting)">{t('storage:integrity.places', { count: total, number: format.number(total) })}</Text>
      )}
      {places.length > 0 && (
        <Table className={classes.table} aria-label={t('storage:integrity.placesTable')}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{t(`storage:integrity.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {places.map((place) => (
              <PlaceLine key={`${place.packId} ${place.beginsAt}`} place={place} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {missedPacks > 0 && (
        <Text c="var(--waiting)">
          {t('storage:integrity.missedPacks', { count: missedPacks, number: format.number(missedPacks) })}
        </Text>
      )}
      <div className={classes.row}>
        <Button variant="default" loading={dismiss.isPending} onClick={() => dismiss.mutate({})}>
          {t('storage:integrity.dismiss')}
        </Button>
        <Text c="dimmed">{t('storage:integrity.dismissRule')}</Text>
      </div>
    </>
  )
}
