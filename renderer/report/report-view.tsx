/** One report: written here, read only once it was given out, or in another window. */
import { Button, Loader, Text } from '@mantine/core'
import { IconExternalLink } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportSummary } from '../../main/contract/report.ts'
import type { EvidenceLink } from './evidence-link.ts'
import { ReadReport } from './read-report.tsx'
import classes from './report.module.css'
import type { Desk } from './report-desk.ts'
import { useWrittenReport, type WrittenReport } from './use-written-report.ts'
import { WriteReport } from './write-report.tsx'

interface ReportViewProps {
  summary: ReportSummary
  desk: Desk
  evidence: EvidenceLink
  /** The window is there for this report alone. */
  isOwnWindow: boolean
  /** The list of the study's reports; absent where there is no room for it. */
  onList?: (() => void) | undefined
  onOpen(reportId: string): void
}

export function ReportView(props: ReportViewProps) {
  const { state } = props.summary
  const isWritten = state === 'draft' || state === 'preliminary'
  const { desk } = props
  useEffect(() => {
    if (isWritten) return
    desk.setClosed(true)
    return () => desk.setClosed(false)
  }, [isWritten, desk])
  return isWritten ? <OpenReportView {...props} /> : <ReadReport {...props} />
}

function OpenReportView(props: ReportViewProps) {
  const { t } = useTranslation()
  const { reportId, StudyInstanceUID } = props.summary
  const report = useWrittenReport(reportId, StudyInstanceUID, props.isOwnWindow)
  switch (report.written.kind) {
    case 'opening':
      return (
        <div className={classes.page}>
          <Loader size="xs" aria-label={t('common:loading')} />
        </div>
      )
    case 'failed':
      return (
        <div className={classes.page}>
          <Text c="var(--waiting)" mb="sm">
            {t('report:open.failed')}
          </Text>
          <Button variant="default" onClick={report.retry}>
            {t('report:open.retry')}
          </Button>
        </div>
      )
    case 'elsewhere':
      return <Elsewhere report={report} reportId={reportId} desk={props.desk} />
    case 'here':
      return <WriteReport key={reportId} {...props} session={report.written.session} giveUp={report.giveUp} />
  }
}

/** How long another window is given to let go before it may be overruled, ms. */
const PATIENCE = 3000

function Elsewhere({ report, reportId, desk }: { report: WrittenReport; reportId: string; desk: Desk }) {
  const { t } = useTranslation()
  const [isAsked, setIsAsked] = useState(false)
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    desk.setElsewhere(reportId)
    return () => desk.setElsewhere(null)
  }, [desk, reportId])
  useEffect(() => {
    if (!isAsked) return
    const timer = setTimeout(() => setIsLate(true), PATIENCE)
    return () => clearTimeout(timer)
  }, [isAsked])
  return (
    <div className={classes.page}>
      <IconExternalLink size={26} stroke={1.4} color="var(--action)" aria-hidden />
      <h2 className={classes.title}>{t('report:window.elsewhere')}</h2>
      <Text c="dimmed" mb="sm">
        {t('report:window.elsewhereText')}
      </Text>
      <Button
        loading={isAsked && !isLate}
        onClick={() => {
          setIsAsked(true)
          report.bringBack()
        }}
      >
        {t('report:window.bringBack')}
      </Button>
      {isLate && (
        <div role="alert">
          <Text c="var(--waiting)" my="sm">
            {t('report:window.silent')}
          </Text>
          <Button variant="default" onClick={report.take}>
            {t('report:window.take')}
          </Button>
        </div>
      )}
    </div>
  )
}
