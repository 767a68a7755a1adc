/** Which action an attribute gets, by the basic profile and the options that were chosen (PS3.15 §E.1.1, Table E.1-1a). */
import type { DeidentificationOptions } from '../../contract/exporter.ts'
import { BASIC_PROFILE_TABLE } from './basic-profile-table.ts'
import { UNLISTED_ATTRIBUTES, unlistedByVR } from './unlisted-attributes.ts'

/** Keep, remove, empty, dummy, other UID, clean the text, shift the date. */
export type Action = 'K' | 'X' | 'Z' | 'D' | 'U' | 'clean' | 'shift'

interface Row {
  basic: Action
  options: string
}

/**
 * Where the kind of object would decide, what is right for every kind is done: a dummy satisfies type 1, an empty value type 2. Sequences of
 * references (X/Z/U) stay, with other UIDs in them.
 */
const conformant: Readonly<Record<string, Action>> = {
  X: 'X',
  Z: 'Z',
  D: 'D',
  U: 'U',
  'X/Z': 'Z',
  'X/D': 'D',
  'Z/D': 'D',
  'X/Z/D': 'D',
  'X/Z/U': 'K',
}

/** Type 2C in the patient of an animal (PS3.3 §C.7.1.1): empty tells as little as absent, and stays right. */
const emptied = new Set([0x00102297, 0x00102299])

let rows: Map<number, Row> | undefined
const table = (): Map<number, Row> => {
  rows ??= new Map(
    [BASIC_PROFILE_TABLE, UNLISTED_ATTRIBUTES]
      .flatMap((lines) => lines.trim().split('\n'))
      .map((line) => {
        const [hex = '', action = '', options = ''] = line.split(' ')
        return [Number.parseInt(hex, 16), { basic: conformant[action] ?? 'X', options }]
      }),
  )
  return rows
}

/**
 * Overlays and curves may hold writing and cannot be cleaned; private attributes are known to nobody (rows `60xx`, `50xx`, odd groups). Groups
 * below 8 have no place in an object.
 */
const isNeverKept = (tag: number): boolean => {
  const group = tag >>> 16
  const family = group & 0xff00
  return group < 8 || group % 2 === 1 || family === 0x5000 || family === 0x6000
}

/** The action for a tag; K for those that cannot tell who somebody is. */
export function actionFor(tag: number, chosen: DeidentificationOptions): Action {
  if (isNeverKept(tag)) return 'X'
  const row = table().get(tag >>> 0) ?? unlistedByVR(tag >>> 0)
  if (!row) return 'K'
  const has = (option: string): boolean => row.options.includes(option)
  const isRetained =
    (chosen.retainUIDs && has('u')) ||
    (chosen.retainDeviceIdentity && has('d') && !(has('f') || has('m'))) ||
    (chosen.retainInstitutionIdentity && has('i')) ||
    (chosen.retainPatientCharacteristics && has('p')) ||
    (chosen.dates === 'full' && has('f'))
  if (isRetained) return 'K'
  if (chosen.dates === 'modified' && has('m')) return 'shift'
  if (chosen.cleanDescriptors && has('c')) return 'clean'
  return emptied.has(tag) ? 'Z' : row.basic
}
