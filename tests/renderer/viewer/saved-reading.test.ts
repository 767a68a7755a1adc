import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyReadingState } from '../../../renderer/viewer/reading-state.ts'
import { readSavedReading, type SavedReading, writeSavedReading } from '../../../renderer/viewer/saved-reading.ts'

const saved: SavedReading = {
  screen: {
    ...emptyReadingState,
    layout: '1x2',
    cells: [{ kind: 'images', displaySetId: '1.2/3.0' }, { kind: 'document', SeriesInstanceUID: '1.9' }, null, null],
    active: 1,
    mpr: { displaySetId: '1.2/3.0', startIndex: 17, shows: 'both' },
    mprPlace: 'volume',
    tool: 'crosshairs',
    stackTool: 'pan',
    panels: { strip: false, measurements: true, overlays: true, header: false },
    comparison: {
      StudyInstanceUID: '1.2.4',
      before: { layout: '2x1', cells: [{ kind: 'images', displaySetId: '1.2/3.1' }, null, null, null], active: 1 },
    },
    areLinked: true,
  },
  guests: ['1.2.4', '1.2.5'],
  positions: { '1.2/3.0': 41 },
  engine: '{"voi":{"a":"\\"quoted\\""}}',
}

test('a saved screen comes back as it was', () => {
  expect(readSavedReading(writeSavedReading(saved))).toEqual(saved)
})

test('three planes saved before there were renderings are three planes', () => {
  const text = writeSavedReading(saved).replace(',"shows":"both"', '').replace('"volume"', '"rendering"')
  expect(readSavedReading(text)?.screen).toMatchObject({ mpr: { startIndex: 17, shows: 'planes' }, mprPlace: null })
})

test('a screen saved before studies were compared compares none', () => {
  const { comparison: _comparison, areLinked: _areLinked, ...screen } = saved.screen
  const text = JSON.stringify({ version: 1, screen, positions: {}, engine: {} })
  expect(readSavedReading(text)).toMatchObject({ screen: { comparison: null, areLinked: false }, guests: [] })
})

test('text that is no saved screen is refused', () => {
  expect(['', '{', 'null', '[]', '{"version":2}'].map(readSavedReading)).toEqual([null, null, null, null, null])
})

test('what does not fit is left at its default', () => {
  const damaged = JSON.stringify({
    version: 1,
    screen: {
      layout: '9x9',
      cells: [{ kind: 'images' }, 7],
      active: -3,
      mpr: {},
      tool: 'laser',
      comparison: { StudyInstanceUID: '<b>', before: 3 },
      areLinked: 'yes',
      panels: { strip: 'no' },
    },
    guests: ['no UID', 7, null],
    positions: { a: 1.5, b: -1, c: 4 },
    engine: 'not an object',
  })
  expect(readSavedReading(damaged)).toEqual({ screen: emptyReadingState, guests: [], positions: { c: 4 }, engine: '' })
})

test('nothing that was cut or changed makes it throw', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(400), (json, cut) => {
      readSavedReading(json)
      readSavedReading(`{"version":1,"screen":${json}}`)
      readSavedReading(writeSavedReading(saved).slice(0, cut))
    }),
  )
})
