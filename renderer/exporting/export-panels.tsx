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
import { cancelExport, dismissExport } from './exports.ts'

function ExportPanel({ shown }: { shown: ExportState }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { exportId, state, fault, objects, finished } = shown
  const isRunning = state === 'running'
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
      <Text>
        {t('export:progress', {
          count: objects,
          finished: format.number(finished),
          objects: format.number(objects),
        })}
        {isRunning && shown.rate > 0 && ` · ${format.bytes(shown.rate)}/s`}
      </Text>
      {fault ? (
        <Text c="var(--waiting)">{t(`export:fault.${fault}`)}</Text>
      ) : (
        <Text c="dimmed" data-selectable style={{ overflowWrap: 'anywhere' }}>
          <bdi>{displayText(shown.path, 400)}</bdi>
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
