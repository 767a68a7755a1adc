/**
 * The words in the corners of a viewport, as radiologists know them: who, what, how acquired; window, slice; position in the stack.
 * Everything here comes from the painted image's own header and from what the engine says is painted.
 */
import type { ImageHeader } from '../../../main/contract/image.ts'
import { displayText } from '../../../main/dicom/index.ts'
import type { DisplaySet, Plane, ViewportState } from '../engine/engine.ts'
import { presetOf } from '../window-presets.ts'
import { unitText, type Writing } from '../writing.ts'
import { renderingLines } from './rendering-text.ts'

export interface OverlayLine {
  text: string
  /** Amber for what limits the image, quiet for the rest of it. */
  tone?: 'amber' | 'strong'
  /** Stays where the reader hides the texts: without it the image would be taken for what it is not. */
  isKept?: true
}

/** Series and acquisition, top right. */
export function acquisitionLines(displaySet: DisplaySet, header: ImageHeader | undefined, w: Writing): OverlayLine[] {
  const series = [
    displaySet.Modality,
    displaySet.SeriesNumber === null ? '' : w.t('overlay.series', { number: displaySet.SeriesNumber }),
    sideOf(header, w),
  ]
  return lines([
    { text: joined(series, ' · '), tone: 'strong' },
    { text: displaySet.label },
    { text: header ? joined([w.date(acquired(header).date), w.time(acquired(header).time)], ' ') : '' },
    ...(header ? techniqueLines(header, w) : []),
  ])
}

const acquired = (header: ImageHeader) => ({
  date: header.AcquisitionDate ?? header.ContentDate ?? '',
  time: header.AcquisitionTime ?? header.ContentTime ?? '',
})

function sideOf(header: ImageHeader | undefined, w: Writing): string {
  const side = header?.ImageLaterality ?? header?.Laterality
  const words = side === 'R' || side === 'L' || side === 'B' ? w.t(`overlay.laterality.${side}`) : ''
  return joined([words, header?.ViewPosition ?? ''], ' ')
}

/** How the image was made; only what its header states. */
export function techniqueLines(header: ImageHeader, w: Writing): OverlayLine[] {
  const value = (number: number | undefined, unit: string, digits = 0) =>
    number === undefined ? '' : `${w.number(number, digits)} ${unit}`
  const named = (key: string, number: number | undefined, unit = '', digits = 0) =>
    number === undefined ? '' : `${w.t(`overlay.${key}`)} ${w.number(number, digits)}${unit}`
  return lines([
    {
      text: joined(
        [
          value(header.KVP, 'kV'),
          header.Exposure !== undefined ? value(header.Exposure, 'mAs') : value(header.XRayTubeCurrent, 'mA'),
          header.ConvolutionKernel ?? '',
        ],
        ' · ',
      ),
    },
    {
      text: joined(
        [
          named('TR', header.RepetitionTime),
          named('TE', header.EchoTime ?? header.EffectiveEchoTime, '', 1),
          named('TI', header.InversionTime),
          named('flipAngle', header.FlipAngle, '°'),
          header.DiffusionBValue === undefined ? '' : `b ${w.number(header.DiffusionBValue)}`,
        ],
        ' · ',
      ),
    },
    { text: header.ContrastBolusAgent ? w.t('overlay.contrast', { agent: header.ContrastBolusAgent }) : '' },
    {
      text: header.GantryDetectorTilt ? w.t('overlay.tilt', { degrees: w.number(header.GantryDetectorTilt, 1) }) : '',
    },
  ])
}

/** Window, zoom and slice, bottom left. */
export function displayLines(state: ViewportState, plane: Plane | null, w: Writing): OverlayLine[] {
  if (state.rendering) return renderingLines(state.rendering, state.zoom, w)
  if (state.status === 'empty' || state.status === 'not-displayable') return planeLine(plane, w)
  const turned = [
    state.invert ? w.t('overlay.inverted') : '',
    state.rotation % 360 === 0 ? '' : w.t('overlay.rotated', { degrees: w.number(state.rotation) }),
    state.flipHorizontal ? w.t('overlay.flippedHorizontally') : '',
    state.flipVertical ? w.t('overlay.flippedVertically') : '',
  ]
  return lines([
    { text: joined(turned, ' · '), tone: 'amber' },
    { text: state.voi?.table?.isApplied === false ? w.t('overlay.voiLutNotApplied') : '', tone: 'amber' },
    { text: windowText(state, w) },
    { text: w.t('overlay.zoom', { percent: w.number(state.zoom * 100) }) },
    { text: sliceText(state, w) },
    ...planeLine(plane, w),
  ])
}

