/** Value representations and how each is encoded (PS3.5 §6.2, §7.1.2). */

export type VR =
  | 'AE'
  | 'AS'
  | 'AT'
  | 'CS'
  | 'DA'
  | 'DS'
  | 'DT'
  | 'FD'
  | 'FL'
  | 'IS'
  | 'LO'
  | 'LT'
  | 'OB'
  | 'OD'
  | 'OF'
  | 'OL'
  | 'OV'
  | 'OW'
  | 'PN'
  | 'SH'
  | 'SL'
  | 'SQ'
  | 'SS'
  | 'ST'
  | 'SV'
  | 'TM'
  | 'UC'
  | 'UI'
  | 'UL'
  | 'UN'
  | 'UR'
  | 'US'
  | 'UT'
  | 'UV'

interface VRInfo {
  /** Explicit encodings use a 4-byte length after two reserved bytes. */
  long: boolean
  /** `text` is decoded by SpecificCharacterSet, `ascii` by the default repertoire. */
  kind: 'ascii' | 'text' | 'number' | 'tag' | 'bulk' | 'sequence'
  /** Bytes of one number, word or tag component: what is swapped in big endian. */
  unit: 1 | 2 | 4 | 8
  /** Several values are separated by backslashes. */
  multiple: boolean
}

const info = (kind: VRInfo['kind'], unit: VRInfo['unit'] = 1, long = false, multiple = true): VRInfo => ({
  kind,
  unit,
  long,
  multiple,
})

const table: Record<VR, VRInfo> = {
  AE: info('ascii'),
  AS: info('ascii'),
  AT: info('tag', 2),
  CS: info('ascii'),
  DA: info('ascii'),
  DS: info('ascii'),
  DT: info('ascii'),
  FD: info('number', 8),
  FL: info('number', 4),
  IS: info('ascii'),
  LO: info('text'),
  LT: info('text', 1, false, false),
  OB: info('bulk', 1, true, false),
  OD: info('bulk', 8, true, false),
  OF: info('bulk', 4, true, false),
  OL: info('bulk', 4, true, false),
  OV: info('bulk', 8, true, false),
  OW: info('bulk', 2, true, false),
  PN: info('text'),
  SH: info('text'),
  SL: info('number', 4),
  SQ: info('sequence', 1, true),
  SS: info('number', 2),
  ST: info('text', 1, false, false),
  SV: info('number', 8, true),
  TM: info('ascii'),
  UC: info('text', 1, true),
  UI: info('ascii'),
  UL: info('number', 4),
  UN: info('bulk', 1, true, false),
  UR: info('ascii', 1, true, false),
  US: info('number', 2),
  UT: info('text', 1, true, false),
  UV: info('number', 8, true),
}

/** Every value representation of the standard. */
export const allVRs = Object.keys(table) as VR[]

/** Whether `value` is a value representation of the standard. */
export const isVR = (value: string): value is VR => Object.hasOwn(table, value)

/** How a value representation is encoded. */
export const vrInfo = (VR: VR): Readonly<VRInfo> => table[VR]
