// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measurementContent as schema } from '../../../../main/contract/measurement.ts'
import type { Measurement } from '../../../../renderer/viewer/engine/engine.ts'
import { imagePlane, imagePointOf, worldPointOf } from '../../../../renderer/viewer/engine/image-plane.ts'
import {
  isOfStudy,
  isSameMeasurement,
  isSameShape,
  type MeasuredImage,
  measurementContent,
  type Shape,
  shapeOf,
} from '../../../../renderer/viewer/engine/measurement-content.ts'
import { ellipseAxes, ellipseOf } from '../../../../renderer/viewer/engine/roi-statistics.ts'
import { ucumOf, unitOfUcum } from '../../../../renderer/viewer/engine/ucum.ts'
import { displaySet, header } from '../study-fixtures.ts'

const ID = '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f'

const imageOf = (
  change: Partial<MeasuredImage> = {},
  of = header(1, { FrameOfReferenceUID: '1.2.3.9' }),
): MeasuredImage => {
  const plane = imagePlane(of)
  return {
    displaySet: displaySet(),
    header: of,
    frame: 0,
    isStored: true,
    plane: {
      toImage: (world) => imagePointOf(plane, world),
      toWorld: (point) => worldPointOf(plane, point),
      spacing: () => ({ column: 0.5, row: 0.5, source: 'patient' }),
      pixels: null,
    },
    ...change,
  }
}
const metadata = {
  FrameOfReferenceUID: '1.2.3.9',
  viewPlaneNormal: [0, 0, -1],
  viewUp: [0, -1, 0],
  cameraFocalPoint: new Float32Array([0, 0, 2]),
  sliceIndex: 0,
}
const length: Shape = {
  id: ID,
  tool: 'length',
  // Columns 0 and 40, row 240.
  points: [
    [-120, 0, 2],
    [-100, 0, 2],
  ],
  metadata,
}
const roi: NonNullable<Measurement['roi']> = {
  mean: 41.5,
  standardDeviation: 3,
  min: -2,
  max: 80,
  pixels: 12,
  area: { value: 94.2, unit: 'mm²' },
  unit: 'HU',
}
const ellipse: Shape = {
  id: ID,
  tool: 'ellipticalROI',
  // Centre column 240, row 240; 20 columns wide each way, 10 rows high.
  points: [
    [0, 5, 2],
    [0, -5, 2],
    [-10, 0, 2],
    [10, 0, 2],
  ],
  metadata,
}

