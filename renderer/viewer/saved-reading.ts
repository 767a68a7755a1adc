/**
 * The reading screen as text, kept by the station: a reloaded or crashed window comes back to the same study, slice and window.
 * What is read back was written by an earlier version, or cut: everything is checked, and what does not fit is left at its default.
 */
import type { ToolName } from './engine/engine.ts'
import {
  type Content,
  cellCount,
  emptyReadingState,
  type LayoutName,
  layoutNames,
  mprPlaces,
  type ReadingState,
} from './reading-state.ts'

export interface SavedReading {
  screen: ReadingState
  /** Other studies of the patient that are read beside this one. */
  guests: readonly string[]
  /** Last image painted of each display set, from 0. */
  positions: Record<string, number>
  /** The engine's own state (`ViewerEngine.saveState`): windows, zoom, measurements. */
  engine: string
}

const tools: readonly ToolName[] = ['windowLevel', 'pan', 'zoom', 'scroll', 'length', 'ellipticalROI', 'crosshairs']

/** Text of a screen for the station to keep. */
export function writeSavedReading({ screen, guests, positions, engine }: SavedReading): string {
  // The engine's text goes in as an object: text in text in text would double its backslashes each time.
  return JSON.stringify({ version: 1, screen, guests, positions, engine: parse(engine) })
}

/** The screen that `text` holds; null when it is none that this version understands. */
export function readSavedReading(text: string): SavedReading | null {
  const value = parse(text)
  if (value?.version !== 1) return null
  const screen = isRecord(value.screen) ? value.screen : {}
  return {
    screen: {
      layout: readLayout(screen.layout),
      cells: readCells(screen.cells),
      active: readIndex(screen.active, 3),
      mpr: readMpr(screen.mpr),
      mprPlace: mprPlaces('both').find((place) => place === screen.mprPlace) ?? null,
      tool: readTool(screen.tool),
      stackTool: readTool(screen.stackTool),
      panels: readPanels(screen.panels),
      comparison: readComparison(screen.comparison),
      areLinked: screen.areLinked === true,
    },
    guests: readGuests(value.guests),
    positions: readPositions(value.positions),
    engine: isRecord(value.engine) ? JSON.stringify(value.engine) : '',
  }
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readLayout = (value: unknown): LayoutName => layoutNames.find((name) => name === value) ?? '1x1'

const readTool = (value: unknown): ToolName => tools.find((tool) => tool === value) ?? 'windowLevel'

const readIndex = (value: unknown, max: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? Math.min(value, max) : 0

function readCells(value: unknown): (Content | null)[] {
  const cells = Array.isArray(value) ? value : []
  return emptyReadingState.cells.map((_, cell) => readContent(cells[cell]))
}

function readContent(value: unknown): Content | null {
  if (!isRecord(value)) return null
  if (value.kind === 'images' && typeof value.displaySetId === 'string')
    return { kind: 'images', displaySetId: value.displaySetId }
  if (value.kind === 'document' && typeof value.SeriesInstanceUID === 'string')
    return { kind: 'document', SeriesInstanceUID: value.SeriesInstanceUID }
  return null
}

function readMpr(value: unknown): ReadingState['mpr'] {
  return isRecord(value) && typeof value.displaySetId === 'string'
    ? {
        displaySetId: value.displaySetId,
        startIndex: readIndex(value.startIndex, Number.MAX_SAFE_INTEGER),
        shows: (['volume', 'both'] as const).find((shows) => shows === value.shows) ?? 'planes',
      }
    : null
}

function readComparison(value: unknown): ReadingState['comparison'] {
  if (!isRecord(value) || !isUID(value.StudyInstanceUID)) return null
  const before = isRecord(value.before) ? value.before : {}
  const layout = readLayout(before.layout)
  return {
    StudyInstanceUID: value.StudyInstanceUID,
    before: { layout, cells: readCells(before.cells), active: readIndex(before.active, cellCount(layout) - 1) },
  }
}

/** More studies than anybody compares at once were not written by this screen. */
const MOST_GUESTS = 16

const readGuests = (value: unknown): string[] =>
  Array.isArray(value) ? [...new Set(value.filter(isUID))].slice(0, MOST_GUESTS) : []

const isUID = (value: unknown): value is string => typeof value === 'string' && /^[\d.]{1,64}$/.test(value)

function readPanels(value: unknown): ReadingState['panels'] {
  const stored = isRecord(value) ? value : {}
  const read = (panel: keyof ReadingState['panels']) =>
    typeof stored[panel] === 'boolean' ? stored[panel] : emptyReadingState.panels[panel]
  return { strip: read('strip'), measurements: read('measurements'), overlays: read('overlays'), header: false }
}

function readPositions(value: unknown): Record<string, number> {
  if (!isRecord(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && Number.isInteger(entry[1]) && entry[1] >= 0,
    ),
  )
}
