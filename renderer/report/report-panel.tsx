/** The report beside the images: folded away or as wide as a person made it; commands that work from the images too. */
import { ActionIcon, Loader, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportSummary } from '../../main/contract/report.ts'
import { queryClient, trpc } from '../services/client.ts'
import { useCommands } from '../shell/use-commands.ts'
import { besideImages, type EvidenceLink } from './evidence-link.ts'
import classes from './report.module.css'
import { reportCommands } from './report-commands.ts'
import { createDesk, type Desk, type Wish } from './report-desk.ts'
import { ReportList } from './report-list.tsx'
import { ReportView } from './report-view.tsx'
import { TemplateChoice } from './template-choice.tsx'
import { joinWindows, type WindowChannel } from './window/channel.ts'
import { clampWidth, narrowest, usePanelState, widest } from './window/panel-state.ts'

interface ReportPanelProps {
  StudyInstanceUID: string
  /** Gives the images the focus. */
  focusImages(): void
}

type Shown = { kind: 'report'; reportId: string } | { kind: 'list' } | { kind: 'new' }

/** What is shown of itself: the report that is being written, else the reports, else the way to begin one. */
function shownAtFirst(reports: readonly ReportSummary[]): Shown {
  const open = reports.find(({ state }) => state === 'draft' || state === 'preliminary')
  const given = reports.filter(({ state }) => state !== 'cancelled')
  const only = open ?? (given.length === 1 ? given[0] : undefined)
  if (only) return { kind: 'report', reportId: only.reportId }
  return given.length > 0 ? { kind: 'list' } : { kind: 'new' }
}

export function ReportPanel({ StudyInstanceUID, focusImages }: ReportPanelProps) {
  const { t } = useTranslation()
  const [{ isOpen, width }, change] = usePanelState()
  const reports = useQuery(trpc.reports.list.queryOptions({ StudyInstanceUID }))
  const [chosen, setChosen] = useState<Shown | null>(null)
  const channel = useRef<WindowChannel | null>(null)
  const [desk] = useState(() =>
    createDesk({
      tell: (message) => channel.current?.tell(message),
      refuse: () => notifications.show({ message: t('report:evidence.noReport') }),
    }),
  )
  const panel = useRef<HTMLElement>(null)
  const images = useRef(focusImages)
  images.current = focusImages
  const evidence = useMemo(
    () =>
      besideImages(
        () => images.current(),
        (what) => notifications.show({ message: t(`report:evidence.${what}`) }),
      ),
    [t],
  )
  useHearing(channel, StudyInstanceUID, desk, evidence, () => panel.current?.focus())

  const toText = () => {
    change({ isOpen: true })
    if (desk.open()) desk.open()?.focus()
    else if (panel.current) panel.current.focus()
    else desk.focusWhenOpen()
  }
  const hasFocus = () => panel.current?.contains(document.activeElement) ?? false
  const close = () => {
    change({ isOpen: false })
    // What was to be done in a report that never opened is not done in the next one.
    desk.forget()
    images.current()
  }
  /** Does it in the report that is shown when it is asked for; opens the panel where none is. */
  const forReport = (wish: (fulfil: (wish: Wish) => void) => void) => {
    const fulfil = desk.aim()
    wish((wanted) => {
      fulfil(wanted)
      if (desk.isWaiting()) change({ isOpen: true })
    })
  }
  const mark = (isCited: boolean) =>
    forReport((fulfil) =>
      evidence.wantImage(isCited, (image, look) =>
        fulfil({
          act: (report) => report.markImage(image, look, isCited),
          elsewhere: (reportId) => ({ kind: 'mark-image', reportId, image, look, isCited }),
        }),
      ),
    )
  useCommands(
    'report',
    reportCommands({
      toggle: { run: () => (isOpen ? close() : toText()) },
      switch: { run: () => (hasFocus() ? images.current() : toText()) },
      insertMeasurement: {
        run: () =>
          forReport((fulfil) =>
            evidence.wantMeasurement((measurement) =>
              fulfil({
                act: (report) => report.insertMeasurement(measurement),
                elsewhere: (reportId) => ({ kind: 'insert-measurement', reportId, measurement }),
              }),
            ),
          ),
      },
      markKeyImage: { run: () => mark(false) },
      citeKeyImage: { run: () => mark(true) },
      updateMeasurements: { run: () => desk.open()?.updateMeasurements(), enabled: isOpen },
      bullets: { run: () => desk.open()?.toggleList(false), enabled: isOpen },
      numbers: { run: () => desk.open()?.toggleList(true), enabled: isOpen },
      sign: { run: () => forReport((fulfil) => fulfil({ act: (report) => report.sign(), elsewhere: null })) },
      detach: { run: () => desk.open()?.detach(), enabled: isOpen },
      begin: {
        run: () => {
          change({ isOpen: true })
          setChosen({ kind: 'new' })
        },
      },
      list: {
        run: () => {
          change({ isOpen: true })
          setChosen({ kind: 'list' })
        },
      },
    }),
  )
  const known = reports.data
  const shown = known && (isKnown(chosen, known) ? chosen : shownAtFirst(known))
  const isList = isOpen && shown?.kind === 'list'
  useEffect(() => {
    if (!isList) return
    desk.setClosed(true)
    return () => desk.setClosed(false)
  }, [isList, desk])
  if (!isOpen) return null
  const summary = shown?.kind === 'report' && known?.find(({ reportId }) => reportId === shown.reportId)
  return (
    <aside ref={panel} className={classes.panel} style={{ width }} aria-label={t('report:panel.label')} tabIndex={-1}>
      <WidthHandle width={width} onChange={(next) => change({ width: next })} />
      <Tooltip label={t('report:panel.close')}>
        <ActionIcon size={24} className={classes.close} aria-label={t('report:panel.close')} onClick={close}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
      {!shown ? (
        <div className={classes.page}>
          {reports.isError ? (
            <Text c="var(--waiting)">{t('report:open.failed')}</Text>
          ) : (
            <Loader size="xs" aria-label={t('common:loading')} />
          )}
        </div>
      ) : shown.kind === 'new' ? (
        <TemplateChoice
          StudyInstanceUID={StudyInstanceUID}
          onBack={known && known.length > 0 ? () => setChosen({ kind: 'list' }) : undefined}
          onCreated={async ({ reportId }) => {
            await queryClient.invalidateQueries(trpc.reports.list.pathFilter())
            setChosen({ kind: 'report', reportId })
            desk.focusWhenOpen()
          }}
        />
      ) : summary ? (
        <ReportView
          key={summary.reportId}
          summary={summary}
          desk={desk}
          evidence={evidence}
          isOwnWindow={false}
          onList={() => setChosen({ kind: 'list' })}
          onOpen={(reportId) => setChosen({ kind: 'report', reportId })}
        />
      ) : (
        <ReportList
          reports={known ?? []}
          onOpen={(reportId) => setChosen({ kind: 'report', reportId })}
          onBegin={() => setChosen({ kind: 'new' })}
        />
      )}
    </aside>
  )
}

