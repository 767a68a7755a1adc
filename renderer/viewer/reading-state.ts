/**
 * What the reading screen shows where: layout, contents of the cells, the active one, MPR, tool and panels.
 * A pure reducer, so that a saved screen comes back exactly and every transition can be tested.
 */
import type { MprPlace, ToolName } from './engine/engine.ts'

/** Rows × columns. */
export type LayoutName = '1x1' | '1x2' | '2x1' | '2x2'

export const layouts: Record<LayoutName, { rows: number; columns: number }> = {
  '1x1': { rows: 1, columns: 1 },
  '1x2': { rows: 1, columns: 2 },
  '2x1': { rows: 2, columns: 1 },
  '2x2': { rows: 2, columns: 2 },
}
export const layoutNames: readonly LayoutName[] = ['1x1', '1x2', '2x1', '2x2']

/** What a cell shows: a stack of images, or a series that is a document. */
export type Content = { kind: 'images'; displaySetId: string } | { kind: 'document'; SeriesInstanceUID: string }

/** What is made of a volume: three planes, its rendering, or the rendering beside the planes. */
export type Shows = 'planes' | 'volume' | 'both'

export interface Reconstruction {
  displaySetId: string
  /** Image that the crosshairs start in. */
  startIndex: number
  shows: Shows
}

/** Another study of the patient beside the one that is read. */
export interface Comparison {
  StudyInstanceUID: string
  /** What was on screen before, to go back to. */
  before: Pick<ReadingState, 'layout' | 'cells' | 'active'>
}

/** Cells of a comparison: the study that is read at the left, the other one at its right. */
export const comparisonCells = { own: 0, other: 1 } as const

export type PanelName = 'strip' | 'measurements' | 'overlays' | 'header'

export interface ReadingState {
  layout: LayoutName
  /** Always four, row by row; those beyond the layout keep what they had. */
  cells: readonly (Content | null)[]
  active: number
  /** The display set reconstructed in place of the grid. */
  mpr: Reconstruction | null
  /** Which of its viewports the reader works in; null: the first. */
  mprPlace: MprPlace | null
  tool: ToolName
  /** Tool to go back to when MPR is left. */
  stackTool: ToolName
  panels: Record<PanelName, boolean>
  comparison: Comparison | null
  /** Scrolling in one viewport scrolls the others to the same place. */
  areLinked: boolean
}

export const emptyReadingState: ReadingState = {
  layout: '1x1',
  cells: [null, null, null, null],
  active: 0,
  mpr: null,
  mprPlace: null,
  tool: 'windowLevel',
  stackTool: 'windowLevel',
  panels: { strip: true, measurements: false, overlays: true, header: false },
  comparison: null,
  areLinked: false,
}

export type ReadingAction =
  | { type: 'layout'; layout: LayoutName; available: readonly Content[] }
  | { type: 'place'; cell: number; content: Content }
  | { type: 'activate'; cell: number }
  | { type: 'activateNext'; step: 1 | -1 }
  | ({ type: 'enterMpr' } & Omit<Reconstruction, 'shows'> & Partial<Pick<Reconstruction, 'shows'>>)
  | { type: 'leaveMpr' }
  | { type: 'activatePlace'; place: MprPlace }
  | { type: 'tool'; tool: ToolName }
  | { type: 'panel'; panel: PanelName; open?: boolean }
  | { type: 'restore'; state: ReadingState }
  /** Puts another study beside `own`; its cell stays empty until {@link Content} of it is there. */
  | { type: 'compare'; StudyInstanceUID: string; own: Content | null }
  /** Fills the cell of the other study; the reader goes on in the one that was active. */
  | { type: 'placeCompared'; content: Content }
  /** Back to what was on screen before, with `own` in the place that was read. */
  | { type: 'stopComparing'; own: Content | null }
  | { type: 'link'; areLinked: boolean }

/** The viewports of a reconstruction, in the order in which keys go through them. */
export const mprPlaces = (shows: Shows): readonly MprPlace[] => [
  ...(shows === 'volume' ? [] : (['axial', 'coronal', 'sagittal'] as const)),
  ...(shows === 'planes' ? [] : (['volume'] as const)),
]

/** How many cells a layout shows. */
export const cellCount = (layout: LayoutName): number => layouts[layout].rows * layouts[layout].columns

/** True when both show the same thing. */
export function isSameContent(one: Content | null | undefined, other: Content | null | undefined): boolean {
  if (!one || !other) return false
  return contentKey(one) === contentKey(other)
}

/** One string per thing that can be shown. */
export const contentKey = (content: Content): string =>
  content.kind === 'images' ? `images ${content.displaySetId}` : `document ${content.SeriesInstanceUID}`

