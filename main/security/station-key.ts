/** The station key: 32 random bytes from which every other key of the data folder is derived or under which it is wrapped. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyStore } from './key-store.ts'
import { deriveKey, KEY_LENGTH } from './key-wrap.ts'

/** A new station key. */
export const drawStationKey = (): Buffer => randomBytes(KEY_LENGTH)

/** One-way value by which a station key is recognised, in hexadecimal. */
export const keyCheckOf = (stationKey: Uint8Array, folderId: string): string =>
  deriveKey(stationKey, 'astreinte key check 1', Buffer.from(folderId, 'hex')).toString('hex')

/** Whether `stationKey` is the one that `keyCheck` was made from. */
export const matchesKeyCheck = (stationKey: Uint8Array, folderId: string, keyCheck: string): boolean => {
  const expected = Buffer.from(keyCheck, 'hex')
  const actual = Buffer.from(keyCheckOf(stationKey, folderId), 'hex')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** What a key store gave. */
export type LoadedKey = { kind: 'key'; key: Uint8Array } | { kind: 'missing' } | { kind: 'unreadable'; cause: unknown }

/** Loads the key without throwing. */
export const loadStationKey = async (keyStore: KeyStore): Promise<LoadedKey> => {
  try {
    const key = await keyStore.load()
    if (key === null) return { kind: 'missing' }
    return key.length === KEY_LENGTH ? { kind: 'key', key } : { kind: 'unreadable', cause: new Error('Wrong length.') }
  } catch (cause) {
    return { kind: 'unreadable', cause }
  }
}
