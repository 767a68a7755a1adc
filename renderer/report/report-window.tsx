/** A report in a window of its own, for a second monitor: the same report, the images in the window that it came from. */
import { Center, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Report } from '../../main/contract/report.ts'
import { trpc } from '../services/client.ts'
import { useShownStudies } from '../services/shown-studies.ts'
import { KeyOverlay } from '../shell/key-overlay.tsx'
import { openPalette, Palette } from '../shell/palette.tsx'
import { shellCommandDefinitions } from '../shell/shell-commands.ts'
import { useCommandKeys, useCommands } from '../shell/use-commands.ts'
import { useFormat } from '../ui/format.ts'
import { PatientBanner } from '../ui/patient-banner.tsx'
import { nameText, SafeText } from '../ui/safe-text.tsx'
import type { EvidenceLink } from './evidence-link.ts'
import classes from './report.module.css'
import { reportCommands } from './report-commands.ts'
import { createDesk } from './report-desk.ts'
import { ReportView } from './report-view.tsx'
import { joinWindows, type WindowChannel } from './window/channel.ts'

export function ReportWindow({ reportId: first }: { reportId: string }) {
  const { t } = useTranslation()
  const [reportId, setReportId] = useState(first)
  const report = useQuery(trpc.reports.get.queryOptions({ reportId }))
  useCommandKeys()
  if (!report.data)
    return (
      <Center h="100%">
        {report.isError || report.data === null ? (
          <Text c="var(--waiting)">{t('report:open.failed')}</Text>
        ) : (
          <Loader size="sm" aria-label={t('common:loading')} />
        )}
      </Center>
    )
  return <Opened report={report.data} onOpen={setReportId} />
}

function Opened({ report, onOpen }: { report: Report; onOpen(reportId: string): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { reportId, StudyInstanceUID, subject } = report
  useShownStudies([StudyInstanceUID])
  const summaries = useQuery(trpc.reports.list.queryOptions({ StudyInstanceUID })).data
  const summary = summaries?.find(({ reportId }) => reportId === report.reportId) ?? report
  const channel = useRef<WindowChannel | null>(null)
  const [desk] = useState(() =>
    createDesk({ tell: (message) => channel.current?.tell(message), refuse: () => undefined }),
  )
  const [isKeysShown, setIsKeysShown] = useState(false)
  useEffect(() => {
    const joined = joinWindows(StudyInstanceUID, (message) => {
      if (message.kind !== 'insert-measurement' && message.kind !== 'mark-image') return
      const asked = desk.openAs(message.reportId)
      if (message.kind === 'insert-measurement') asked?.insertMeasurement(message.measurement)
      else asked?.markImage(message.image, message.look, message.isCited)
    })
    channel.current = joined
    return () => joined.close()
  }, [StudyInstanceUID, desk])
  useEffect(() => {
    document.title = `${nameText(subject.PatientName, 60)} – ${t('report:panel.label')}`
  }, [subject, t])
  const evidence = useMemo(
    (): EvidenceLink => ({
      goToMeasurement: (measurementId, of) => channel.current?.tell({ kind: 'go-to-measurement', measurementId, of }),
      goToImage: (image, look) => channel.current?.tell({ kind: 'go-to-image', image, look }),
      wantMeasurement: () => channel.current?.tell({ kind: 'want-measurement', reportId }),
      wantImage: (isCited) => channel.current?.tell({ kind: 'want-image', reportId, isCited }),
      focusImages: () => channel.current?.tell({ kind: 'focus-images' }),
    }),
    [reportId],
  )
  useCommands(
    'report',
    reportCommands({
      switch: { run: evidence.focusImages },
      insertMeasurement: { run: () => evidence.wantMeasurement(() => undefined) },
      markKeyImage: { run: () => evidence.wantImage(false, () => undefined) },
      citeKeyImage: { run: () => evidence.wantImage(true, () => undefined) },
      updateMeasurements: { run: () => desk.open()?.updateMeasurements() },
      bullets: { run: () => desk.open()?.toggleList(false) },
      numbers: { run: () => desk.open()?.toggleList(true) },
      sign: { run: () => desk.open()?.sign() },
    }),
  )
  useCommands('shell', [
    { ...shellCommandDefinitions[0], run: openPalette },
    { ...shellCommandDefinitions[1], run: () => setIsKeysShown(true) },
  ])
  return (
    <div className={classes.window}>
      <header className={classes.windowHead}>
        <PatientBanner patient={subject} />
        <span className={classes.dim}>
          <SafeText text={subject.StudyDescription} max={80} /> {format.dateTime(subject.StudyDate, subject.StudyTime)}
        </span>
      </header>
      <main className={classes.windowBody}>
        <ReportView summary={summary} desk={desk} evidence={evidence} isOwnWindow onOpen={onOpen} />
      </main>
      <Palette />
      <KeyOverlay opened={isKeysShown} onClose={() => setIsKeysShown(false)} />
    </div>
  )
}
