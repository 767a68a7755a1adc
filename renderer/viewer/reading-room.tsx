/** The reading screen once its engine and study are there: banner, tool bar, strip, viewports, panels. */
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { StudyRow } from '../../main/contract/studies.ts'
import { ReportButton } from '../report/report-button.tsx'
import { ReportPanel } from '../report/report-panel.tsx'
import { useSettingsIfLoaded } from '../services/settings.ts'
import { statedRate } from './cine.ts'
import { useComparison } from './comparison/use-comparison.ts'
import { useLinkedScroll } from './comparison/use-linked-scroll.ts'
import type { ViewerEngine } from './engine/engine.ts'
import { MprGrid } from './grid/mpr-grid.tsx'
import { ViewportGrid } from './grid/viewport-grid.tsx'
import { HeaderPanel } from './header/header-panel.tsx'
import { MeasuringKeys } from './measurements/keyboard-cursor.tsx'
import { createKeyboardMeasuring } from './measurements/keyboard-measuring.ts'
import { MeasurementPanel } from './measurements/measurement-panel.tsx'
import type { MeasurementCalls } from './measurements/measurement-store.ts'
import { measurementLabel } from './measurements/measurement-text.ts'
import { stationMeasurements } from './measurements/station-measurements.ts'
import { type MeasurementItem, useMeasurements } from './measurements/use-measurements.ts'
import { NoticeBar } from './notice-bar.tsx'
import { type Notice, type Reading, ReadingProvider } from './reading-context.ts'
import classes from './reading-room.module.css'
import { cellCount, emptyReadingState, type ReadingState, reduceReading } from './reading-state.ts'
import type { SavedReading } from './saved-reading.ts'
import { SeriesStrip } from './strip/series-strip.tsx'
import { firstContent, type SeriesContents, stripItems } from './strip/strip-items.ts'
import { StudyHeading } from './study-heading.tsx'
import { CineBar } from './toolbar/cine-bar.tsx'
import { ToolBar } from './toolbar/tool-bar.tsx'
import { activePlace } from './use-active-view.ts'
import { useCine } from './use-cine.ts'
import { useDisplaySets } from './use-display-sets.ts'
import { useEvidence } from './use-evidence.ts'
import { useSaving } from './use-saving.ts'
import { useViewerCommands } from './use-viewer-commands.ts'
import { useVolumeCommands } from './use-volume-commands.ts'
import { useWriting } from './use-writing.ts'
import { createViews, useView } from './views.ts'

export interface ReadingRoomProps {
  engine: ViewerEngine
  study: StudyRow
  /** The other studies of the patient that are on this station. */
  others: readonly StudyRow[]
  /** Those of the others that are read beside it; their series are among the contents. */
  guests?: readonly StudyRow[]
  guestReadings?: Reading['guestReadings']
  onInvite?(StudyInstanceUID: string): void
  onDismiss?(StudyInstanceUID: string): void
  contents: readonly SeriesContents[]
  /** Series whose headers could not be read. */
  failedSeries: number
  onRetry(): void
  saved: SavedReading | null
  measurementCalls?: MeasurementCalls
  onClose(): void
}

const noGuests: readonly StudyRow[] = []
const noReadings: Reading['guestReadings'] = new Map()
const inviteNobody = () => undefined

