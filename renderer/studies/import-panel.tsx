/** How an import of dropped files goes: progress with a rate, stop, go on, and what was not taken. */
import { ActionIcon, Button, Group, Progress, ScrollArea, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { displayText } from '../../main/dicom/index.ts'
import { useFormat } from '../ui/format.ts'
import { useReasonWords } from '../ui/reason-words.ts'
import { cancelImport, dismissImport, type RefusedFile, resumeImport, useImportJob } from './import-job.ts'
import classes from './import-panel.module.css'

/** The time, ticking while `running`, ms. */
function useTicking(running: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [running])
  return now
}

function RefusedList({ refused, total }: { refused: readonly RefusedFile[]; total: number }) {
  const { t } = useTranslation()
  const words = useReasonWords()
  const format = useFormat()
  const byReason = [...Map.groupBy(refused, ({ reason }) => words('import', reason))]
  return (
    <details className={classes.refused}>
      <summary>{t('studies:import.refused', { count: total, number: format.number(total) })}</summary>
      <ScrollArea.Autosize mah={180}>
        {byReason.map(([reason, files]) => (
          <section key={reason}>
            <Text fw={600} mt={6}>
              {reason}
            </Text>
            <ul className={classes.names} data-selectable>
              {files.map(({ name }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the list only grows at its end
                <li key={index}>
                  <bdi>{displayText(name, 120)}</bdi>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {total > refused.length && (
          <Text c="dimmed">{t('studies:import.andMore', { number: format.number(total - refused.length) })}</Text>
        )}
      </ScrollArea.Autosize>
    </details>
  )
}

export function ImportPanel() {
  const { t } = useTranslation()
  const format = useFormat()
  const job = useImportJob()
  const now = useTicking(job.state === 'running')
  if (job.state === 'idle') return null
  const running = job.state === 'running'
  const seconds = Math.max(0.5, (now - job.startedAt) / 1000)
  const ratio = job.found === 0 ? 0 : job.finished / job.found
  return (
    <section className={classes.panel} aria-label={t('studies:import.title')} aria-live="polite">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>{t(`studies:import.state.${job.state}`)}</Text>
        {!running && (
          <ActionIcon size="sm" aria-label={t('common:close')} onClick={dismissImport}>
            <IconX size={15} />
          </ActionIcon>
        )}
      </Group>
      <Progress
        value={ratio * 100}
        size="sm"
        my={6}
        aria-label={t('studies:import.title')}
        color={job.state === 'interrupted' ? 'amber' : 'teal'}
      />
      <Text>
        {t('studies:import.progress', {
          count: job.found,
          finished: format.number(job.finished),
          found: format.number(job.found),
        })}
        {running && ` · ${t('studies:import.rate', { rate: `${format.bytes(job.bytes / seconds)}/s` })}`}
        {running && !job.walked && ` · ${t('studies:import.walking')}`}
      </Text>
      <Text c="dimmed">
        {t('studies:import.counts', {
          stored: format.number(job.counts.stored),
          duplicate: format.number(job.counts.duplicate),
        })}
        {job.counts.version > 0 && ` · ${t('studies:import.versions', { number: format.number(job.counts.version) })}`}
      </Text>
      {job.interruption && <Text c="var(--waiting)">{t(`studies:import.interruption.${job.interruption}`)}</Text>}
      {job.counts.refused > 0 && <RefusedList refused={job.refused} total={job.counts.refused} />}
      <Group mt="xs" gap="xs">
        {(running || job.state === 'interrupted') && (
          <Button variant="default" onClick={cancelImport}>
            {t('common:cancel')}
          </Button>
        )}
        {job.state === 'interrupted' && <Button onClick={resumeImport}>{t('studies:import.resume')}</Button>}
      </Group>
    </section>
  )
}
