/** A report that was given out or given up: read only, with who signed it and how far its documents are. */
import { Button, Loader, Text } from '@mantine/core'
import { IconFilePlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Report, ReportSummary } from '../../main/contract/report.ts'
import { queryClient, trpc } from '../services/client.ts'
import { useFormat } from '../ui/format.ts'
import { fieldsById, ReportEditor } from './editor/report-editor.tsx'
import type { EditorSetting } from './editor/setting.ts'
import type { EvidenceLink } from './evidence-link.ts'
import { lookOf } from './key-image-picture.tsx'
import { KeyImages } from './key-images.tsx'
import classes from './report.module.css'
import { ReportBar } from './report-bar.tsx'
import { TransferWord } from './transfer-state.tsx'
import { useOtherStudyDate, usePlaceOf } from './use-measurements-now.ts'
import { studyOf } from './words/evidence-state.ts'
import { signerText } from './words/signer-text.ts'

interface ReadReportProps {
  summary: ReportSummary
  evidence: EvidenceLink
  onList?: (() => void) | undefined
  onOpen(reportId: string): void
}

const nothing = () => undefined

export function ReadReport({ summary, evidence, onList, onOpen }: ReadReportProps) {
  const { t } = useTranslation()
  const { reportId, seq, state } = summary
  // Asked for anew when it was given out or changed since it was last known.
  const answer = useQuery({
    ...trpc.reports.get.queryOptions({ reportId }),
  })
  const report = answer.data
  const isCurrent = report?.seq === seq && report.state === state
  const { refetch } = answer
  const isOld = report !== undefined && !isCurrent
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each state and change that the summary tells of
  useEffect(() => {
    if (isOld) void refetch()
  }, [reportId, seq, state, isOld])
  return (
    <div className={classes.view}>
      <ReportBar summary={summary} onList={onList}>
        {summary.issues.length > 0 && <TransferWord transfer={summary.transfer} />}
      </ReportBar>
      {report && isCurrent ? (
        <Contents report={report} summary={summary} evidence={evidence} onOpen={onOpen} />
      ) : answer.isError || report === null ? (
        <div className={classes.page}>
          <Text c="var(--waiting)">{t('report:open.failed')}</Text>
        </div>
      ) : (
        <div className={classes.page}>
          <Loader size="xs" aria-label={t('common:loading')} />
        </div>
      )}
    </div>
  )
}

interface ContentsProps extends Omit<ReadReportProps, 'onList'> {
  report: Report
}

function Contents({ report, summary, evidence, onOpen }: ContentsProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const placeOf = usePlaceOf(report.StudyInstanceUID)
  const studyDateOf = useOtherStudyDate(report.StudyInstanceUID)
  const setting = useMemo(
    (): EditorSetting => ({
      language: report.language,
      isEditable: false,
      fields: fieldsById(report.content.fields),
      measurements: null,
      keyImages: report.content.keyImages,
      goToMeasurement: (run) =>
        run.image ? evidence.goToImage(run.image, null) : evidence.goToMeasurement(run.measurementId, studyOf(run)),
      studyDateOf,
      goToImage: evidence.goToImage,
    }),
    [report, studyDateOf, evidence],
  )
  const addendum = useMutation(
    trpc.reports.addendum.mutationOptions({
      onSuccess: async (outcome) => {
        if (outcome.kind !== 'created') return
        await queryClient.invalidateQueries(trpc.reports.list.pathFilter())
        onOpen(outcome.report.reportId)
      },
    }),
  )
  const issue = report.issues.at(-1)
  const { predecessorReportId } = summary
  return (
    <>
      <div className={classes.body}>
        {predecessorReportId !== null && (
          <Button variant="subtle" w="fit-content" onClick={() => onOpen(predecessorReportId)}>
            {t('report:addendum.predecessor')}
          </Button>
        )}
        <ReportEditor
          sections={report.content.sections}
          setting={setting}
          onChange={nothing}
          onRefused={nothing}
          onLeave={evidence.focusImages}
          onHandle={nothing}
        />
        <KeyImages
          keyImages={report.content.keyImages}
          isEditable={false}
          placeOf={placeOf}
          onGo={(keyImage) => evidence.goToImage(keyImage.image, lookOf(keyImage))}
          onChange={nothing}
          onRemove={nothing}
          onCite={nothing}
        />
      </div>
      <footer className={classes.foot}>
        <span className={classes.signed}>
          {issue
            ? t('report:list.signed', { who: signerText(issue.signer), at: format.instant(issue.at) })
            : t('report:state.cancelled')}
        </span>
        {summary.state === 'final' && (
          <Button
            size="sm"
            variant="default"
            ml="auto"
            leftSection={<IconFilePlus size={16} stroke={1.6} />}
            loading={addendum.isPending}
            onClick={() => addendum.mutate({ reportId: report.reportId })}
          >
            {t('report:addendum.begin')}
          </Button>
        )}
      </footer>
      {addendum.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
    </>
  )
}
