/** Every command of the reading screen with what it does now. */
import { useTranslation } from 'react-i18next'
import type { Command } from '../shell/commands.ts'
import { openStudy } from '../shell/open-study.ts'
import { useCommands } from '../shell/use-commands.ts'
import { compareWith, nextOlder, stopComparing } from './comparison/compare.ts'
import type { DisplaySet, NoMprReason, ToolName, View } from './engine/engine.ts'
import type { MeasurementItem, Measurements } from './measurements/use-measurements.ts'
import { cellPlace, type Reading } from './reading-context.ts'
import { type Content, contentKey, isSameContent, type LayoutName, layoutNames, type Shows } from './reading-state.ts'
import { neighbourInTime } from './strip/studies-in-time.ts'
import { activePlace } from './use-active-view.ts'
import type { Cine } from './use-cine.ts'
import type { Evidence } from './use-evidence.ts'
import { type ViewerRuns, viewerCommands } from './viewer-commands.ts'
import { useView, useViewState } from './views.ts'
import { ctWindowPresets, storedWindows } from './window-presets.ts'

/** Images that PageUp and PageDown go. */
const PAGE = 10
/** One step of zooming by key. */
const ZOOM_STEP = 1.25

interface Parts {
  reading: Reading
  cine: Cine
  measurements: Measurements
  evidence: Evidence
  deleteMeasurement(measurement: MeasurementItem): void
  onClose(): void
}

/** Registers the commands and returns them, for the tool bar. */
export function useViewerCommands(parts: Parts): readonly Command[] {
  const { state, views, displaySets } = parts.reading
  const { t } = useTranslation('viewer')
  const view = useView(views, activePlace(state))
  const unit = useViewState(view)?.unit
  const displaySet = view && displaySets.get(view.displaySetId)
  // What is done to images is not done to a volume rendering: its own commands take these keys.
  const image = view?.rendering ? undefined : view
  const commands = viewerCommands({
    ...toolRuns(parts.reading),
    ...measuringRuns(parts, image, t),
    ...navigationRuns(parts, image),
    ...windowRuns(image, displaySet, unit === 'HU'),
    ...displayRuns(view, image),
    ...layoutRuns(parts.reading, view, displaySet, (reason, shows) => t(refusalKey(reason, shows))),
    ...studyRuns(parts, t),
  })
  useCommands('viewer', commands)
  return commands
}

/** Where the sentence stands that says why a display set is not reconstructed. */
export const refusalKey = (reason: NoMprReason, shows: Shows): string =>
  shows === 'volume' ? `rendering:refused.${reason}` : `noMpr.${reason}`

type Runs<N extends keyof ViewerRuns> = Pick<ViewerRuns, N>

function toolRuns({ state, dispatch }: Reading): Runs<Exclude<ToolName, 'length' | 'ellipticalROI'>> {
  const enabled = state.mpr?.shows !== 'volume'
  const choose = (tool: ToolName) => ({ run: () => dispatch({ type: 'tool', tool }), enabled })
  return {
    windowLevel: choose('windowLevel'),
    scroll: choose('scroll'),
    pan: choose('pan'),
    zoom: choose('zoom'),
    crosshairs: { ...choose('crosshairs'), enabled: state.mpr !== null && enabled },
  }
}

/** Keys stay with what had them last: a viewport that is measured in by keys takes them. */
function focusOn(view: View, state: Reading['state']): void {
  const viewport = document.querySelector(`[data-viewport="${view.plane ?? cellPlace(state.active)}"]`)
  viewport?.closest<HTMLElement>('[tabindex]')?.focus()
}

