/** How exports go: progress with a rate, stop, where it is, and what was left out. */
import { ActionIcon, Button, Group, Progress, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ExportState } from '../../main/contract/exporter.ts'
import { displayText } from '../../main/dicom/index.ts'
import classes from '../importing/intake-panels.module.css'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { useTransferWords } from '../ui/transfer-line.ts'
import { cancelExport, dismissExport } from './exports.ts'

/** Faults that came before anything was written. */
const nothingBegan: readonly ExportState['fault'][] = ['exists', 'nothing-to-export']

/** Why it failed, what it would have taken, and what is left of it. */
function Fault({ shown: { fault, room, isLeft } }: { shown: ExportState }) {
  const { t } = useTranslation()
  const format = useFormat()
  if (!fault) return null
  const sentences = [
    t(`export:fault.${fault}`),
    room && t('export:room', { needed: format.bytes(room.needed), free: format.bytes(room.free) }),
    isLeft ? t('export:left') : !nothingBegan.includes(fault) && t('export:nothingLeft'),
  ]
  return <Text c="var(--waiting)">{sentences.filter(Boolean).join(' ')}</Text>
}

function ExportPanel({ shown }: { shown: ExportState }) {
  const { t } = useTranslation()
  const format = useFormat()
  const transferWords = useTransferWords()
  const { exportId, state, fault, objects, finished } = shown
  const isRunning = state === 'running'
  const written = finished - shown.leftOut.reduce((sum, { count }) => sum + count, 0)
  return (
    <section className={classes.panel} aria-label={t('export:title')} aria-live="polite">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>
          {t(`export:state.${state}`)}
          {shown.isDeidentified && ` · ${t('export:deidentified')}`}
        </Text>
        {!isRunning && (
          <ActionIcon size={24} aria-label={t('common:close')} onClick={() => void dismissExport(exportId)}>
            <IconX size={15} />
          </ActionIcon>
        )}
      </Group>
      {isRunning && (
        <Progress
          value={objects === 0 ? 0 : (100 * finished) / objects}
          size="sm"
          my={6}
          aria-label={t('export:title')}
        />
      )}
      {fault !== 'interrupted' && (
        <Text>
          {t('export:progress', {
            count: objects,
            finished: format.number(written),
            objects: format.number(objects),
          })}
          {isRunning && transferWords({ ...shown, total: objects })}
        </Text>
      )}
      <Fault shown={shown} />
      {!fault && shown.isLeft && <Text c="var(--waiting)">{t('export:left')}</Text>}
      <Text c="dimmed" data-selectable style={{ overflowWrap: 'anywhere' }}>
        <bdi>{displayText(shown.path, 400)}</bdi>
      </Text>
      {shown.goneStudies > 0 && (
        <Text c="var(--waiting)">
          {t('export:goneStudies', { count: shown.goneStudies, number: format.number(shown.goneStudies) })}
        </Text>
      )}
      {shown.leftOut.map(({ reason, count }) => (
        <Text key={reason} c="var(--waiting)">
          {t(`export:leftOut.${reason}`, { count, number: format.number(count) })}
        </Text>
      ))}
      {state === 'done' && shown.unusualSyntaxes > 0 && (
        <Text c="dimmed">
          {t('export:unusual', { count: shown.unusualSyntaxes, number: format.number(shown.unusualSyntaxes) })}
        </Text>
      )}
      {isRunning && (
        <Button mt="xs" variant="default" onClick={() => void cancelExport(exportId)}>
          {t('common:cancel')}
        </Button>
      )}
    </section>
  )
}

export function ExportPanels() {
  const { data } = useQuery(trpc.exporter.exports.queryOptions({}))
  return (data ?? []).map((shown) => <ExportPanel key={shown.exportId} shown={shown} />)
}
