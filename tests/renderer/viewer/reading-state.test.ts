import { describe, expect, test } from 'vitest'
import {
  type Content,
  emptyReadingState,
  type ReadingAction,
  type ReadingState,
  reduceReading,
} from '../../../renderer/viewer/reading-state.ts'

const images = (displaySetId: string): Content => ({ kind: 'images', displaySetId })
const document: Content = { kind: 'document', SeriesInstanceUID: '1.2' }
const stateAfter = (...actions: ReadingAction[]): ReadingState => actions.reduce(reduceReading, emptyReadingState)

describe('the layout', () => {
  test('fills new cells with the next series that are not shown, never with documents', () => {
    const state = stateAfter(
      { type: 'place', cell: 0, content: images('B') },
      { type: 'layout', layout: '2x2', available: [images('A'), document, images('B'), images('C')] },
    )
    expect(state.cells).toEqual([images('B'), images('A'), images('C'), null])
  })

  test('made smaller keeps what the hidden cells had, and an active cell that is shown', () => {
    const state = stateAfter(
      { type: 'layout', layout: '2x2', available: [images('A'), images('B'), images('C'), images('D')] },
      { type: 'activate', cell: 3 },
      { type: 'layout', layout: '1x2', available: [] },
    )
    expect([state.active, state.cells]).toEqual([1, ['A', 'B', 'C', 'D'].map(images)])
  })

  test('goes round the shown cells in both directions', () => {
    const two = stateAfter({ type: 'layout', layout: '1x2', available: [] }, { type: 'activateNext', step: -1 })
    expect(two.active).toBe(1)
    expect(reduceReading(two, { type: 'activateNext', step: 1 }).active).toBe(0)
  })
})

describe('three planes', () => {
  const inMpr = stateAfter({ type: 'tool', tool: 'length' }, { type: 'enterMpr', displaySetId: 'A', startIndex: 41 })

  test('begin with the crosshairs at the image that was shown, and end with the tool from before', () => {
    expect([inMpr.mpr, inMpr.tool]).toEqual([{ displaySetId: 'A', startIndex: 41, shows: 'planes' }, 'crosshairs'])
    const left = reduceReading(inMpr, { type: 'leaveMpr' })
    expect([left.mpr, left.tool]).toEqual([null, 'length'])
  })

  test('keep the tool that was chosen in them', () => {
    const chosen = reduceReading(inMpr, { type: 'tool', tool: 'zoom' })
    expect(reduceReading(chosen, { type: 'leaveMpr' }).tool).toBe('zoom')
  })

  test('are left when another series is placed or another layout chosen', () => {
    expect(reduceReading(inMpr, { type: 'place', cell: 0, content: images('B') }).mpr).toBeNull()
    expect(reduceReading(inMpr, { type: 'layout', layout: '1x1', available: [] }).mpr).toBeNull()
  })

  test('alone have crosshairs', () => {
    expect(stateAfter({ type: 'tool', tool: 'crosshairs' }).tool).toBe('windowLevel')
  })
})

describe('a volume rendering', () => {
  const rendered = stateAfter(
    { type: 'tool', tool: 'length' },
    { type: 'enterMpr', displaySetId: 'A', startIndex: 41, shows: 'volume' },
  )

  test('leaves the tool of the stack alone, also over the planes and back', () => {
    expect([rendered.mpr?.shows, rendered.tool]).toEqual(['volume', 'length'])
    expect(reduceReading(rendered, { type: 'tool', tool: 'crosshairs' }).tool).toBe('length')
    const planes = reduceReading(rendered, { type: 'enterMpr', displaySetId: 'A', startIndex: 30 })
    expect([planes.mpr?.shows, planes.tool]).toEqual(['planes', 'crosshairs'])
    const again = reduceReading(planes, { type: 'enterMpr', displaySetId: 'A', startIndex: 30, shows: 'volume' })
    expect(reduceReading(again, { type: 'leaveMpr' }).tool).toBe('length')
  })

  test('beside the planes is reached by the keys that go from one viewport to the next', () => {
    let state = reduceReading(rendered, { type: 'enterMpr', displaySetId: 'A', startIndex: 41, shows: 'both' })
    const seen = Array.from({ length: 5 }, () => {
      state = reduceReading(state, { type: 'activateNext', step: 1 })
      return state.mprPlace
    })
    expect(seen).toEqual(['coronal', 'sagittal', 'volume', 'axial', 'coronal'])
    expect(reduceReading(state, { type: 'activateNext', step: -1 }).mprPlace).toBe('axial')
    expect(reduceReading(state, { type: 'activatePlace', place: 'volume' }).mprPlace).toBe('volume')
    expect(state.active).toBe(0)
  })
})

test('the panels at the right take each other’s place', () => {
  const measuring = stateAfter({ type: 'panel', panel: 'measurements' })
  const reading = reduceReading(measuring, { type: 'panel', panel: 'header' })
  expect([measuring.panels, reading.panels].map(({ header, measurements }) => [header, measurements])).toEqual([
    [false, true],
    [true, false],
  ])
  expect(reduceReading(reading, { type: 'panel', panel: 'header' }).panels.header).toBe(false)
})

describe('a comparison', () => {
  const other = { type: 'placeCompared', content: { kind: 'images', displaySetId: 'P' } } as const
  const own = { kind: 'images', displaySetId: 'B' } as const
  const four: ReadingState = {
    ...emptyReadingState,
    layout: '2x2',
    cells: ['A', 'B', 'C', 'D'].map((displaySetId) => ({ kind: 'images', displaySetId })),
    active: 1,
  }

  test('stands beside what is read, and the reader goes on there', () => {
    const compared = reduceReading(four, { type: 'compare', StudyInstanceUID: '1.2', own })
    expect(compared).toMatchObject({ layout: '1x2', active: 0, comparison: { StudyInstanceUID: '1.2' } })
    expect(compared.cells.slice(0, 2)).toEqual([own, null])
    const placed = reduceReading(compared, other)
    expect([placed.cells.slice(0, 2), placed.active]).toEqual([[own, other.content], 0])
  })

  test('with the next study goes back to what was there before the first', () => {
    const first = reduceReading(reduceReading(four, { type: 'compare', StudyInstanceUID: '1.2', own }), other)
    const second = reduceReading(first, { type: 'compare', StudyInstanceUID: '1.3', own })
    expect(second.cells[1]).toBe(null)
    const left = reduceReading(reduceReading(second, other), { type: 'stopComparing', own })
    expect(left).toEqual(four)
  })

  test('keeps the series that the reader went on to', () => {
    const compared = reduceReading(four, { type: 'compare', StudyInstanceUID: '1.2', own })
    const next = { kind: 'images', displaySetId: 'E' } as const
    const left = reduceReading(compared, { type: 'stopComparing', own: next })
    expect([left.cells[1], left.layout, left.active, left.comparison]).toEqual([next, '2x2', 1, null])
  })

  test('leaves a reconstruction, and takes nothing that comes after it was left', () => {
    const planes = reduceReading(four, { type: 'enterMpr', displaySetId: 'B', startIndex: 3 })
    const compared = reduceReading(planes, { type: 'compare', StudyInstanceUID: '1.2', own })
    expect([compared.mpr, compared.tool]).toEqual([null, 'windowLevel'])
    expect(reduceReading(four, other)).toBe(four)
    expect(reduceReading(four, { type: 'stopComparing', own })).toBe(four)
  })
})
