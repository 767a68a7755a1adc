/** How an import of dropped files goes: progress with a rate, stop, go on, and what was not taken. */
import { ActionIcon, Button, Group, Progress, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RefusedList } from '../importing/refused-list.tsx'
import { StoredCounts } from '../importing/stored-counts.tsx'
import { useFormat } from '../ui/format.ts'
import { cancelImport, dismissImport, resumeImport, useImportJob } from './import-job.ts'
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
          <ActionIcon size={24} aria-label={t('common:close')} onClick={dismissImport}>
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
      <StoredCounts counts={job.counts} />
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