describe('a measurement as it is kept', () => {
  test('names its image, its place in it from the corner of the first pixel, and its figures in UCUM', () => {
    const content = measurementContent(length, { length: { value: 20, unit: 'mm' }, roi: null }, imageOf())
    expect(schema.parse(content)).toEqual(content)
    expect(content).toEqual({
      measurementId: ID,
      StudyInstanceUID: '1.2.3',
      SeriesInstanceUID: '1.2.3.1',
      kind: 'length',
      image: {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
        SOPInstanceUID: '1.2.3.1.1',
        SeriesInstanceUID: '1.2.3.1',
        StudyInstanceUID: '1.2.3',
        frame: null,
      },
      FrameOfReferenceUID: '1.2.3.9',
      points: [
        [-120, 0, 2],
        [-100, 0, 2],
      ],
      graphic: { GraphicType: 'POLYLINE', GraphicData: [0.5, 240.5, 40.5, 240.5] },
      values: [{ quantity: 'length', value: 20, unit: 'mm' }],
      calibration: 'patient',
      view: expect.stringContaining('"cameraFocalPoint":[0,0,2]'),
    })
  })

  test('an ellipse has the ends of its major axis, then of its minor axis', () => {
    const content = measurementContent(ellipse, { length: null, roi }, imageOf())
    expect(content.graphic).toEqual({
      GraphicType: 'ELLIPSE',
      GraphicData: [220.5, 240.5, 260.5, 240.5, 240.5, 230.5, 240.5, 250.5],
    })
    expect(content.values).toEqual([
      { quantity: 'area', value: 94.2, unit: 'mm2' },
      { quantity: 'mean', value: 41.5, unit: "[hnsf'U]" },
      { quantity: 'standardDeviation', value: 3, unit: "[hnsf'U]" },
      { quantity: 'minimum', value: -2, unit: "[hnsf'U]" },
      { quantity: 'maximum', value: 80, unit: "[hnsf'U]" },
    ])
  })

  test('without grey values an ellipse has its area alone', () => {
    const content = measurementContent(ellipse, { length: null, roi: null }, imageOf())
    expect(content.values).toEqual([{ quantity: 'area', value: expect.closeTo(Math.PI * 10 * 5, 9), unit: 'mm2' }])
  })

  test('while pixels are missing it says so, and holds the figures of its geometry alone', () => {
    const content = measurementContent(ellipse, { length: null, roi: null }, imageOf({ isStored: false }), true)
    expect(schema.parse(content)).toEqual(content)
    expect([content.figuresPending, content.values.map(({ quantity }) => quantity)]).toEqual([true, ['area']])
    const whole = measurementContent(ellipse, { length: null, roi }, imageOf({ isStored: false }))
    expect('figuresPending' in whole).toBe(false)
    expect([isSameShape(content, whole), isSameMeasurement(content, whole)]).toEqual([true, false])
    const area = { ...whole, values: content.values }
    expect(isSameMeasurement(content, area)).toBe(false)
  })

  test('a figure that is no number is left out: the station would never keep it', () => {
    const content = measurementContent(ellipse, { length: null, roi: { ...roi, mean: Number.NaN } }, imageOf())
    expect(content.values.map(({ quantity }) => quantity)).toEqual(['area', 'standardDeviation', 'minimum', 'maximum'])
  })

  test('a frame of several counts from 1', () => {
    const image = imageOf({ frame: 4 }, header(1, { NumberOfFrames: 8 }))
    expect(measurementContent(length, { length: null, roi: null }, image).image?.frame).toBe(5)
  })

  test('in a reformatted plane there is no image, and beside the image no graphic', () => {
    const figures = { length: { value: 20, unit: 'mm' as const }, roi: null }
    const inPlane = measurementContent(length, figures, imageOf({ isStored: false }))
    expect([inPlane.image, inPlane.graphic, inPlane.FrameOfReferenceUID]).toEqual([null, null, '1.2.3.9'])
    const beside = { ...length, points: [[-121, 0, 2] as const, [-100, 0, 2] as const] }
    expect(measurementContent(beside, figures, imageOf()).graphic).toBe(null)
  })

  test('is drawn again as it was', () => {
    for (const image of [imageOf(), imageOf({ isStored: false })]) {
      const shape = shapeOf(measurementContent(ellipse, { length: null, roi }, image))
      expect(shape).toEqual({
        ...ellipse,
        StudyInstanceUID: '1.2.3',
        metadata: { ...metadata, cameraFocalPoint: [0, 0, 2] },
        image: { SOPInstanceUID: '1.2.3.1.1', frame: 0 },
        isStored: image.isStored,
      })
    }
  })

  test('whatever its view says, reading it throws nothing', () => {
    const content = measurementContent(length, { length: null, roi: null }, imageOf())
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (view) => {
        expect(shapeOf({ ...content, view })?.image.SOPInstanceUID).toBe('1.2.3.1.1')
      }),
    )
    expect(shapeOf({ ...content, image: null, view: 'null' })).toBe(null)
  })

  test('lies on an image of its own study, whatever other study has one of the same UIDs', () => {
    const content = measurementContent(length, { length: null, roi: null }, imageOf())
    const shape = shapeOf(content)
    const own = displaySet()
    const other = { ...own, StudyInstanceUID: `${own.StudyInstanceUID}.9` }
    expect([shape && isOfStudy(shape, own), shape && isOfStudy(shape, other)]).toEqual([true, false])
    const ofOther = measurementContent(length, { length: null, roi: null }, imageOf({ displaySet: other }))
    expect(isSameShape(content, ofOther)).toBe(false)
    expect(shapeOf({ ...content, kind: 'ellipse' })).toBe(null)
  })

  test('is the same when arithmetic alone differs, another when a figure, unit or point does', () => {
    const content = measurementContent(ellipse, { length: null, roi }, imageOf())
    const [area, ...others] = content.values
    const withMean = (mean: number) => measurementContent(ellipse, { length: null, roi: { ...roi, mean } }, imageOf())
    expect(isSameMeasurement(content, withMean(41.5 + 1e-9))).toBe(true)
    expect(isSameMeasurement(content, { ...content, view: 'another' })).toBe(true)
    expect(isSameMeasurement(content, withMean(41.501))).toBe(false)
    expect(isSameMeasurement(content, { ...content, values: others })).toBe(false)
    expect(isSameMeasurement(content, { ...content, values: [{ ...area, unit: 'cm2' }, ...others] as never })).toBe(
      false,
    )
    expect(isSameMeasurement(content, { ...content, calibration: 'detector' })).toBe(false)
  })
})

test('the axes of an ellipse given by any two conjugate diameters are its own', () => {
  const number = fc.double({ min: -50, max: 50, noNaN: true })
  const radius = fc.double({ min: 1, max: 50, noNaN: true })
  const scene = fc.record({
    center: fc.tuple(number, number),
    major: radius,
    minor: radius,
    turn: fc.double({ min: 0, max: 3, noNaN: true }),
    phase: fc.double({ min: 0, max: 3, noNaN: true }),
  })
  fc.assert(
    fc.property(scene, ({ center, major, minor, turn, phase }) => {
      const at = (angle: number): [number, number] => {
        const [x, y] = [major * Math.cos(angle), minor * Math.sin(angle)]
        return [
          center[0] + x * Math.cos(turn) - y * Math.sin(turn),
          center[1] + x * Math.sin(turn) + y * Math.cos(turn),
        ]
      }
      const half = Math.PI / 2
      const found = ellipseAxes(ellipseOf(at(phase + half), at(phase - half), at(phase + Math.PI), at(phase)))
      const [a, b, c, d] = found.map(([x, y]) => Math.hypot(x - center[0], y - center[1]))
      const [long, short] = [Math.max(major, minor), Math.min(major, minor)]
      expect([a, b, c, d].map((one, index) => Math.abs((one ?? 0) - (index < 2 ? long : short)) < 1e-6)).toEqual([
        true,
        true,
        true,
        true,
      ])
    }),
  )
})

test('units go to UCUM and back', () => {
  for (const unit of ['HU', 'BQML', 'GML', 'mm', 'mm²', 'px', 'px²', 'CNTS', ''])
    expect(unitOfUcum(ucumOf(unit))).toBe(unit)
  expect([ucumOf('HU'), ucumOf('px²'), ucumOf('CNTS')]).toEqual(["[hnsf'U]", '{pixels}2', '{CNTS}'])
})
