/** The header of one data element or item, in the encodings of PS3.5 §7.1 and §7.5. */
import { lookUpTag } from '../dicom/standard-dictionary.ts'
import { isVR, type VR, vrInfo } from '../dicom/vr.ts'

export const UNDEFINED_LENGTH = 0xffffffff

/** Tags of PS3.5 §7.5. */
export const ITEM = 0xfffee000
export const ITEM_DELIMITATION = 0xfffee00d
export const SEQUENCE_DELIMITATION = 0xfffee0dd

export interface Encoding {
  implicit: boolean
  littleEndian: boolean
}

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

export const readTag = (bytes: Uint8Array, littleEndian: boolean): number =>
  ((readUint16(bytes, 0, littleEndian) << 16) | readUint16(bytes, 2, littleEndian)) >>> 0

const isCapital = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a

/** Two fill characters that some equipment writes for “no idea”, with a 2-byte length after them. */
const isFiller = (bytes: Uint8Array): boolean =>
  bytes[4] === bytes[5] && (bytes[4] === 0x3f || bytes[4] === 0x20 || bytes[4] === 0x2d)

/** Whether the eight bytes of an element's header look like explicit VR. */
export const looksExplicit = (header: Uint8Array): boolean => isVR(String.fromCharCode(header[4] ?? 0, header[5] ?? 0))

/**
 * Reads the first eight bytes of an element. In explicit VR, an element without VR is taken as implicit (some equipment nests implicit
 * items in explicit data sets), and an unknown VR as UN (PS3.5 §6.2.2).
 */
export const readElementHeader = (
  bytes: Uint8Array,
  { implicit, littleEndian }: Encoding,
  chooseVR: (candidates: readonly VR[]) => VR,
): ElementHeader => {
  const tag = readTag(bytes, littleEndian)
  if (tag >>> 16 === 0xfffe) return { tag, VR: 'UN', length: readUint32(bytes, 4, littleEndian) }
  if (implicit || (!(isCapital(bytes[4]) && isCapital(bytes[5])) && !isFiller(bytes))) {
    return { tag, VR: dictionaryVR(tag, chooseVR), length: readUint32(bytes, 4, littleEndian) }
  }
  const code = String.fromCharCode(bytes[4] ?? 0, bytes[5] ?? 0)
  const shortLength = readUint16(bytes, 6, littleEndian)
  if (isVR(code)) return { tag, VR: code, length: vrInfo(code).long ? undefined : shortLength }
  return { tag, VR: 'UN', length: isFiller(bytes) || shortLength !== 0 ? shortLength : undefined }
}

/** The representation that the dictionary gives an element; UN for private and unknown ones. */
export const dictionaryVR = (tag: number, chooseVR: (candidates: readonly VR[]) => VR): VR => {
  if ((tag & 0xffff) === 0) return 'UL'
  if ((tag >>> 16) & 1) return (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff ? 'LO' : 'UN'
  const candidates = lookUpTag(tag)?.VRs
  if (!candidates) return 'UN'
  return candidates.length === 1 ? (candidates[0] ?? 'UN') : chooseVR(candidates)
}
