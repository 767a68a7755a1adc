/** Which fragments of encapsulated pixel data make up which frame (PS3.5 Annex A.4, PS3.3 §C.7.6.3.1.8). */

export interface Fragment {
  /** Of the value in the data set. */
  offset: number
  length: number
  /** The value's first four bytes. */
  start: number
}

/** Byte offsets of the frames' first items, relative to the first item after the Basic Offset Table. */
export type OffsetTable = readonly number[]

type Frame = [offset: number, length: number][]

const range = ({ offset, length }: Fragment): [number, number] => [offset, length]

/** JPEG and JPEG-LS (SOI and another marker), JPEG 2000 codestream, JP2 box, JPEG XL codestream. */
const startsFrame = ({ start }: Fragment): boolean =>
  start >>> 8 === 0xffd8ff || start === 0xff4fff51 || start === 0x0000000c || start >>> 16 === 0xff0a

/**
 * Groups fragments into `numberOfFrames` frames; null when nothing says how. One fragment a frame needs no table; a single frame takes all;
 * then the Basic or Extended Offset Table decides if it is true, then the places where a compressed image starts.
 */
export const framesOfFragments = (
  fragments: readonly Fragment[],
  numberOfFrames: number,
  offsets: OffsetTable,
): Frame[] | null => {
  if (fragments.length === 0) return null
  if (numberOfFrames === 1) return [fragments.map(range)]
  if (fragments.length === numberOfFrames) return fragments.map((fragment) => [range(fragment)])
  return (
    groupAt(fragments, numberOfFrames, offsetStarts(fragments, offsets)) ??
    groupAt(fragments, numberOfFrames, markerStarts(fragments))
  )
}

/** Indexes of the fragments that the offset table names; empty when it names a place where no fragment is. */
const offsetStarts = (fragments: readonly Fragment[], offsets: OffsetTable): number[] => {
  const base = fragments[0]?.offset ?? 0
  const indexAt = new Map(fragments.map((fragment, index) => [fragment.offset - base, index]))
  const starts = offsets.map((offset) => indexAt.get(offset) ?? -1)
  return starts.includes(-1) ? [] : starts
}

const markerStarts = (fragments: readonly Fragment[]): number[] =>
  fragments.flatMap((fragment, index) => (startsFrame(fragment) ? [index] : []))

const groupAt = (fragments: readonly Fragment[], numberOfFrames: number, starts: readonly number[]): Frame[] | null => {
  if (starts.length !== numberOfFrames || starts[0] !== 0) return null
  const rising = starts.every((start, i) => i === 0 || start > (starts[i - 1] ?? 0))
  return rising ? starts.map((start, i) => fragments.slice(start, starts[i + 1]).map(range)) : null
}
