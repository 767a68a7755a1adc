/** Writing a report: its state and when it was saved on top, the text, key images, and the way to the signature at the bottom right. */
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconSignature, IconX } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { Report, ReportSummary } from '../../main/contract/report.ts'
import { keyImageTitles } from '../../main/dicom/index.ts'
import { queryClient, trpc } from '../services/client.ts'
import { CancelReport } from './cancel-report.tsx'
import type { Refusal } from './editor/guard.ts'
import type { EditorHandle, ReportPlace } from './editor/handle.ts'
import { fieldsById, ReportEditor } from './editor/report-editor.tsx'
import type { EditorSetting } from './editor/setting.ts'
import type { EvidenceLink } from './evidence-link.ts'
import { lookOf } from './key-image-picture.tsx'
import { KeyImages } from './key-images.tsx'
import classes from './report.module.css'
import { ReportBar } from './report-bar.tsx'
import type { Desk } from './report-desk.ts'
import { SaveLine } from './save-line.tsx'
import type { ReportSession } from './session.ts'
import { SigningDialog } from './signing/signing-dialog.tsx'
import { useMeasurementsNow, useOtherStudyDate, usePlaceOf } from './use-measurements-now.ts'
import { studyOf } from './words/evidence-state.ts'
import { WritingBar } from './writing-bar.tsx'

export interface WriteReportProps {
  summary: ReportSummary
  session: ReportSession
  desk: Desk
  evidence: EvidenceLink
  isOwnWindow: boolean
  giveUp(queue: boolean): Promise<void>
  onList?: (() => void) | undefined
}