const planeLine = (plane: Plane | null, w: Writing): OverlayLine[] =>
  plane ? [{ text: w.t(`plane.${plane}`), tone: 'strong' }] : []

function windowText(state: ViewportState, w: Writing): string {
  if (!state.voi) return ''
  if (state.voi.table?.isApplied) return voiLutText(state.voi.table.explanation, w)
  const digits = state.voi.width < 10 ? 2 : 0
  const preset = state.unit === 'HU' ? presetOf(state.voi) : undefined
  const figures = w.t('overlay.window', {
    width: w.number(state.voi.width, digits),
    center: w.number(state.voi.center, digits),
  })
  return preset ? `${figures} · ${w.t(`presets.${preset.name}`)}` : figures
}

/** The image's own curve, by the name that the image gives it (LUT Explanation). */
function voiLutText(explanation: string, w: Writing): string {
  const name = displayText(explanation, 40)
  return name ? w.t('overlay.voiLutNamed', { name }) : w.t('overlay.voiLut')
}

function sliceText(state: ViewportState, w: Writing): string {
  if (!state.slice) return ''
  const location = w.t('overlay.location', { mm: w.number(state.slice.location, 1) })
  return state.slice.thickness === null
    ? location
    : joined([location, w.t('overlay.thickness', { mm: w.number(state.slice.thickness, 2) })], ' · ')
}

/** Position in the stack, compression, calibration, bottom right. `missing`: images of the series that are not here. */
export function positionLines(
  state: ViewportState,
  header: ImageHeader | undefined,
  load: { total: number; loaded: number; failed: number },
  w: Writing,
): OverlayLine[] {
  const frames = header?.NumberOfFrames ?? 1
  return lines([
    { text: state.lossy ? lossyText(state.lossy, w) : '', tone: 'amber', isKept: true },
    { text: calibrationText(state, w), tone: state.scale ? undefined : 'amber' },
    {
      text:
        load.loaded + load.failed < load.total
          ? w.t('overlay.loaded', { loaded: w.number(load.loaded), total: w.number(load.total) })
          : '',
    },
    {
      text:
        state.frame && frames > 1
          ? w.t('overlay.frame', { number: w.number(state.frame.frame + 1), total: w.number(frames) })
          : '',
    },
    {
      text:
        state.imageCount > 0
          ? w.t('overlay.image', { number: w.number(state.imageIndex + 1), total: w.number(state.imageCount) })
          : '',
      tone: 'strong',
    },
  ])
}

/** The compression notice: an image that lost something says so, with how much and by which method where known. */
export function lossyText(lossy: { ratio: number | null; method: string }, w: Writing): string {
  const ratio = lossy.ratio === null ? '' : ` ${w.number(lossy.ratio, lossy.ratio < 10 ? 1 : 0)}:1`
  const methods: Record<string, string> = {
    ISO_10918_1: 'JPEG',
    ISO_14495_1: 'JPEG-LS',
    ISO_15444_1: 'JPEG 2000',
    ISO_15444_15: 'HTJ2K',
    ISO_13818_2: 'MPEG-2',
    ISO_14496_10: 'MPEG-4',
    ISO_23008_2: 'HEVC',
    ISO_18181_1: 'JPEG XL',
  }
  const method = methods[lossy.method] ?? lossy.method
  return `${w.t('overlay.lossy')}${ratio}${method ? ` (${method})` : ''}`
}

function calibrationText(state: ViewportState, w: Writing): string {
  if (state.status === 'empty' || state.status === 'not-displayable') return ''
  if (!state.scale) return state.imageCount > 0 ? w.t('overlay.uncalibrated') : ''
  return state.scale.source === 'patient' ? '' : w.t(`overlay.calibration.${state.scale.source}`)
}

/** The value under the pointer, with its place; empty when the pointer is elsewhere. */
export function pointerText(state: ViewportState, w: Writing): string {
  const pointer = state.pointer
  if (!pointer || pointer.value === null) return ''
  const value = Array.isArray(pointer.value)
    ? `${w.t('overlay.rgb')} ${pointer.value.map((part) => w.number(part)).join(' ')}`
    : `${w.number(pointer.value, Number.isInteger(pointer.value) ? 0 : 2)}${unitText(pointer.unit, w)}`
  return `${pointer.column}, ${pointer.row} : ${value}`
}

function joined(parts: readonly string[], separator: string): string {
  return parts.filter((part) => part !== '').join(separator)
}

interface Candidate {
  text: string
  tone?: OverlayLine['tone'] | undefined
  isKept?: true
}

function lines(candidates: readonly Candidate[]): OverlayLine[] {
  return candidates.flatMap(({ text, tone, ...kept }) =>
    text === '' ? [] : [{ text, ...kept, ...(tone ? { tone } : {}) }],
  )
}
