/** Which grey values are shown how bright: the values of interest (PS3.3 §C.11.2). */
import type { ImageHeader } from '../../../main/contract/image.ts'
import { displayText } from '../../../main/dicom/index.ts'
import { changingPart, isUsableTable, type VoiTable } from './voi-table.ts'

export const voiFunctions = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID'] as const
export type VoiFunction = (typeof voiFunctions)[number]

/** A window. */
export interface VoiWindow {
  center: number
  width: number
  function: VoiFunction
}

/** How an image is shown. */
export interface Voi extends VoiWindow {
  /** The image's own curve, which counts instead of the window; the window is then the linear one nearest to it. */
  table?: VoiTable
}

/** Values that become black and white. SIGMOID reaches neither; the range then only carries centre and width. */
export interface VoiRange {
  lower: number
  upper: number
}

/** PS3.3 §C.11.2.1.2.1 (LINEAR subtracts half a step) and §C.11.2.1.3.2 (LINEAR_EXACT does not). */
export const rangeOfVoi = ({ center, width, function: kind }: VoiWindow): VoiRange =>
  kind === 'LINEAR_EXACT'
    ? { lower: center - width / 2, upper: center + width / 2 }
    : { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 }

/** The inverse of {@link rangeOfVoi}. */
export const voiOfRange = ({ lower, upper }: VoiRange, kind: VoiFunction): VoiWindow =>
  kind === 'LINEAR_EXACT'
    ? { center: (lower + upper) / 2, width: upper - lower, function: kind }
    : { center: (lower + upper + 1) / 2, width: upper - lower + 1, function: kind }

/** Narrowest window of each function: LINEAR divides by width − 1. */
export const smallestWidth = (kind: VoiFunction): number => (kind === 'LINEAR_EXACT' ? 1e-6 : 1.001)

const functionOf = (header: ImageHeader, isFloat: boolean): VoiFunction => {
  const { VOILUTFunction } = header
  if (VOILUTFunction === 'SIGMOID' || VOILUTFunction === 'LINEAR_EXACT') return VOILUTFunction
  // Half a step would be half the range of a PET in SUV or of a map between 0 and 1.
  return VOILUTFunction === undefined && isFloat ? 'LINEAR_EXACT' : 'LINEAR'
}

/** Windows for modalities whose objects came without one. */
const usual: Readonly<Record<string, Voi>> = { CT: { center: 40, width: 400, function: 'LINEAR' } }

interface PixelRange {
  min: number
  max: number
  isFloat: boolean
  components: number
}

/** The first window of the header; a width of 1 is a threshold (PS3.3 §C.11.2.1.2.1). */
const statedWindow = (header: ImageHeader, kind: VoiFunction): Voi | null => {
  const center = header.WindowCenter?.[0]
  const width = header.WindowWidth?.[0]
  if (center === undefined || width === undefined || !Number.isFinite(center)) return null
  if (!(width >= Math.min(1, smallestWidth(kind)))) return null
  return { center, width: Math.max(width, smallestWidth(kind)), function: kind }
}

const guessedWindow = (header: ImageHeader, { min, max }: PixelRange, kind: VoiFunction): Voi => {
  const byModality = usual[header.Modality ?? '']
  if (byModality && pixelUnit(header) === 'HU') return byModality
  const isFlat = !(max > min)
  return voiOfRange({ lower: min, upper: isFlat ? min + (kind === 'LINEAR_EXACT' ? 1 : 255) : max }, kind)
}

/**
 * How an image is shown at first: by the first window of the header, else by its first VOI LUT, else by the modality's usual window, else
 * by what the pixels span. (Window and LUT are alternatives of which either may be used: PS3.3 §C.11.2.1.) A LUT that cannot be used
 * stays named in `table`. `min` and `max` are of the rescaled values, padding left out.
 */
export const initialVoi = (header: ImageHeader, pixels: PixelRange): Voi => {
  if (pixels.components === 3) return { center: 128, width: 256, function: 'LINEAR' }
  const kind = functionOf(header, pixels.isFloat)
  const stated = statedWindow(header, kind)
  if (stated) return stated
  const table = header.VOILUTSequence?.[0]
  if (!table) return guessedWindow(header, pixels, kind)
  // VOI LUT Function is of windows: a window that replaces the table is a straight line.
  const straight = pixels.isFloat ? 'LINEAR_EXACT' : 'LINEAR'
  const window = isUsableTable(table)
    ? voiOfRange(changingPart(table, pixels.min, pixels.max), straight)
    : guessedWindow(header, pixels, straight)
  return { ...window, table }
}

/** Whether brightness falls with the value: MONOCHROME1, or a presentation that is inverse (PS3.3 §C.7.6.3.1.2, §C.11.6). */
export const isShownInverted = (header: ImageHeader | undefined): boolean =>
  header?.PresentationLUTShape === 'INVERSE' || header?.PhotometricInterpretation === 'MONOCHROME1'

/** Longest unit, in characters: what is longer describes (“signal intensity (unitless)”), and would hide the figures it stands behind. */
const LONGEST_UNIT = 12

/** Nothing in a unit may reorder the figures before it. */
const written = (unit: string): string => (unit.length > LONGEST_UNIT ? '' : displayText(unit))

/**
 * Unit of the rescaled values: `HU` only where the object says so, or is a CT that rescales and does not say otherwise
 * (PS3.3 §C.8.2.1.1.2); a PET's `Units`; empty when unspecified.
 */
export const pixelUnit = (header: ImageHeader): string => {
  const { RescaleType, Modality, Units } = header
  if (RescaleType !== undefined && RescaleType !== '') return RescaleType === 'US' ? '' : written(RescaleType)
  if (Modality === 'PT') return written(Units ?? '')
  return Modality === 'CT' && header.RescaleIntercept !== undefined ? 'HU' : ''
}