export function WriteReport({ summary, session, desk, evidence, isOwnWindow, giveUp, onList }: WriteReportProps) {
  const { t } = useTranslation()
  const { report } = session
  const { content, save, doubled } = useStore(session.state)
  const measurements = useMeasurementsNow(report.StudyInstanceUID, content)
  const placeOf = usePlaceOf(report.StudyInstanceUID)
  const studyDateOf = useOtherStudyDate(report.StudyInstanceUID)
  const [handle, setHandle] = useState<EditorHandle | null>(null)
  const [isSigning, setIsSigning] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | 'window-blocked' | null>(null)
  const body = useRef<HTMLDivElement>(null)

  useEffect(() => session.follow(summary), [session, summary])
  useEffect(() => {
    // What changed before the editor was there would be taken back by the next key.
    handle?.replaceSections(session.state.getState().content.sections)
    return session.onReplaced((sections) => handle?.replaceSections(sections))
  }, [session, handle])

  const { keyImages } = content
  const setting = useMemo(
    (): EditorSetting => ({
      language: report.language,
      isEditable: true,
      fields: fieldsById(report.content.fields),
      measurements,
      keyImages,
      goToMeasurement: (run) => {
        // An early quotation of one in a reformatted plane names no study: the measurement itself does.
        const known = measurements?.find(({ measurementId }) => measurementId === run.measurementId)
        evidence.goToMeasurement(run.measurementId, studyOf(run) ?? known?.StudyInstanceUID)
      },
      studyDateOf,
      goToImage: evidence.goToImage,
    }),
    [report, measurements, keyImages, studyDateOf, evidence],
  )
  const toOwnWindow = () => {
    if (!openWindow(report.reportId)) return setRefusal('window-blocked')
    void giveUp(false)
  }
  const latest = useRef({ measurements, keyImages, toOwnWindow })
  latest.current = { measurements, keyImages, toOwnWindow }

  useEffect(() => {
    if (!handle) return
    desk.setOpen({
      reportId: report.reportId,
      focus: handle.focus,
      hasFocus: handle.hasFocus,
      insertMeasurement: handle.insertMeasurement,
      markImage: (image, look, isCited) => {
        const { keyImages: marked } = latest.current
        const isSame = (other: typeof image) =>
          other.SOPInstanceUID === image.SOPInstanceUID && other.frame === image.frame
        const known = marked.find((one) => isSame(one.image))
        const keyImageId = known?.keyImageId ?? crypto.randomUUID()
        const { title = { ...keyImageTitles[0] }, note = '' } = known ?? {}
        // Marked anew, it is kept as it is shown now.
        if (!known || !isCited) session.setKeyImage({ keyImageId, image, title, note, ...look })
        if (isCited) handle.citeKeyImage(keyImageId)
        const shown = () => body.current?.querySelector(`[data-key-image-entry="${keyImageId}"]`)
        requestAnimationFrame(() => shown()?.scrollIntoView({ block: 'nearest' }))
      },
      updateMeasurements: () => handle.updateMeasurements(latest.current.measurements ?? []),
      toggleList: handle.toggleList,
      sign: () => setIsSigning(true),
      detach: () => latest.current.toOwnWindow(),
    })
    return () => desk.setOpen(null)
  }, [desk, handle, session, report])

  const goTo = (place: ReportPlace) => {
    setIsSigning(false)
    // After the dialog gave the focus back.
    setTimeout(() => {
      if (handle?.goTo(place)) return
      body.current?.querySelector<HTMLElement>(`[data-key-image-entry="${place.keyImageId ?? ''}"] button`)?.focus()
    }, 150)
  }
  const signed = useCallback((given: Report) => {
    setIsSigning(false)
    void queryClient.invalidateQueries(trpc.reports.get.queryFilter({ reportId: given.reportId }))
    void queryClient.invalidateQueries(trpc.reports.list.pathFilter())
  }, [])
  const issue = summary.issues.at(-1)
  return (
    <div className={classes.view}>
      <ReportBar
        summary={summary}
        onList={onList}
        onDetach={isOwnWindow ? undefined : toOwnWindow}
        onPutBack={isOwnWindow ? () => void giveUp(false).then(() => window.close()) : undefined}
      >
        <SaveLine save={save} content={content} language={report.language} />
      </ReportBar>
      <WritingBar
        handle={handle}
        onMeasurement={() => {
          evidence.wantMeasurement((measurement) => desk.openAs(report.reportId)?.insertMeasurement(measurement))
          handle?.focus()
        }}
        onKeyImage={() =>
          evidence.wantImage(false, (shown, look) => desk.openAs(report.reportId)?.markImage(shown, look, false))
        }
      />
      {doubled.length > 0 && (
        <Notice text={t('report:merge.doubled', { sections: doubled.join(', ') })} onSeen={session.seenDoubled} />
      )}
      {refusal && <Notice text={t(`report:refusal.${refusal}`)} onSeen={() => setRefusal(null)} />}
      {issue && summary.seq > issue.seq && (
        <div className={classes.notice} role="status">
          {t('report:state.changedSince')}
        </div>
      )}
      <div className={classes.body} ref={body}>
        <ReportEditor
          sections={session.report.content.sections}
          setting={setting}
          onChange={session.writeSections}
          onRefused={setRefusal}
          onLeave={evidence.focusImages}
          onHandle={setHandle}
        />
        <KeyImages
          keyImages={keyImages}
          isEditable
          placeOf={placeOf}
          onGo={(keyImage) => evidence.goToImage(keyImage.image, lookOf(keyImage))}
          onChange={session.setKeyImage}
          onRemove={session.removeKeyImage}
          onCite={(keyImageId) => {
            handle?.citeKeyImage(keyImageId)
            handle?.focus()
          }}
        />
      </div>
      <footer className={classes.foot}>
        <CancelReport reportId={report.reportId} kind={report.kind} onCancelled={() => onList?.()} />
        <Button
          size="sm"
          ml="auto"
          leftSection={<IconSignature size={16} stroke={1.8} />}
          onClick={() => setIsSigning(true)}
        >
          {t('report:sign.open')}
        </Button>
      </footer>
      {isSigning && (
        <SigningDialog session={session} onGo={goTo} onClose={() => setIsSigning(false)} onSigned={signed} />
      )}
    </div>
  )
}

/** Opens the report's own window; null when the browser does not let it. */
const openWindow = (reportId: string): Window | null =>
  window.open(
    `/?window=report&report=${encodeURIComponent(reportId)}`,
    `report ${reportId}`,
    'popup,width=760,height=980',
  )

function Notice({ text, onSeen }: { text: string; onSeen(): void }) {
  const { t } = useTranslation()
  return (
    <div className={classes.notice} role="alert">
      <IconAlertTriangle size={15} stroke={1.8} aria-hidden />
      <span>{text}</span>
      <button type="button" className={classes.noticeClose} aria-label={t('common:close')} onClick={onSeen}>
        <IconX size={14} />
      </button>
    </div>
  )
}
