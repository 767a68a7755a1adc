/** Which grey values are shown how bright: the values of interest (PS3.3 §C.11.2). */
import type { ImageHeader } from '../../../main/contract/image.ts'

export type VoiFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'

export interface Voi {
  center: number
  width: number
  function: VoiFunction
}

/** Values that become black and white. SIGMOID reaches neither; the range then only carries centre and width. */
export interface VoiRange {
  lower: number
  upper: number
}

/** PS3.3 §C.11.2.1.2.1 (LINEAR subtracts half a step) and §C.11.2.1.3.2 (LINEAR_EXACT does not). */
export const rangeOfVoi = ({ center, width, function: kind }: Voi): VoiRange =>
  kind === 'LINEAR_EXACT'
    ? { lower: center - width / 2, upper: center + width / 2 }
    : { lower: center - 0.5 - (width - 1) / 2, upper: center - 0.5 + (width - 1) / 2 }

/** The inverse of {@link rangeOfVoi}. */
export const voiOfRange = ({ lower, upper }: VoiRange, kind: VoiFunction): Voi =>
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

/** Input range of the first VOI LUT that has one: shown linearly where the object has no window. */
const rangeOfTable = (header: ImageHeader): VoiRange | null => {
  const table = header.VOILUTSequence?.[0]
  if (!table || table.LUTData.length < 2) return null
  const first = table.LUTDescriptor[1]
  return { lower: first, upper: first + table.LUTData.length - 1 }
}

/** Windows for modalities whose objects came without one. */
const usual: Readonly<Record<string, Voi>> = { CT: { center: 40, width: 400, function: 'LINEAR' } }

/**
 * The first window of the header, else the range of its VOI LUT, else the modality's usual one, else what the pixels span.
 * `min` and `max` are of the rescaled values, padding left out.
 */
export const initialVoi = (
  header: ImageHeader,
  pixels: { min: number; max: number; isFloat: boolean; components: number },
): Voi => {
  if (pixels.components === 3) return { center: 128, width: 256, function: 'LINEAR' }
  const kind = functionOf(header, pixels.isFloat)
  const center = header.WindowCenter?.[0]
  const width = header.WindowWidth?.[0]
  if (center !== undefined && width !== undefined && Number.isFinite(center) && width >= smallestWidth(kind)) {
    return { center, width, function: kind }
  }
  const table = rangeOfTable(header)
  if (table) return voiOfRange(table, kind)
  const byModality = usual[header.Modality ?? '']
  if (byModality && pixelUnit(header) === 'HU') return byModality
  const { min, max } = pixels
  const isFlat = !(max > min)
  return voiOfRange({ lower: min, upper: isFlat ? min + (kind === 'LINEAR_EXACT' ? 1 : 255) : max }, kind)
}

/** Whether brightness falls with the value: MONOCHROME1, or a presentation that is inverse (PS3.3 §C.7.6.3.1.2, §C.11.6). */
export const isShownInverted = (header: ImageHeader | undefined): boolean =>
  header?.PresentationLUTShape === 'INVERSE' || header?.PhotometricInterpretation === 'MONOCHROME1'

/**
 * Unit of the rescaled values: `HU` only where the object says so, or is a CT that rescales and does not say otherwise
 * (PS3.3 §C.8.2.1.1.2); a PET's `Units`; empty when unspecified.
 */
export const pixelUnit = (header: ImageHeader): string => {
  const { RescaleType, Modality, Units } = header
  if (RescaleType !== undefined && RescaleType !== '') return RescaleType === 'US' ? '' : RescaleType
  if (Modality === 'PT') return Units ?? ''
  return Modality === 'CT' && header.RescaleIntercept !== undefined ? 'HU' : ''
}
