/**
 * The curve that an image brings in place of a window: the first item of its VOI LUT Sequence (PS3.3 §C.11.2.1.1).
 * Inputs are rescaled values; those before the first entry take the first, those after the last take the last.
 */
import type { ImageHeader } from '../../../main/contract/image.ts'

export type VoiTable = NonNullable<ImageHeader['VOILUTSequence']>[number]

/** Samples of a curve at `first`, `first + step`, …; 0 is black, 1 is white. */
export interface Curve {
  first: number
  step: number
  levels: number[]
}

/** Whether the table says which value is how bright: as many entries as it claims, of 1 to 16 bits. */
export const isUsableTable = ({ LUTDescriptor: [entries, first, bits], LUTData }: VoiTable): boolean =>
  Number.isInteger(first) && bits >= 1 && bits <= 16 && LUTData.length > 1 && LUTData.length === entries

/** Brightness of a value, 0 to 1; between entries (values that are no whole numbers) on the straight line. */
export const brightnessIn = ({ LUTDescriptor: [, first, bits], LUTData }: VoiTable, value: number): number => {
  const last = LUTData.length - 1
  const place = Math.max(0, Math.min(last, value - first))
  const below = LUTData[Math.floor(place)] ?? 0
  const above = LUTData[Math.ceil(place)] ?? 0
  return Math.min(1, (below + (above - below) * (place % 1)) / (2 ** bits - 1))
}

/**
 * The inputs between which brightness changes for values from `min` to `max`: at and below the first it is that of `min`, at and above
 * the second that of `max`. Never empty.
 */
export const changingPart = (table: VoiTable, min: number, max: number): { lower: number; upper: number } => {
  const { LUTDescriptor, LUTData } = table
  const start = LUTDescriptor[1]
  const held = (value: number): number => Math.max(0, Math.min(LUTData.length - 1, value - start))
  let from = held(Math.floor(min))
  let to = held(Math.ceil(max))
  while (from < to && LUTData[from + 1] === LUTData[from]) from++
  while (to > from && LUTData[to - 1] === LUTData[to]) to--
  return { lower: start + from, upper: start + Math.max(to, from + 1) }
}

/** The curve over its changing part, in at most `most` samples: one for each entry where they are that many. */
export const curveOf = (table: VoiTable, min: number, max: number, most: number): Curve => {
  const { lower, upper } = changingPart(table, min, max)
  const step = Math.max(1, (upper - lower) / (most - 1))
  const count = Math.ceil((upper - lower) / step - 1e-9) + 1
  const levels = Array.from({ length: count }, (_, sample) => brightnessIn(table, lower + sample * step))
  return { first: lower, step, levels }
}