const isKnown = (shown: Shown | null, reports: readonly ReportSummary[]): shown is Shown =>
  shown !== null && (shown.kind !== 'report' || reports.some(({ reportId }) => reportId === shown.reportId))

/** Does here what the report's own window asks of the images, and the other way round. */
function useHearing(
  channel: RefObject<WindowChannel | null>,
  StudyInstanceUID: string,
  desk: Desk,
  evidence: EvidenceLink,
  focusPanel: () => void,
) {
  const focus = useRef(focusPanel)
  focus.current = focusPanel
  useEffect(() => {
    const joined = joinWindows(StudyInstanceUID, (message) => {
      switch (message.kind) {
        case 'want-measurement':
          return evidence.wantMeasurement((measurement) =>
            joined.tell({ kind: 'insert-measurement', reportId: message.reportId, measurement }),
          )
        case 'want-image':
          return evidence.wantImage(message.isCited, (image, look) =>
            joined.tell({ kind: 'mark-image', reportId: message.reportId, image, look, isCited: message.isCited }),
          )
        case 'go-to-measurement':
          return evidence.goToMeasurement(message.measurementId, message.of)
        case 'go-to-image':
          return evidence.goToImage(message.image, message.look)
        case 'insert-measurement':
          return desk.openAs(message.reportId)?.insertMeasurement(message.measurement)
        case 'mark-image':
          return desk.openAs(message.reportId)?.markImage(message.image, message.look, message.isCited)
        case 'focus-images':
          window.focus()
          return evidence.focusImages()
      }
    })
    channel.current = joined
    return () => {
      channel.current = null
      joined.close()
    }
  }, [channel, StudyInstanceUID, desk, evidence])
}

/** px that a key press widens by. */
const STEP = 20

function WidthHandle({ width, onChange }: { width: number; onChange(width: number): void }) {
  const { t } = useTranslation()
  const drag = useRef<{ x: number; width: number } | null>(null)
  const move = ({ clientX }: PointerEvent) => {
    if (drag.current) onChange(clampWidth(drag.current.width + drag.current.x - clientX))
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? STEP : event.key === 'ArrowRight' ? -STEP : 0
    if (step === 0) return
    event.preventDefault()
    onChange(clampWidth(width + step))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator with a value is a slider between two panes (WAI-ARIA, window splitter)
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t('report:panel.width')}
      aria-valuenow={width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      tabIndex={0}
      className={classes.resizer}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { x: event.clientX, width }
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null
      }}
    />
  )
}
