/** Binary values: numbers and tags in either byte order (PS3.5 §6.2, §7.3). */
import { type VR, vrInfo } from '../dicom/vr.ts'

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const readers: Partial<Record<VR, (view: DataView, at: number, littleEndian: boolean) => number>> = {
  US: (view, at, littleEndian) => view.getUint16(at, littleEndian),
  OW: (view, at, littleEndian) => view.getUint16(at, littleEndian),
  SS: (view, at, littleEndian) => view.getInt16(at, littleEndian),
  UL: (view, at, littleEndian) => view.getUint32(at, littleEndian),
  OL: (view, at, littleEndian) => view.getUint32(at, littleEndian),
  SL: (view, at, littleEndian) => view.getInt32(at, littleEndian),
  FL: (view, at, littleEndian) => view.getFloat32(at, littleEndian),
  OF: (view, at, littleEndian) => view.getFloat32(at, littleEndian),
  FD: (view, at, littleEndian) => view.getFloat64(at, littleEndian),
  OD: (view, at, littleEndian) => view.getFloat64(at, littleEndian),
  UV: (view, at, littleEndian) => Number(view.getBigUint64(at, littleEndian)),
  OV: (view, at, littleEndian) => Number(view.getBigUint64(at, littleEndian)),
  SV: (view, at, littleEndian) => Number(view.getBigInt64(at, littleEndian)),
}

/** Numbers of a binary value; bytes that do not fill a number are left out. 64-bit integers beyond 2^53 lose precision. */
export const readNumbers = (bytes: Uint8Array, VR: VR, littleEndian: boolean): number[] => {
  const read = readers[VR]
  if (!read) return []
  const view = viewOf(bytes)
  const { unit } = vrInfo(VR)
  const values: number[] = []
  for (let at = 0; at + unit <= bytes.length; at += unit) values.push(read(view, at, littleEndian))
  return values
}

/** Tags of an AT value as `0xGGGGEEEE`. */
export const readTags = (bytes: Uint8Array, littleEndian: boolean): number[] => {
  const view = viewOf(bytes)
  const tags: number[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    tags.push(((view.getUint16(at, littleEndian) << 16) | view.getUint16(at + 2, littleEndian)) >>> 0)
  }
  return tags
}

/** A copy with the bytes of every unit reversed: from big to little endian and back. */
export const swapBytes = (bytes: Uint8Array, unit: number): Uint8Array => {
  const swapped = new Uint8Array(bytes.length)
  const whole = bytes.length - (bytes.length % unit)
  for (let at = 0; at < whole; at += unit) {
    for (let i = 0; i < unit; i++) swapped[at + i] = bytes[at + unit - 1 - i] ?? 0
  }
  swapped.set(bytes.subarray(whole), whole)
  return swapped
}
