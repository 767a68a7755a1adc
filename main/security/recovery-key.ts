/**
 * The recovery key as people write it down: 160 random bits in eight groups of five characters of Crockford's base 32, the fifth being a
 * check character over GF(32), so that any single wrong character, swap of neighbours or swap of groups is noticed before it is tried.
 */
import { randomInt } from 'node:crypto'
import { deriveKey, KEY_LENGTH, unwrapKey, wrapKey } from './key-wrap.ts'

/** Without I, L, O and U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUPS = 8
const DATA_PER_GROUP = 4

/** Multiplication in GF(2^5) modulo x^5 + x^2 + 1. */
const multiply = (a: number, b: number): number => {
  let product = 0
  for (let bit = 0, shifted = a; bit < 5; bit += 1) {
    if ((b >> bit) & 1) product ^= shifted
    shifted = shifted & 16 ? (shifted << 1) ^ 0b100101 : shifted << 1
  }
  return product
}

/** Σ α^(i+1)·vᵢ plus the group's number: each position has a weight of its own. */
const checkValue = (values: readonly number[], group: number): number => {
  let weight = 1
  let sum = group + 1
  for (const value of values) {
    weight = multiply(weight, 2)
    sum ^= multiply(weight, value)
  }
  return sum
}

const character = (value: number): string => ALPHABET.charAt(value)

/** Draws a key: `XXXXX-XXXXX-…`, eight groups. */
export const drawRecoveryKey = (): string =>
  Array.from({ length: GROUPS }, (_, group) => {
    const values = Array.from({ length: DATA_PER_GROUP }, () => randomInt(32))
    return [...values, checkValue(values, group)].map(character).join('')
  }).join('-')

/** As typed: case, spaces and dashes do not matter, and letters that the alphabet leaves out are read as what they resemble. */
const normalise = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[\s\-–—_.]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')

export type ParsedRecoveryKey =
  | { kind: 'key'; secret: Uint8Array; lastGroup: string }
  /** Groups, counted from 1, that cannot be right. */
  | { kind: 'mistyped'; groups: number[] }
  | { kind: 'wrong-length' }

/** Reads a key as a person typed it. */
export const parseRecoveryKey = (text: string): ParsedRecoveryKey => {
  const typed = normalise(text)
  if (typed.length !== GROUPS * (DATA_PER_GROUP + 1)) return { kind: 'wrong-length' }
  const groups = typed.match(/.{5}/gsu) ?? []
  const wrong = groups.flatMap((group, index) => (isGroup(group, index) ? [] : [index + 1]))
  if (wrong.length > 0 || groups.length !== GROUPS) return { kind: 'mistyped', groups: wrong }
  const secret = Buffer.from(groups.map((group) => group.slice(0, DATA_PER_GROUP)).join(''), 'latin1')
  return { kind: 'key', secret, lastGroup: groups.at(-1) ?? '' }
}

const isGroup = (group: string, index: number): boolean => {
  const values = [...group].map((letter) => ALPHABET.indexOf(letter))
  return !values.includes(-1) && checkValue(values.slice(0, DATA_PER_GROUP), index) === values.at(-1)
}

/** Whether what a person typed is the last group of `recoveryKey`. */
export const isLastGroup = (recoveryKey: string, typed: string): boolean =>
  normalise(typed) !== '' &&
  normalise(recoveryKey).endsWith(normalise(typed)) &&
  normalise(typed).length === DATA_PER_GROUP + 1

/** A key wrapped by a recovery key; salt and key in hexadecimal. */
export interface RecoveryWrap {
  salt: string
  wrappedKey: string
}

/** 160 random bits need no slow derivation: HKDF, with a salt of its own for each wrap. */
const wrappingKey = (secret: Uint8Array, salt: Uint8Array): Buffer =>
  deriveKey(secret, 'astreinte recovery key 1', salt)

const context = (folderId: string): Buffer => Buffer.from(`astreinte station key of ${folderId}`)

/** Wraps the station key of the data folder `folderId`. */
export const wrapForRecovery = (
  secret: Uint8Array,
  stationKey: Uint8Array,
  folderId: string,
  salt: Uint8Array,
): RecoveryWrap => ({
  salt: Buffer.from(salt).toString('hex'),
  wrappedKey: wrapKey(wrappingKey(secret, salt), stationKey, context(folderId)).toString('hex'),
})

/** The station key; null when the recovery key is another one. */
export const unwrapByRecovery = (secret: Uint8Array, wrap: RecoveryWrap, folderId: string): Buffer | null => {
  const key = wrappingKey(secret, Buffer.from(wrap.salt, 'hex'))
  const stationKey = unwrapKey(key, Buffer.from(wrap.wrappedKey, 'hex'), context(folderId))
  return stationKey?.length === KEY_LENGTH ? stationKey : null
}