export function reduceReading(state: ReadingState, action: ReadingAction): ReadingState {
  switch (action.type) {
    case 'layout': {
      const shown = cellCount(action.layout)
      return {
        ...state,
        layout: action.layout,
        mpr: null,
        tool: state.mpr ? state.stackTool : state.tool,
        cells: fillEmptyCells(state.cells, shown, action.available),
        active: Math.min(state.active, shown - 1),
      }
    }
    case 'place':
      return {
        ...state,
        ...leaveMpr(state),
        cells: replaceCell(state.cells, action.cell, action.content),
        active: action.cell,
      }
    case 'activate':
      return state.active === action.cell ? state : { ...state, active: action.cell }
    case 'activatePlace':
      return state.mprPlace === action.place ? state : { ...state, mprPlace: action.place }
    case 'activateNext': {
      if (state.mpr) return { ...state, mprPlace: nextPlace(state.mpr.shows, state.mprPlace, action.step) }
      const shown = cellCount(state.layout)
      return { ...state, active: (state.active + action.step + shown) % shown }
    }
    case 'enterMpr':
      return {
        ...state,
        mpr: { displaySetId: action.displaySetId, startIndex: action.startIndex, shows: action.shows ?? 'planes' },
        mprPlace: null,
        tool: action.shows === 'volume' ? state.tool : 'crosshairs',
        stackTool: state.mpr ? state.stackTool : state.tool,
      }
    case 'leaveMpr':
      return { ...state, ...leaveMpr(state) }
    case 'tool':
      return action.tool === 'crosshairs' && (!state.mpr || state.mpr.shows === 'volume')
        ? state
        : { ...state, tool: action.tool }
    case 'panel':
      return { ...state, panels: setPanel(state.panels, action.panel, action.open ?? !state.panels[action.panel]) }
    case 'restore':
      return action.state
    case 'compare':
      return compare(state, action.StudyInstanceUID, action.own)
    case 'placeCompared':
      return state.comparison
        ? { ...state, cells: replaceCell(state.cells, comparisonCells.other, action.content) }
        : state
    case 'stopComparing':
      return stopComparing(state, action.own)
    case 'link':
      return { ...state, areLinked: action.areLinked }
  }
}

const replaceCell = (cells: ReadingState['cells'], cell: number, content: Content | null) =>
  cells.map((before, index) => (index === cell ? content : before))

function compare(state: ReadingState, StudyInstanceUID: string, own: Content | null): ReadingState {
  const { layout, cells, active } = state
  const before = state.comparison?.before ?? { layout, cells, active }
  const placed = replaceCell(replaceCell(cells, comparisonCells.own, own), comparisonCells.other, null)
  return {
    ...state,
    ...leaveMpr(state),
    comparison: { StudyInstanceUID, before },
    layout: '1x2',
    cells: placed,
    active: comparisonCells.own,
  }
}

function stopComparing(state: ReadingState, own: Content | null): ReadingState {
  if (!state.comparison) return state
  const { before } = state.comparison
  const shown = before.cells.slice(0, cellCount(before.layout)).findIndex((content) => isSameContent(content, own))
  return {
    ...state,
    ...leaveMpr(state),
    comparison: null,
    layout: before.layout,
    cells: own && shown < 0 ? replaceCell(before.cells, before.active, own) : before.cells,
    active: shown < 0 ? before.active : shown,
  }
}

/** The panels at the right take each other's place: the images keep most of the screen. */
function setPanel(panels: ReadingState['panels'], panel: PanelName, open: boolean): ReadingState['panels'] {
  if (open && panel === 'header') return { ...panels, header: true, measurements: false }
  if (open && panel === 'measurements') return { ...panels, header: false, measurements: true }
  return { ...panels, [panel]: open }
}

function nextPlace(shows: Shows, place: MprPlace | null, step: 1 | -1): MprPlace | null {
  const places = mprPlaces(shows)
  const at = place ? places.indexOf(place) : 0
  return places[(at + step + places.length) % places.length] ?? null
}

function leaveMpr(state: ReadingState): Pick<ReadingState, 'mpr' | 'tool'> {
  return { mpr: null, tool: state.mpr && state.tool === 'crosshairs' ? state.stackTool : state.tool }
}

/** A larger layout takes the next series that are not on screen yet, in the order of the strip. */
function fillEmptyCells(
  cells: readonly (Content | null)[],
  shown: number,
  available: readonly Content[],
): (Content | null)[] {
  const used = new Set(cells.slice(0, shown).flatMap((content) => (content ? [contentKey(content)] : [])))
  const waiting = available.filter((content) => content.kind === 'images' && !used.has(contentKey(content)))
  return cells.map((content, cell) => (content || cell >= shown ? content : (waiting.shift() ?? null)))
}