function measuringRuns({ reading, measurements, evidence }: Parts, view: View | undefined, t: (key: string) => string) {
  const { state, dispatch, measuring, say } = reading
  const { all, selected } = measurements
  const { tool } = state
  const isMeasuring = tool === 'length' || tool === 'ellipticalROI'
  const choose = (wanted: 'length' | 'ellipticalROI') => ({
    run: () => {
      dispatch({ type: 'tool', tool: wanted })
      if (view) focusOn(view, state)
    },
    enabled: state.mpr?.shows !== 'volume',
  })
  const go = (step: 1 | -1) => ({
    run: () => {
      const at = all.findIndex(({ id }) => id === selected?.id)
      const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]
      if (next) evidence.goToMeasurement(next.id)
    },
    enabled: all.length > 0,
  })
  return {
    length: choose('length'),
    ellipticalROI: choose('ellipticalROI'),
    placePoint: {
      run: () => {
        if (!view || !isMeasuring || measuring.press(view, tool)) return
        say({ tone: 'amber', text: t('measuring.nothing') })
      },
      enabled: view !== undefined && isMeasuring,
    },
    grabHandle: {
      run: () => {
        if (!view || !selected || measuring.grab(view, selected.id)) return
        say({ tone: 'amber', text: t('measuring.elsewhere') })
      },
      enabled: view !== undefined && selected !== null,
    },
    nextMeasurement: go(1),
    previousMeasurement: go(-1),
  } satisfies Partial<ViewerRuns>
}

function navigationRuns({ reading, cine }: Parts, view: View | undefined) {
  const { state, dispatch, items } = reading
  const enabled = view !== undefined
  const scroll = (images: number) => ({ run: () => view?.scrollBy(images), enabled })
  const neighbour = (step: 1 | -1) => ({
    run: () => {
      const content = neighbourContent(items, state.cells[state.active] ?? null, step)
      if (content) dispatch({ type: 'place', cell: state.active, content })
    },
  })
  return {
    previousImage: scroll(-1),
    nextImage: scroll(1),
    pageBack: scroll(-PAGE),
    pageForward: scroll(PAGE),
    firstImage: { run: () => view?.scrollTo(0), enabled },
    lastImage: { run: () => view?.scrollTo(view.state().imageCount - 1), enabled },
    previousSeries: neighbour(-1),
    nextSeries: neighbour(1),
    nextViewport: { run: () => dispatch({ type: 'activateNext', step: 1 }) },
    previousViewport: { run: () => dispatch({ type: 'activateNext', step: -1 }) },
    cine: { run: cine.toggle, enabled },
  } satisfies Partial<ViewerRuns>
}

/** What stands before or after in the strip, within its study; the first thing where nothing is shown yet; null at the ends, and while the current one is still being read. */
export function neighbourContent(items: Reading['items'], current: Content | null, step: 1 | -1): Content | null {
  const here = items.find((item) => item.kind !== 'pending' && isSameContent(item.content, current)) ?? items[0]
  const contents = items.flatMap((item) =>
    item.kind === 'pending' || item.series.StudyInstanceUID !== here?.series.StudyInstanceUID ? [] : [item.content],
  )
  const at = current ? contents.findIndex((content) => contentKey(content) === contentKey(current)) : -1
  if (current && at < 0) return null
  return contents[at < 0 ? 0 : at + step] ?? null
}

function windowRuns(view: View | undefined, displaySet: DisplaySet | undefined, isHU: boolean) {
  const stored = () => {
    const painted = view?.state()
    const frame = painted?.frame ?? displaySet?.frames[view?.stackIndex() ?? 0]
    const header = frame && displaySet?.headers.get(frame.instanceKey)
    const [first] = header && frame ? storedWindows(header, frame.frame) : []
    if (first) view?.setVoi(first.center, first.width)
  }
  const presets = ctWindowPresets.map(({ name, center, width }) => [
    `preset.${name}`,
    { run: () => view?.setVoi(center, width), enabled: isHU },
  ])
  return {
    storedWindow: { run: stored, enabled: view !== undefined },
    ...(Object.fromEntries(presets) as Runs<Extract<keyof ViewerRuns, `preset.${string}`>>),
  } satisfies Partial<ViewerRuns>
}

