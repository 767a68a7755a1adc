/** In the head of the reading screen: whether the study has a report, and the way to it. */
import { Button } from '@mantine/core'
import { IconReport } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { trpc } from '../services/client.ts'
import { ReportStateWord } from '../ui/report-state.tsx'
import { usePanelState } from './window/panel-state.ts'

export function ReportButton({ StudyInstanceUID }: { StudyInstanceUID: string }) {
  const { t } = useTranslation()
  const [{ isOpen }, change] = usePanelState()
  const reports = useQuery(trpc.reports.list.queryOptions({ StudyInstanceUID })).data ?? []
  const order = ['final', 'preliminary', 'draft'] as const
  const furthest = order.flatMap((state) => reports.filter((report) => report.state === state))[0]
  return (
    <Button
      style={{ flex: 'none' }}
      variant={isOpen ? 'light' : 'default'}
      aria-pressed={isOpen}
      leftSection={<IconReport size={15} stroke={1.7} />}
      onClick={() => change({ isOpen: !isOpen })}
    >
      {t('report:panel.label')}
      {furthest && (
        <span style={{ marginLeft: 8 }}>
          <ReportStateWord report={{ state: furthest.state, at: furthest.changedAt }} />
        </span>
      )}
    </Button>
  )
}
