/** How intakes go: progress with a rate, stop, go on, and what was not taken. */
import { ActionIcon, Button, Group, Progress, Text } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Intake } from '../../main/contract/importer.ts'
import { trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { useTransferWords } from '../ui/transfer-line.ts'
import classes from './intake-panels.module.css'
import { cancelIntake, dismissIntake, showIntake, takeIntake, useIntakeDialog } from './intakes.ts'
import { RefusedList } from './refused-list.tsx'
import { StoredCounts } from './stored-counts.tsx'

function IntakePanel({ intake }: { intake: Intake }) {
  const { t } = useTranslation()
  const format = useFormat()
  const transferWords = useTransferWords()
  const { intakeId, state, progress } = intake
  const { finished, total, counts } = progress
  const isRunning = state === 'running'
  const canGoOn = intake.interruption === 'disk-full'
  const isLooking = state === 'looking' || state === 'ready'
  return (
    <section className={classes.panel} aria-label={t('import:title')} aria-live="polite">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600}>{t(`import:state.${state}`)}</Text>
        {!isRunning && state !== 'looking' && (
          <ActionIcon size={24} aria-label={t('common:close')} onClick={() => void dismissIntake(intakeId)}>
            <IconX size={15} />
          </ActionIcon>
        )}
      </Group>
      {isLooking ? (
        <Text>{t('import:panel.seen', { count: intake.objects, number: format.number(intake.objects) })}</Text>
      ) : (
        <>
          <Progress
            value={total === 0 ? 100 : (100 * finished) / total}
            size="sm"
            my={6}
            aria-label={t('import:title')}
            color={state === 'interrupted' ? 'amber' : 'teal'}
          />
          <Text>
            {t('import:taking.progress', {
              count: total,
              finished: format.number(finished),
              found: format.number(total),
            })}
            {isRunning && transferWords(progress)}
          </Text>
          <StoredCounts counts={counts} />
        </>
      )}
      {intake.interruption && <Text c="var(--waiting)">{t(`import:interruption.${intake.interruption}`)}</Text>}
      {!isLooking && intake.refusedTotal > 0 && <RefusedList refused={intake.refused} total={intake.refusedTotal} />}
      <Group mt="xs" gap="xs">
        {isLooking && <Button onClick={() => showIntake(intakeId)}>{t('import:panel.show')}</Button>}
        {(isRunning || canGoOn) && (
          <Button variant="default" onClick={() => void cancelIntake(intakeId)}>
            {t('common:cancel')}
          </Button>
        )}
        {canGoOn && <Button onClick={() => void takeIntake(intakeId)}>{t('import:taking.resume')}</Button>}
      </Group>
    </section>
  )
}

export function IntakePanels() {
  const { data } = useQuery(trpc.importer.intakes.queryOptions({}))
  const { shown } = useIntakeDialog()
  const isShown = ({ intakeId }: Intake): boolean =>
    shown !== null && shown !== 'choosing' && shown.intakeId === intakeId
  return (data ?? [])
    .filter((intake) => !isShown(intake))
    .map((intake) => <IntakePanel key={intake.intakeId} intake={intake} />)
}