function displayRuns(view: View | undefined, image: View | undefined) {
  const on = (target: View | undefined) => (run: (view: View) => void) => ({
    run: () => target && run(target),
    enabled: target !== undefined,
  })
  const act = on(view)
  const turn = on(image)
  return {
    invert: turn((active) => active.invert()),
    rotateRight: turn((active) => active.rotate(90)),
    rotateLeft: turn((active) => active.rotate(-90)),
    flipHorizontal: turn((active) => active.flip('horizontal')),
    flipVertical: turn((active) => active.flip('vertical')),
    zoomIn: act((active) => active.zoomBy(ZOOM_STEP)),
    zoomOut: act((active) => active.zoomBy(1 / ZOOM_STEP)),
    fit: act((active) => active.fit()),
    reset: act((active) => active.reset()),
  } satisfies Partial<ViewerRuns>
}

function layoutRuns(
  { state, dispatch, items, say }: Reading,
  view: View | undefined,
  displaySet: DisplaySet | undefined,
  reasonText: (reason: NoMprReason, shows: Shows) => string,
) {
  const available = items.flatMap((item) => (item.kind === 'images' ? [item.content] : []))
  const choose = (layout: LayoutName) => ({ run: () => dispatch({ type: 'layout', layout, available }) })
  const panel = (name: 'strip' | 'measurements' | 'overlays') => ({
    run: () => dispatch({ type: 'panel', panel: name }),
  })
  const shown = state.mpr?.shows
  const show = (shows: Shows) => () => {
    if (!view || !displaySet) return
    if (displaySet.noMpr) return say({ tone: 'amber', text: reasonText(displaySet.noMpr, shows) })
    const startIndex = view.stackIndex() ?? view.state().imageIndex
    dispatch({ type: 'enterMpr', displaySetId: displaySet.displaySetId, startIndex, shows })
  }
  const leave = () => dispatch({ type: 'leaveMpr' })
  const canShow = state.mpr !== null || view !== undefined
  const next = layoutNames[(layoutNames.indexOf(state.layout) + 1) % layoutNames.length] ?? '1x1'
  return {
    mpr: { run: shown && shown !== 'volume' ? leave : show('planes'), enabled: canShow },
    volume: { run: shown === 'volume' ? leave : show('volume'), enabled: canShow },
    volumeBeside: { run: show(shown === 'both' ? 'planes' : 'both'), enabled: canShow },
    nextLayout: choose(next),
    layout1x1: choose('1x1'),
    layout1x2: choose('1x2'),
    layout2x1: choose('2x1'),
    layout2x2: choose('2x2'),
    strip: panel('strip'),
    measurements: panel('measurements'),
    overlays: panel('overlays'),
  } satisfies Partial<ViewerRuns>
}

function comparisonRuns(reading: Reading, t: (key: string) => string) {
  const { state, others, dispatch, say } = reading
  return {
    compare: {
      run: () => {
        const older = nextOlder(reading)
        if (older) compareWith(reading, older.StudyInstanceUID)
        else say({ tone: 'quiet', text: t(state.comparison ? 'comparison.noOlder' : 'comparison.none') })
      },
      enabled: others.length > 0,
    },
    stopComparing: { run: () => stopComparing(reading), enabled: state.comparison !== null },
    linkScroll: { run: () => dispatch({ type: 'link', areLinked: !state.areLinked }) },
  } satisfies Partial<ViewerRuns>
}

function studyRuns({ reading, measurements, deleteMeasurement, onClose }: Parts, t: (key: string) => string) {
  const { state, dispatch } = reading
  const { selected } = measurements
  const neighbour = (to: 'older' | 'newer') => {
    const found = neighbourInTime(reading.study, reading.others, to)
    return { run: () => found && openStudy(found.StudyInstanceUID), enabled: found !== undefined }
  }
  return {
    olderStudy: neighbour('older'),
    newerStudy: neighbour('newer'),
    ...comparisonRuns(reading, t),
    header: { run: () => dispatch({ type: 'panel', panel: 'header' }) },
    deleteMeasurement: { run: () => selected && deleteMeasurement(selected), enabled: selected !== null },
    undoDelete: { run: () => void measurements.undo() },
    close: {
      run: () => {
        if (state.panels.header) dispatch({ type: 'panel', panel: 'header', open: false })
        else if (state.mpr) dispatch({ type: 'leaveMpr' })
        else onClose()
      },
    },
  } satisfies Partial<ViewerRuns>
}
