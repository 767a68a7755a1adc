/** Giving up a draft: asked for once more, as it cannot be taken back. */
import { Button, Group, Popover, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportSummary } from '../../main/contract/report.ts'
import { queryClient, trpc } from '../services/client.ts'

interface CancelReportProps {
  reportId: string
  kind: ReportSummary['kind']
  onCancelled(): void
}

export function CancelReport({ reportId, kind, onCancelled }: CancelReportProps) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const cancel = useMutation(
    trpc.reports.cancel.mutationOptions({
      onSuccess: () => {
        setIsOpen(false)
        void queryClient.invalidateQueries(trpc.reports.list.pathFilter())
        onCancelled()
      },
    }),
  )
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="top-start" width={320} trapFocus returnFocus>
      <Popover.Target>
        <Button size="sm" variant="subtle" color="gray" onClick={() => setIsOpen(!isOpen)}>
          {t('report:cancel.open')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t(`report:cancel.title.${kind}`)}>
        <Text fw={600}>{t(`report:cancel.title.${kind}`)}</Text>
        <Text c="dimmed" mb="sm">
          {t('report:cancel.text')}
        </Text>
        {cancel.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" data-autofocus onClick={() => setIsOpen(false)}>
            {t('report:cancel.keep')}
          </Button>
          <Button color="red" variant="light" loading={cancel.isPending} onClick={() => cancel.mutate({ reportId })}>
            {t('report:cancel.do')}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
