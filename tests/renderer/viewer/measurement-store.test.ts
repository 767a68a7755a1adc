// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Measurement as Kept, MeasurementContent } from '../../../main/contract/measurement.ts'
import type { Measurement } from '../../../renderer/viewer/engine/engine.ts'
import { createMeasurementStore, SEND_AFTER } from '../../../renderer/viewer/measurements/measurement-store.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createFakeStation } from './fake-measurement-station.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const ID = '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'
const STUDY = '1.2.3'

const content = (value: number, measurementId = ID): MeasurementContent => ({
  measurementId,
  StudyInstanceUID: STUDY,
  SeriesInstanceUID: '1.2.3.1',
  kind: 'length',
  image: {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
    SOPInstanceUID: '1.2.3.1.1',
    SeriesInstanceUID: '1.2.3.1',
    StudyInstanceUID: STUDY,
    frame: null,
  },
  FrameOfReferenceUID: '1.2.3.9',
  points: [
    [0, 0, 0],
    [value, 0, 0],
  ],
  graphic: { GraphicType: 'POLYLINE', GraphicData: [0.5, 0.5, value + 0.5, 0.5] },
  values: [{ quantity: 'length', value, unit: 'mm' }],
  calibration: 'patient',
  view: '{}',
})
const drawn = (of: MeasurementContent | null, id = ID): Measurement => ({
  id,
  tool: 'length',
  displaySetId: 'A',
  SOPInstanceUID: '1.2.3.1.1',
  frame: 0,
  imageIndex: 0,
  length: null,
  roi: null,
  content: of,
})
const row = (value: number, revision = 1): Kept => ({
  ...content(value),
  revision,
  createdAt: '2026-01-01',
  changedAt: '',
})

const setUp = (rows: readonly Kept[] = []) => {
  const engine = createFakeEngine()
  const station = createFakeStation(rows)
  const store = createMeasurementStore(engine, station, () => '2026-01-05')
  const close = store.open()
  const states = () =>
    store.entries().map(({ content: { values }, revision, state }) => [values[0]?.value, revision, state])
  return { engine, station, store, close, states }
}
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test('a drag is sent once, shortly after its last move, and is kept when the station says so', async () => {
  const { engine, station, states } = setUp()
  engine.addMeasurement(drawn(null))
  await wait(1000)
  expect(station.asked).toEqual([])
  engine.changeMeasurement(drawn(content(10)))
  for (let value = 11; value <= 14; value++) {
    await wait(SEND_AFTER - 10)
    engine.changeMeasurement(drawn(content(value)))
  }
  expect([station.asked, states()]).toEqual([[], [[14, null, 'saving']]])
  await wait(SEND_AFTER)
  expect([station.asked, states(), engine.kept]).toEqual([['save 14'], [[14, 1, 'kept']], [ID]])
})

test('what cannot be sent is said, tried again with growing pauses, and sent as it is by then', async () => {
  const { engine, station, states } = setUp()
  station.isReachable = false
  engine.addMeasurement(drawn(content(10)))
  await wait(SEND_AFTER + 4000)
  expect(station.asked.length).toBe(4)
  expect(states()).toEqual([[10, null, 'waiting']])
  engine.changeMeasurement(drawn(content(20)))
  station.isReachable = true
  await wait(10_000)
  expect([station.asked.at(-1), states()]).toEqual(['save 20', [[20, 1, 'kept']]])
})

test('a change during the sending is sent after it', async () => {
  const { engine, station, states } = setUp()
  let answer: () => void = () => undefined
  station.gate = new Promise((resolve) => {
    answer = resolve
  })
  engine.addMeasurement(drawn(content(10)))
  await wait(SEND_AFTER)
  engine.changeMeasurement(drawn(content(12)))
  await wait(1000)
  expect(station.asked).toEqual(['save 10'])
  station.gate = null
  answer()
  await wait(0)
  expect([station.asked, states()]).toEqual([['save 10', 'save 12'], [[12, 2, 'kept']]])
})

test('kept ones are brought to the engine; recomputed alike nothing is sent, recomputed otherwise the revision rises', async () => {
  const { engine, station, store, states } = setUp([row(10)])
  await store.load(STUDY)
  expect(engine.brought.map(({ measurementId }) => measurementId)).toEqual([ID])
  engine.addMeasurement(drawn(content(10 + 1e-9)))
  await wait(1000)
  expect([station.asked, states()]).toEqual([['list'], [[10, 1, 'kept']]])
  engine.changeMeasurement(drawn(content(11)))
  await wait(1000)
  expect([station.asked, states()]).toEqual([['list', 'save 11'], [[11, 2, 'kept']]])
})

test('a deleted one comes back by undo, in the station too', async () => {
  const { engine, station, store, states } = setUp([row(10)])
  await store.load(STUDY)
  engine.addMeasurement(drawn(content(10)))
  store.remove(ID)
  await wait(0)
  expect([station.kept.size, states()]).toEqual([0, []])
  store.restore(ID)
  await wait(0)
  expect([station.asked, station.kept.size, states()]).toEqual([['list', 'remove', 'save 10'], 1, [[10, 1, 'kept']]])
})

