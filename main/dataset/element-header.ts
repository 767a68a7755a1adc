/** The header of one data element or item, in the encodings of PS3.5 §7.1 and §7.5. */
import { lookUpTag } from '../dicom/standard-dictionary.ts'
import { allVRs, type VR, vrInfo } from '../dicom/vr.ts'
import type { DataSet } from './data-set.ts'

export const UNDEFINED_LENGTH = 0xffffffff

/** Tags of PS3.5 §7.5. */
export const ITEM = 0xfffee000
export const ITEM_DELIMITATION = 0xfffee00d
export const SEQUENCE_DELIMITATION = 0xfffee0dd

/** Decides between the representations that the dictionary allows an element of the data set `target`. */
export type ChooseVR = (candidates: readonly VR[], target: DataSet | null) => VR

export interface ElementHeader {
  tag: number
  VR: VR
  /** Of the value; undefined while four more bytes have to be read for it. */
  length: number | undefined
}

export const readUint16 = (bytes: Uint8Array, at: number, littleEndian: boolean): number =>
  littleEndian ? (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) : ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

export const readUint32 = (bytes: Uint8Array, at: number, littleEndian: boolean): number =>
  littleEndian
    ? (readUint16(bytes, at, true) | (readUint16(bytes, at + 2, true) << 16)) >>> 0
    : ((readUint16(bytes, at, false) << 16) | readUint16(bytes, at + 2, false)) >>> 0

export const readTag = (bytes: Uint8Array, at: number, littleEndian: boolean): number =>
  ((readUint16(bytes, at, littleEndian) << 16) | readUint16(bytes, at + 2, littleEndian)) >>> 0

const isCapital = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a

/** Two fill characters that some equipment writes for “no idea”, with a 2-byte length after them. */
const isFiller = (first: number | undefined, second: number | undefined): boolean =>
  first === second && (first === 0x3f || first === 0x20 || first === 0x2d)

/** The VR that two bytes name, found without making a string of them; undefined for others. */
const vrOfBytes = new Map<number, VR>(allVRs.map((VR) => [(VR.charCodeAt(0) << 8) | VR.charCodeAt(1), VR]))
const vrAt = (bytes: Uint8Array, at: number): VR | undefined =>
  vrOfBytes.get(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0))

/** Whether the eight bytes of an element's header look like explicit VR. */
export const looksExplicit = (header: Uint8Array): boolean => vrAt(header, 4) !== undefined

/**
 * Reads the first eight bytes of an element, at `at`. In explicit VR, an element without VR is taken as implicit (some equipment nests
 * implicit items in explicit data sets), and an unknown VR as UN (PS3.5 §6.2.2).
 */
export const readElementHeader = (
  bytes: Uint8Array,
  at: number,
  implicit: boolean,
  littleEndian: boolean,
  target: DataSet | null,
  chooseVR: ChooseVR,
): ElementHeader => {
  const tag = readTag(bytes, at, littleEndian)
  if (tag >>> 16 === 0xfffe) return { tag, VR: 'UN', length: readUint32(bytes, at + 4, littleEndian) }
  const VR = implicit ? undefined : vrAt(bytes, at + 4)
  if (VR) return { tag, VR, length: vrInfo(VR).long ? undefined : readUint16(bytes, at + 6, littleEndian) }
  const [first, second] = [bytes[at + 4], bytes[at + 5]]
  const hasFiller = isFiller(first, second)
  if (implicit || (!hasFiller && !(isCapital(first) && isCapital(second)))) {
    return { tag, VR: dictionaryVR(tag, target, chooseVR), length: readUint32(bytes, at + 4, littleEndian) }
  }
  const shortLength = readUint16(bytes, at + 6, littleEndian)
  return { tag, VR: 'UN', length: hasFiller || shortLength !== 0 ? shortLength : undefined }
}

/** The representation that the dictionary gives an element; UN for private and unknown ones. */
export const dictionaryVR = (tag: number, target: DataSet | null, chooseVR: ChooseVR): VR => {
  if ((tag & 0xffff) === 0) return 'UL'
  if ((tag >>> 16) & 1) return (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff ? 'LO' : 'UN'
  const candidates = lookUpTag(tag)?.VRs
  if (!candidates) return 'UN'
  return candidates.length === 1 ? (candidates[0] ?? 'UN') : chooseVR(candidates, target)
}
