/** Stored values to grey levels: modality LUT, VOI, presentation (PS3.3 §C.11.1, §C.11.2; PS3.4 §N.2). */
import type { FrameHeader, ImageHeader } from '../../contract/image.ts'
import { DecodeError, type Samples } from '../decode/decoded-frame.ts'

type LookupTable = NonNullable<ImageHeader['ModalityLUTSequence']>
type Mapping = (value: number) => number

/** The header with one frame's own values in place of the shared ones. */
export const frameView = (header: ImageHeader, frame: number): ImageHeader & FrameHeader => ({
  ...header,
  ...header.frames?.[frame],
})

/** Value of a LUT, its ends for inputs beyond it. */
const lookUp = ({ LUTDescriptor: [, first], LUTData }: LookupTable): Mapping => {
  const last = LUTData.length - 1
  return (value) => LUTData[Math.min(Math.max(Math.round(value) - first, 0), last)] ?? 0
}

/** Stored values to modality units (HU, SUV-bearing counts, …). */
export const modalityMapping = (header: ImageHeader & FrameHeader): Mapping => {
  if (header.ModalityLUTSequence?.LUTData.length === 0) throw new DecodeError('the modality LUT has no entries')
  if (header.ModalityLUTSequence) return lookUp(header.ModalityLUTSequence)
  const { RescaleSlope = 1, RescaleIntercept = 0 } = header
  return (value) => value * RescaleSlope + RescaleIntercept
}

/** The window functions of PS3.3 §C.11.2.1.2, to 0–1. */
const windowMapping = (center: number, width: number, voiFunction: string): Mapping => {
  if (voiFunction === 'SIGMOID') return (value) => 1 / (1 + Math.exp((-4 * (value - center)) / width))
  if (voiFunction === 'LINEAR_EXACT') return (value) => (value - center) / width + 0.5
  return width === 1
    ? (value) => (value <= center - 0.5 ? 0 : 1)
    : (value) => (value - (center - 0.5)) / (width - 1) + 0.5
}

/**
 * Modality values to 0–1: the first window of the header, else its first VOI LUT, else from the 1st to the 99th percentile of `values`.
 */
export const voiMapping = (header: ImageHeader & FrameHeader, values: () => Float64Array): Mapping => {
  const center = header.WindowCenter?.[0]
  const width = header.WindowWidth?.[0]
  const voiFunction = header.VOILUTFunction ?? 'LINEAR'
  if (center !== undefined && width !== undefined && (width >= 1 || (width > 0 && voiFunction !== 'LINEAR'))) {
    return windowMapping(center, width, voiFunction)
  }
  const table = header.VOILUTSequence?.[0]
  if (table && isUsable(table)) return tableMapping(table)
  return percentileMapping(values())
}

/** As many entries as it claims, of 1 to 16 bits. */
const isUsable = ({ LUTDescriptor: [entries, , bits], LUTData }: LookupTable): boolean =>
  bits >= 1 && bits <= 16 && LUTData.length > 1 && LUTData.length === entries

const tableMapping = (table: LookupTable): Mapping => {
  const map = lookUp(table)
  const max = 2 ** table.LUTDescriptor[2] - 1
  return (value) => map(value) / max
}

const percentileMapping = (values: Float64Array): Mapping => {
  const sorted = values.sort()
  const low = sorted[Math.floor((sorted.length - 1) * 0.01)] ?? 0
  const high = sorted[Math.ceil((sorted.length - 1) * 0.99)] ?? 1
  return high > low ? (value) => (value - low) / (high - low) : (value) => (value > low ? 1 : value < low ? 0 : 0.5)
}

/** Stored values that stand for “nothing here” (PS3.3 §C.7.5.1.1.2). */
const paddingTest = ({ PixelPaddingValue, PixelPaddingRangeLimit }: ImageHeader): ((stored: number) => boolean) => {
  if (PixelPaddingValue === undefined) return () => false
  const limit = PixelPaddingRangeLimit ?? PixelPaddingValue
  const [low, high] = [Math.min(PixelPaddingValue, limit), Math.max(PixelPaddingValue, limit)]
  return (stored) => stored >= low && stored <= high
}

/** At most this many values, evenly spread, decide a window that the header does not give. */
const MAX_PROBES = 65_536

const probe = (samples: Samples, toModality: Mapping, isPadding: (stored: number) => boolean): Float64Array => {
  const step = Math.max(1, Math.floor(samples.length / MAX_PROBES))
  const values: number[] = []
  for (let i = 0; i < samples.length; i += step) {
    const stored = samples[i] ?? 0
    const value = toModality(stored)
    if (!isPadding(stored) && Number.isFinite(value)) values.push(value)
  }
  return Float64Array.from(values)
}

/** Grey levels of a monochrome frame, 0 black to 255 white, one a pixel. Padding is black. */
export const renderGrayscale = (
  samples: Samples,
  header: ImageHeader & FrameHeader,
  inverted: boolean,
): Uint8ClampedArray<ArrayBuffer> => {
  const toModality = modalityMapping(header)
  const isPadding = paddingTest(header)
  const toUnit = voiMapping(header, () => probe(samples, toModality, isPadding))
  const level = (stored: number): number => {
    if (isPadding(stored)) return 0
    const unit = Math.min(Math.max(toUnit(toModality(stored)), 0), 1)
    return 255 * (inverted ? 1 - unit : unit)
  }
  const levels = new Uint8ClampedArray(samples.length)
  const known = smallIntegerTable(samples, level)
  for (let i = 0; i < samples.length; i++) {
    const stored = samples[i] ?? 0
    levels[i] = known ? (known.levels[stored - known.first] ?? 0) : level(stored)
  }
  return levels
}

/** The level of every possible value of 8- and 16-bit samples, when there are more samples than values. */
const smallIntegerTable = (
  samples: Samples,
  level: Mapping,
): { first: number; levels: Uint8ClampedArray } | undefined => {
  const bits = samples.BYTES_PER_ELEMENT * 8
  if (bits > 16 || samples.length < 2 ** bits) return undefined
  const first = samples instanceof Int8Array || samples instanceof Int16Array ? -(2 ** (bits - 1)) : 0
  const levels = new Uint8ClampedArray(2 ** bits)
  for (let i = 0; i < levels.length; i++) levels[i] = level(first + i)
  return { first, levels }
}
