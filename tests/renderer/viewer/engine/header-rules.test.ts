/** Calibration, window, unit and letters: what the header says, and what is done when it does not. */
import { describe, expect, test } from 'vitest'
import { calibrationOf, drawnSpacing } from '../../../../renderer/viewer/engine/calibration.ts'
import {
  directionLetters,
  lettersFromPatientOrientation,
  lettersOfView,
} from '../../../../renderer/viewer/engine/orientation.ts'
import {
  initialVoi,
  isShownInverted,
  pixelUnit,
  rangeOfVoi,
  voiOfRange,
} from '../../../../renderer/viewer/engine/voi.ts'
import { header } from './header.ts'

describe('calibration', () => {
  test('cross-sections have the patient’s', () => {
    expect(calibrationOf(header({ PixelSpacing: [0.5, 0.7] }))).toEqual({ row: 0.5, column: 0.7, source: 'patient' })
    expect(calibrationOf(header())).toBe(null)
    expect(calibrationOf(header({ PixelSpacing: [0, 0.7] }))).toBe(null)
  })

  test.each([
    [{ ImagerPixelSpacing: [0.1, 0.1] }, 0.1, 'detector'],
    [{ ImagerPixelSpacing: [0.1, 0.1], EstimatedRadiographicMagnificationFactor: 1.25 }, 0.08, 'corrected'],
    [{ PixelSpacing: [0.1, 0.1], ImagerPixelSpacing: [0.1, 0.1] }, 0.1, 'detector'],
    [{ PixelSpacing: [0.08, 0.08], ImagerPixelSpacing: [0.1, 0.1] }, 0.08, 'corrected'],
    [{ PixelSpacing: [0.1, 0.1], PixelSpacingCalibrationType: 'FIDUCIAL' }, 0.1, 'corrected'],
    [{ PixelSpacing: [0.1, 0.1] }, 0.1, 'detector'],
  ] as const)('projections: %j', (own, column, source) => {
    const made = calibrationOf(header({ Modality: 'DX', ...(own as object) }))
    expect(made?.column).toBeCloseTo(column, 12)
    expect(made?.source).toBe(source)
  })

  test('ultrasound is calibrated inside its region only', () => {
    const region = (MinX: number, MaxX: number, delta: number, format = 1, unit = 3) => ({
      RegionSpatialFormat: format,
      RegionLocationMinX0: MinX,
      RegionLocationMinY0: 0,
      RegionLocationMaxX1: MaxX,
      RegionLocationMaxY1: 99,
      PhysicalUnitsXDirection: unit,
      PhysicalUnitsYDirection: 3,
      PhysicalDeltaX: delta,
      PhysicalDeltaY: -delta,
    })
    const image = header({
      Modality: 'US',
      SequenceOfUltrasoundRegions: [region(0, 49, 0.02), region(50, 99, 0.04), region(100, 150, 1, 3, 4)],
    })
    expect(
      calibrationOf(image, [
        [5, 5],
        [40, 9],
      ]),
    ).toEqual({ column: 0.2, row: 0.2, source: 'region' })
    expect(
      calibrationOf(image, [
        [60, 5],
        [70, 9],
      ])?.column,
    ).toBeCloseTo(0.4, 12)
    expect(
      calibrationOf(image, [
        [5, 5],
        [70, 9],
      ]),
    ).toBe(null)
    expect(
      calibrationOf(image, [
        [110, 5],
        [120, 9],
      ]),
    ).toBe(null)
    expect(calibrationOf(image)).toBe(null)
  })

  test('without spacing the aspect ratio still shapes the picture', () => {
    expect(drawnSpacing(header({ PixelAspectRatio: [4, 3] }))).toEqual({ row: 4 / 3, column: 1 })
  })
})