export function ReadingRoom({
  engine,
  study,
  others,
  guests = noGuests,
  guestReadings = noReadings,
  onInvite = inviteNobody,
  onDismiss = inviteNobody,
  contents,
  failedSeries,
  onRetry,
  saved,
  measurementCalls = stationMeasurements,
  onClose,
}: ReadingRoomProps) {
  const { t } = useTranslation('viewer')
  const overlays = useSettingsIfLoaded()?.overlaysVisible ?? true
  const [state, dispatch] = useReducer(reduceReading, saved?.screen ?? withOverlays(overlays))
  const [views] = useState(createViews)
  const [positions] = useState(() => new Map(Object.entries(saved?.positions ?? {})))
  const [notice, say] = useState<Notice | null>(null)
  const displaySets = useDisplaySets(engine, contents, positions)
  const items = useMemo(() => studyItems(study, contents), [study, contents])
  const measuring = useMemo(() => createKeyboardMeasuring(engine), [engine])
  const goToImage = useRef<Reading['goToImage']>(() => undefined)
  const retry = useRef(onRetry)
  retry.current = onRetry
  const reading = useMemo(
    (): Reading => ({
      engine,
      study,
      others,
      guests,
      guestReadings,
      readAgain: (uid) => (uid === study.StudyInstanceUID ? retry.current() : guestReadings.get(uid)?.retry()),
      invite: onInvite,
      dismiss: onDismiss,
      items,
      displaySets,
      state,
      dispatch,
      views,
      positions,
      measuring,
      goToImage: (image) => goToImage.current(image),
      say,
    }),
    [
      engine,
      study,
      others,
      guests,
      guestReadings,
      onInvite,
      onDismiss,
      items,
      displaySets,
      state,
      views,
      measuring,
      positions,
    ],
  )
  useFirstContent(reading)
  useComparison(reading)
  useLinkedScroll(reading)
  useSaving(reading)
  useEffect(() => {
    engine.setPrimaryTool(state.tool)
  }, [engine, state.tool])

  const view = useView(views, activePlace(state))
  useEffect(() => {
    // The cursor belongs to the viewport that keys act on.
    if (measuring.cursor()?.view !== view) measuring.leave()
  }, [measuring, view])
  useEffect(() => {
    if (state.tool !== 'length' && state.tool !== 'ellipticalROI') measuring.leave()
  }, [measuring, state.tool])
  const activeSet = view && displaySets.get(view.displaySetId)
  const cine = useCine(view, statedRate(activeSet?.headers.values().next().value))
  const studies = useMemo(() => [study, ...guests].map(({ StudyInstanceUID }) => StudyInstanceUID), [study, guests])
  const measurements = useMeasurements(engine, studies, measurementCalls)
  const evidence = useEvidence(reading, measurements)
  goToImage.current = evidence.goToImage
  useShapeText(engine, measurements.all)
  const deleteMeasurement = (measurement: MeasurementItem) => {
    measurements.remove(measurement.id)
    say({
      tone: 'quiet',
      text: t('measurements.deleted'),
      action: { label: t('measurements.undo'), run: measurements.undo },
    })
  }
  const commands = useViewerCommands({ reading, cine, measurements, evidence, deleteMeasurement, onClose })
  const volumeCommands = useVolumeCommands(view)
  const mprSet = state.mpr && displaySets.get(state.mpr.displaySetId)
  const images = useRef<HTMLDivElement>(null)
  const focusImages = () =>
    images.current
      ?.querySelectorAll<HTMLElement>('section[tabindex="-1"]')
      .item(state.mpr ? 0 : state.active)
      ?.focus()

  return (
    <ReadingProvider value={reading}>
      <div className={classes.room}>
        <header className={classes.header}>
          <Tooltip position="bottom" label={t('screen.back')}>
            <ActionIcon onClick={onClose} aria-label={t('screen.back')}>
              <IconArrowLeft size={18} />
            </ActionIcon>
          </Tooltip>
          <StudyHeading study={study} />
          <ReportButton StudyInstanceUID={study.StudyInstanceUID} />
        </header>
        <MeasuringKeys />
        <ToolBar commands={commands} volumeCommands={volumeCommands} isPlaying={cine.isPlaying} />
        <div className={classes.body}>
          {state.panels.strip && <SeriesStrip failedSeries={failedSeries} onRetry={onRetry} />}
          <div className={classes.images} ref={images}>
            <NoticeBar notice={notice} onDismiss={() => say(null)} />
            {cine.isPlaying && <CineBar cine={cine} />}
            {state.mpr && mprSet ? (
              <MprGrid key={mprSet.displaySetId} displaySet={mprSet} reconstruction={state.mpr} />
            ) : (
              <ViewportGrid />
            )}
          </div>
          {state.panels.header && <HeaderPanel />}
          {state.panels.measurements && (
            <MeasurementPanel
              measurements={measurements}
              onGo={({ id }) => evidence.goToMeasurement(id)}
              onDelete={deleteMeasurement}
            />
          )}
          <ReportPanel StudyInstanceUID={study.StudyInstanceUID} focusImages={focusImages} />
        </div>
      </div>
    </ReadingProvider>
  )
}

/** The study's own series, then those of each guest. */
function studyItems(study: StudyRow, contents: readonly SeriesContents[]) {
  const isOwn = ({ series }: SeriesContents) => series.StudyInstanceUID === study.StudyInstanceUID
  const others = contents.filter((one) => !isOwn(one))
  const guests = [...new Set(others.map(({ series }) => series.StudyInstanceUID))]
  return [
    ...stripItems(contents.filter(isOwn)),
    ...guests.flatMap((guest) => stripItems(others.filter(({ series }) => series.StudyInstanceUID === guest))),
  ]
}

/** What is written beside the shapes; that one could not be kept yet is said there too. */
function useShapeText(engine: ViewerEngine, all: readonly MeasurementItem[]): void {
  const w = useWriting()
  const latest = useRef(all)
  latest.current = all
  const said = JSON.stringify(
    all.map(({ id, entry }) => [id, entry?.state === 'waiting', entry?.revision, entry?.content.figuresPending]),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written changes with what is said of them
  useEffect(() => {
    engine.setMeasurementText((measurement) => {
      const entry = latest.current.find(({ id }) => id === measurement.id)?.entry
      return [
        ...measurementLabel(measurement, w, entry?.content),
        ...(entry?.state === 'waiting' ? [w.t('measurements.notKept')] : []),
      ]
    })
  }, [engine, w, said])
}

const withOverlays = (overlays: boolean): ReadingState => ({
  ...emptyReadingState,
  panels: { ...emptyReadingState.panels, overlays },
})

/** Shows something as soon as there is something: not a localizer while more is being read, and never in place of what was saved. */
function useFirstContent({ study, state, items: all, displaySets, dispatch }: Reading): void {
  const items = all.filter(({ series }) => series.StudyInstanceUID === study.StudyInstanceUID)
  const isPending = items.some((item) => item.kind === 'pending') || items.length === 0
  const isShown = state.cells
    .slice(0, cellCount(state.layout))
    .some((content) => content && (isPending || content.kind === 'document' || displaySets.has(content.displaySetId)))
  const first = isShown ? null : firstContent(items, isPending)
  useEffect(() => {
    if (first) dispatch({ type: 'place', cell: 0, content: first })
  }, [first, dispatch])
}
