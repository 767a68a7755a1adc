/** What takes the space: how full it is, the rule by which studies go, and the studies by size with what holds each. */
import { ActionIcon, Button, Table, Text, Tooltip } from '@mantine/core'
import { IconPin, IconPinFilled } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudyRoom } from '../../main/contract/space.ts'
import { trpc } from '../services/client.ts'
import { useSettings } from '../services/settings.ts'
import { useFormat } from '../ui/format.ts'
import { imagingModalities } from '../ui/modalities.ts'
import { PatientWords } from '../ui/patient-words.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { SpaceSettingsForm } from './space-settings-form.tsx'
import classes from './storage-screen.module.css'

const PAGE = 50

function Summary() {
  const { t } = useTranslation()
  const format = useFormat()
  const { quotaBytes } = useSettings().space
  const cache = useQuery(trpc.station.status.queryOptions({})).data?.cache
  const evictable = useQuery(trpc.space.evictable.queryOptions({})).data
  if (!cache) return null
  const most = quotaBytes ?? cache.bytes + cache.diskFreeBytes
  const ratio = most > 0 ? cache.bytes / most : 0
  return (
    <section aria-label={t('storage:space.summary')}>
      <div className={classes.row}>
        <Text fw={600}>
          {t('storage:space.used', { bytes: format.bytes(cache.bytes) })}
          {quotaBytes !== null && ` ${t('storage:space.ofQuota', { quota: format.bytes(quotaBytes) })}`}
        </Text>
        <Text c="dimmed">
          {t('storage:space.disk', { free: format.bytes(cache.diskFreeBytes), disk: format.bytes(cache.diskBytes) })}
        </Text>
        <Text role="status" c={evictable && evictable.studies > 0 ? 'var(--done)' : 'dimmed'}>
          {evictable === undefined
            ? t('storage:space.counting')
            : evictable.studies === 0
              ? t('storage:space.nothingMayGo')
              : t('storage:space.evictable', {
                  count: evictable.studies,
                  number: format.number(evictable.studies),
                  bytes: format.bytes(evictable.bytes),
                })}
        </Text>
      </div>
      <div className={classes.bar} aria-hidden="true">
        <div className={classes.fill} data-over={ratio > 1} style={{ width: `${Math.min(100, ratio * 100)}%` }} />
      </div>
    </section>
  )
}

function StudyLine({ study, onRemove }: { study: StudyRoom; onRemove(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const pin = useMutation(trpc.space.pin.mutationOptions())
  const { StudyInstanceUID, isPinned, reasons } = study
  const label = t(isPinned ? 'storage:space.unpin' : 'storage:space.pin')
  return (
    <Table.Tr>
      <Table.Td className={classes.number}>{format.bytes(study.bytes)}</Table.Td>
      <Table.Td className={classes.patients}>
        <PatientWords name={study.PatientName} PatientID={study.PatientID} />
      </Table.Td>
      <Table.Td className={classes.tight}>{format.date(study.StudyDate)}</Table.Td>
      <Table.Td>
        <SafeText text={imagingModalities(study.ModalitiesInStudy).join(' ')} max={20} />
      </Table.Td>
      <Table.Td className={`${classes.name} ${classes.atWide}`}>
        <SafeText text={study.StudyDescription} max={60} />
      </Table.Td>
      <Table.Td className={classes.number}>{format.number(study.NumberOfStudyRelatedInstances)}</Table.Td>
      <Table.Td className={classes.used}>{format.instant(study.usedAt)}</Table.Td>
      <Table.Td className={`${classes.why} ${reasons.length === 0 ? classes.mayGo : classes.stays}`}>
        {reasons.length === 0
          ? t('storage:space.mayGo')
          : reasons.map((reason) => t(`storage:reason.${reason}`)).join(', ')}
      </Table.Td>
      <Table.Td className={classes.twoActions}>
        <Tooltip label={label}>
          <ActionIcon
            size={26}
            aria-label={label}
            aria-pressed={isPinned}
            color={isPinned ? 'teal' : 'gray'}
            onClick={() => pin.mutate({ StudyInstanceUID, pinned: !isPinned })}
          >
            {isPinned ? <IconPinFilled size={16} stroke={1.6} /> : <IconPin size={16} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
        <Button size="compact-sm" variant="default" onClick={onRemove}>
          {t('storage:space.remove')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}

/** How the head of a column stands over its cells. */
const headClass: Readonly<Record<string, string | undefined>> = {
  size: classes.number,
  images: classes.number,
  description: classes.atWide,
}

const columns = ['size', 'patient', 'date', 'modality', 'description', 'images', 'used_at', 'state'] as const

export function SpaceSection() {
  const { t } = useTranslation()
  const format = useFormat()
  const [offset, setOffset] = useState(0)
  const [removing, setRemoving] = useState<StudyRoom | null>(null)
  const answer = useQuery({
    ...trpc.space.studies.queryOptions({ offset, limit: PAGE }),
    placeholderData: keepPreviousData,
    // What windows show keeps studies too, and nothing tells of that.
    staleTime: 0,
  })
  const { studies = [], total = 0 } = answer.data ?? {}
  return (
    <div className={classes.section}>
      <Summary />
      <SpaceSettingsForm />
      {answer.isError && <Text c="var(--waiting)">{t('storage:failed')}</Text>}
      {answer.data !== undefined && studies.length === 0 && <Text c="dimmed">{t('storage:space.empty')}</Text>}
      {studies.length > 0 && (
        <Table className={classes.table} stickyHeader verticalSpacing={3} aria-label={t('storage:space.table')}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column} className={headClass[column]}>
                  {t(`storage:space.${column}`)}
                </Table.Th>
              ))}
              <Table.Th aria-label={t('storage:space.actions')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {studies.map((study) => (
              <StudyLine key={study.StudyInstanceUID} study={study} onRemove={() => setRemoving(study)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {total > PAGE && (
        <div className={classes.row}>
          <Button variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
            {t('storage:space.earlier')}
          </Button>
          <Text>
            {t('storage:space.range', {
              first: format.number(offset + 1),
              last: format.number(offset + studies.length),
              total: format.number(total),
            })}
          </Text>
          <Button variant="default" disabled={offset + PAGE >= total} onClick={() => setOffset(offset + PAGE)}>
            {t('storage:space.later')}
          </Button>
        </div>
      )}
      <RemoveDialog study={removing} onClose={() => setRemoving(null)} />
    </div>
  )
}