describe('window', () => {
  const pixels = { min: 0, max: 1000, isFloat: false, components: 1 }

  test('is the first of the header', () => {
    const voi = initialVoi(header({ WindowCenter: [40, 300], WindowWidth: [400, 1500] }), pixels)
    expect(voi).toEqual({ center: 40, width: 400, function: 'LINEAR' })
    expect(
      initialVoi(header({ WindowCenter: [40], WindowWidth: [400], VOILUTFunction: 'SIGMOID' }), pixels).function,
    ).toBe('SIGMOID')
  })

  test('follows the standard’s formulas', () => {
    expect(rangeOfVoi({ center: 2048, width: 4096, function: 'LINEAR' })).toEqual({ lower: 0, upper: 4095 })
    expect(rangeOfVoi({ center: 2048, width: 4096, function: 'LINEAR_EXACT' })).toEqual({ lower: 0, upper: 4096 })
    for (const kind of ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const) {
      const voi = { center: 40, width: 400, function: kind }
      expect(voiOfRange(rangeOfVoi(voi), kind)).toEqual(voi)
    }
  })

  test('falls back on the LUT’s input, the modality’s usual window, the pixels', () => {
    const VOILUTSequence = [{ LUTDescriptor: [3, 100, 8] as [number, number, number], LUTData: [0, 1, 2] }]
    expect(rangeOfVoi(initialVoi(header({ Modality: 'DX', VOILUTSequence }), pixels))).toEqual({
      lower: 100,
      upper: 102,
    })
    expect(initialVoi(header({ RescaleIntercept: -1024 }), pixels)).toMatchObject({ center: 40, width: 400 })
    expect(rangeOfVoi(initialVoi(header({ Modality: 'MR' }), pixels))).toEqual({ lower: 0, upper: 1000 })
    const map = initialVoi(header({ Modality: 'MR' }), { ...pixels, max: 0.5, isFloat: true })
    expect(map).toEqual({ center: 0.25, width: 0.5, function: 'LINEAR_EXACT' })
  })

  test('a window that divides by zero is not used', () => {
    expect(initialVoi(header({ Modality: 'MR', WindowCenter: [5], WindowWidth: [0] }), pixels).width).toBe(1001)
  })
})

test('unit and inversion', () => {
  expect(pixelUnit(header({ RescaleIntercept: -1024 }))).toBe('HU')
  expect(pixelUnit(header({ RescaleType: 'HU', Modality: 'OT' }))).toBe('HU')
  expect(pixelUnit(header({ RescaleType: 'US', RescaleIntercept: 0 }))).toBe('')
  expect(pixelUnit(header())).toBe('')
  expect(pixelUnit(header({ Modality: 'PT', Units: 'BQML', RescaleIntercept: 0 }))).toBe('BQML')
  expect(pixelUnit(header({ Modality: 'MR', RescaleIntercept: 0 }))).toBe('')
  expect(pixelUnit(header({ RescaleType: 'A\u202eB' }))).toBe('AB')
  expect(pixelUnit(header({ RescaleType: 'SIGNAL INTENSITY (UNITLESS)' }))).toBe('')
  expect(isShownInverted(header({ PhotometricInterpretation: 'MONOCHROME1' }))).toBe(true)
  expect(isShownInverted(header({ PresentationLUTShape: 'INVERSE' }))).toBe(true)
  expect(isShownInverted(header())).toBe(false)
})

describe('letters', () => {
  test('name the strongest direction first', () => {
    expect(directionLetters([1, 0, 0])).toBe('L')
    expect(directionLetters([0, 0, -1])).toBe('F')
    expect(directionLetters([-0.8, -0.6, 0])).toBe('RA')
    expect(directionLetters([0.3, -0.5, 0.81])).toBe('HAL')
    expect(directionLetters([0.05, 1, 0])).toBe('P')
  })

  test('of an axial view seen from the feet', () => {
    expect(lettersOfView([1, 0, 0], [0, 1, 0])).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  })

  test('of a projection follow its Patient Orientation through turns and flips', () => {
    expect(lettersFromPatientOrientation(['L', 'F'], [1, 0], [0, 1])).toEqual({
      left: 'R',
      right: 'L',
      top: 'H',
      bottom: 'F',
    })
    expect(lettersFromPatientOrientation(['L', 'F'], [-1, 0], [0, 1])).toEqual({
      left: 'L',
      right: 'R',
      top: 'H',
      bottom: 'F',
    })
    expect(lettersFromPatientOrientation(['PR', 'F'], [0, -1], [1, 0])).toEqual({
      left: 'F',
      right: 'H',
      top: 'AL',
      bottom: 'PR',
    })
    expect(lettersFromPatientOrientation(undefined, [1, 0], [0, 1])).toBe(null)
  })
})