test('a deletion that cannot be sent is tried again', async () => {
  const { station, store } = setUp([row(10)])
  await store.load(STUDY)
  station.isReachable = false
  store.remove(ID)
  await wait(700)
  station.isReachable = true
  await wait(10_000)
  expect(station.kept.size).toBe(0)
})

test('takes over what another window changed or deleted', async () => {
  const { engine, station, store, states } = setUp([row(10)])
  await store.load(STUDY)
  engine.addMeasurement(drawn(content(10)))
  station.kept.set(ID, row(15, 2))
  await store.load(STUDY)
  expect(engine.brought.at(-1)?.values[0]?.value).toBe(15)
  expect(states()).toEqual([[15, 2, 'kept']])
  station.kept.delete(ID)
  await store.load(STUDY)
  expect([engine.measurements(), states()]).toEqual([[], []])
})

test('an answer that was asked for before something was sent undoes nothing', async () => {
  const { engine, station, store, states } = setUp()
  let answer: () => void = () => undefined
  station.gate = new Promise((resolve) => {
    answer = resolve
  })
  const loading = store.load(STUDY)
  station.gate = null
  engine.addMeasurement(drawn(content(10)))
  await wait(1000)
  answer()
  await loading
  expect([engine.measurements().length, states()]).toEqual([1, [[10, 1, 'kept']]])
})

describe('pixels that have not come', () => {
  /** A region of which nothing but the area is known. */
  const pending = (value: number): MeasurementContent => ({
    ...content(value),
    kind: 'ellipse',
    values: [{ quantity: 'area', value, unit: 'mm2' }],
    figuresPending: true,
  })
  const whole = (value: number): MeasurementContent => {
    const { figuresPending: _, ...rest } = pending(value)
    return { ...rest, values: [...rest.values, { quantity: 'mean', value: 41.5, unit: "[hnsf'U]" }] }
  }
  const shown = ({ store }: ReturnType<typeof setUp>) =>
    store
      .entries()
      .map(({ content: { values, figuresPending }, revision, state }) => [
        values.map(({ value }) => value),
        figuresPending === true,
        revision,
        state,
      ])

  test('a region is kept at once, and again with its figures when they are known', async () => {
    const all = setUp()
    all.engine.addMeasurement(drawn(pending(10)))
    await wait(SEND_AFTER)
    expect(shown(all)).toEqual([[[10], true, 1, 'kept']])
    all.engine.changeMeasurement(drawn(whole(10)))
    await wait(SEND_AFTER)
    expect([shown(all), all.station.kept.get(ID)?.figuresPending]).toEqual([
      [[[10, 41.5], false, 2, 'kept']],
      undefined,
    ])
  })

  test('one that is kept whole stays so while its pixels come again, and is pending once it is moved', async () => {
    const all = setUp([{ ...whole(10), revision: 3, createdAt: '2026-01-01', changedAt: '' }])
    await all.store.load(STUDY)
    all.engine.addMeasurement(drawn(pending(10)))
    await wait(1000)
    expect([all.station.asked, shown(all)]).toEqual([['list'], [[[10, 41.5], false, 3, 'kept']]])
    all.engine.changeMeasurement(drawn(pending(12)))
    expect(shown(all)).toEqual([[[12], true, 3, 'saving']])
    await wait(SEND_AFTER)
    expect(shown(all)).toEqual([[[12], true, 4, 'kept']])
  })
})

test('what is not kept yet is sent when the window goes away, or when the screen is left', async () => {
  const { engine, station, store, close } = setUp()
  engine.addMeasurement(drawn(content(10)))
  store.leave()
  expect(station.asked).toEqual(['leaving with 10'])
  close()
  await wait(0)
  expect(station.asked.at(-1)).toBe('save 10')
})

test('one that was just made is kept as soon as it is wanted, without waiting for its turn', async () => {
  const { engine, station, store } = setUp()
  engine.addMeasurement(drawn(content(10)))
  const quoted = store.whenKept(ID)
  await wait(0)
  expect([(await quoted)?.revision, station.asked]).toEqual([1, ['save 10']])
})

test('one that is moved while it is sent is quoted as it is then', async () => {
  const { engine, station, store } = setUp()
  const gate = Promise.withResolvers<void>()
  station.gate = gate.promise
  engine.addMeasurement(drawn(content(10)))
  const quoted = store.whenKept(ID)
  await wait(0)
  engine.changeMeasurement(drawn(content(12)))
  gate.resolve()
  await wait(0)
  expect(await quoted).toMatchObject({ revision: 2, values: [{ value: 12 }] })
})

test('one that the station does not keep is not quoted', async () => {
  const { engine, station, store } = setUp()
  station.isReachable = false
  engine.addMeasurement(drawn(content(10)))
  const quoted = store.whenKept(ID)
  await wait(0)
  expect([await quoted, await store.whenKept('unknown')]).toEqual([null, null])
})
