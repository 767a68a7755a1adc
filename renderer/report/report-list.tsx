/** The reports of a study: how far each is, who signed it, and whether its documents are in the archive. */
import { Button, UnstyledButton } from '@mantine/core'
import { IconFilePlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ReportSummary } from '../../main/contract/report.ts'
import { useFormat } from '../ui/format.ts'
import { ReportStateWord } from '../ui/report-state.tsx'
import classes from './report.module.css'
import { TransferWord } from './transfer-state.tsx'
import { signerText } from './words/signer-text.ts'

interface ReportListProps {
  reports: readonly ReportSummary[]
  onOpen(reportId: string): void
  onBegin(): void
}

export function ReportList({ reports, onOpen, onBegin }: ReportListProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <div className={classes.page}>
      <h2 className={classes.title}>{t('report:list.title')}</h2>
      <ul className={classes.reports}>
        {reports.map((report) => {
          const issue = report.issues.at(-1)
          return (
            <li key={report.reportId}>
              <UnstyledButton className={classes.report} onClick={() => onOpen(report.reportId)}>
                <span className={classes.reportHead}>
                  <strong>{t(`report:kind.${report.kind}`)}</strong>
                  <ReportStateWord report={{ state: report.state, at: report.changedAt }} />
                  {report.transfer !== 'none' && <TransferWord transfer={report.transfer} />}
                </span>
                <span className={classes.dim}>
                  {issue
                    ? t('report:list.signed', { who: signerText(issue.signer), at: format.instant(issue.at) })
                    : t('report:list.changed', { at: format.instant(report.changedAt) })}
                </span>
              </UnstyledButton>
            </li>
          )
        })}
      </ul>
      <Button variant="default" leftSection={<IconFilePlus size={15} stroke={1.6} />} onClick={onBegin}>
        {t('report:list.begin')}
      </Button>
    </div>
  )
}
