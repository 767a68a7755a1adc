/** Measurements: the revision rises with what was measured, and every revision stays readable. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { MeasurementContent } from '../../../../main/contract/measurement.ts'
import { testStores } from './test-records.ts'

const measured = (change: Partial<MeasurementContent> = {}): MeasurementContent => ({
  measurementId: randomUUID(),
  StudyInstanceUID: '1.2',
  SeriesInstanceUID: '1.2.3',
  kind: 'length',
  image: null,
  FrameOfReferenceUID: '1.2.9',
  points: [
    [0, -0, 0.1],
    [10, 0, 0],
  ],
  graphic: null,
  values: [{ quantity: 'length', value: 10, unit: 'mm' }],
  calibration: 'patient',
  view: '{}',
  ...change,
})

it('rises with geometry and values, and not with how it is drawn', () => {
  const { measurements } = testStores()
  const first = measured()
  expect(measurements.save(first, '1')).toEqual({ revision: 1 })
  expect(measurements.save(first, '2')).toEqual({ revision: 1 })
  expect(measurements.save({ ...first, view: '{"textBox":1}' }, '3')).toEqual({ revision: 1 })
  const longer = measured({ ...first, values: [{ quantity: 'length', value: 11, unit: 'mm' }] })
  expect(measurements.save(longer, '4')).toEqual({ revision: 2 })
  expect(measurements.save({ ...longer, calibration: 'none' }, '5')).toEqual({ revision: 3 })
  expect(measurements.list('1.2')).toEqual([
    { ...JSON.parse(JSON.stringify(longer)), calibration: 'none', revision: 3, createdAt: '1', changedAt: '5' },
  ])
})

it('keeps a region whose figures are to come over a restart, and gives it another revision with them', () => {
  const stores = testStores()
  const area = { quantity: 'area' as const, value: 94.2, unit: 'mm2' }
  const pending = measured({ kind: 'ellipse', values: [area], figuresPending: true })
  expect(stores.measurements.save(pending, '1')).toEqual({ revision: 1 })
  const again = stores.reopen().measurements
  expect(again.list('1.2').map(({ figuresPending, values }) => [figuresPending, values])).toEqual([[true, [area]]])
  const { figuresPending: _, ...whole } = pending
  expect(again.save(whole, '2')).toEqual({ revision: 2 })
  expect(again.list('1.2').map(({ figuresPending }) => figuresPending)).toEqual([undefined])
})

it('leaves the list when it is removed, keeps every revision, and comes back', () => {
  const stores = testStores()
  const { measurements } = stores
  const one = measured()
  const other = measured()
  measurements.save(one, '1')
  measurements.save(other, '2')
  measurements.save({ ...one, points: [[1, 1, 1], ...one.points] }, '3')
  expect(measurements.remove(one.measurementId, '4')).toBe('1.2')
  expect(measurements.remove(one.measurementId, '4')).toBeNull()
  expect(measurements.remove(randomUUID(), '4')).toBeNull()
  expect(measurements.list('1.2').map(({ measurementId }) => measurementId)).toEqual([other.measurementId])
  const again = stores.reopen().measurements
  const quoted = [1, 2, 3].map((revision) => ({ measurementId: one.measurementId, revision }))
  expect(again.revisions(quoted).map(({ revision, points }) => [revision, points.length])).toEqual([
    [1, 2],
    [2, 3],
  ])
  expect(again.present([one.measurementId, other.measurementId, randomUUID()])).toEqual(
    expect.arrayContaining([
      { measurementId: one.measurementId, revision: 2, isRemoved: true },
      { measurementId: other.measurementId, revision: 1, isRemoved: false },
    ]),
  )
  expect(again.save(one, '5')).toEqual({ revision: 3 })
  expect(again.list('1.2').map(({ measurementId }) => measurementId)).toEqual([one.measurementId, other.measurementId])
})
