/** A key store without a keychain: a 0600 file outside the data folder, so that a copied data folder does not carry its key. */

import { createHash } from 'node:crypto'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { makeFolder, writeFileDurably } from './durable-file.ts'
import { type KeyStore, KeyStoreError } from './key-store.ts'
import { KEY_LENGTH } from './key-wrap.ts'

export interface KeyFileStore extends KeyStore {
  readonly kind: 'key-file'
  readonly keyFile: string
  /** Whether others than its owner may read the file (`key-file-exposed`); never on Windows, where the profile's rights hold. */
  isExposed(): boolean
}

const HEAD = 'astreinte-station-key-1'

const checksum = (key: Uint8Array): string => createHash('sha256').update(HEAD).update(key).digest('hex').slice(0, 8)

const decode = (text: string): Buffer | null => {
  const [head, hex = '', check] = text.trim().split(/\s+/)
  const key = Buffer.from(hex, 'hex')
  return head === HEAD && key.length === KEY_LENGTH && check === checksum(key) ? key : null
}

/** The real path, as far as it exists. */
const realPath = (path: string): string => {
  const whole = resolve(path)
  if (existsSync(whole)) return realpathSync(whole)
  return dirname(whole) === whole ? whole : join(realPath(dirname(whole)), basename(whole))
}

const isInside = (path: string, folder: string): boolean => {
  const way = relative(realPath(folder), realPath(path))
  return way === '' || !(way.startsWith('..') || resolve(way) === way)
}

/** Throws {@link KeyStoreError} `inside-data-folder`. */
export const createKeyFileStore = (options: { keyFile: string; dataFolder: string }): KeyFileStore => {
  const keyFile = resolve(options.keyFile)
  if (isInside(keyFile, options.dataFolder)) {
    throw new KeyStoreError('inside-data-folder', 'The key file must lie outside the data folder.')
  }
  return {
    kind: 'key-file',
    keyFile,
    isExposed: () => process.platform !== 'win32' && existsSync(keyFile) && (statSync(keyFile).mode & 0o077) !== 0,
    load: async () => {
      if (!existsSync(keyFile)) return null
      let text: string
      try {
        text = readFileSync(keyFile, 'utf8')
      } catch (cause) {
        throw new KeyStoreError('key-unreadable', 'The key file cannot be read.', { cause })
      }
      const key = decode(text)
      if (!key) throw new KeyStoreError('key-unreadable', 'The key file does not hold a station key.')
      return key
    },
    save: async (key) => {
      try {
        makeFolder(dirname(keyFile))
        writeFileDurably(keyFile, Buffer.from(`${HEAD} ${Buffer.from(key).toString('hex')} ${checksum(key)}\n`))
      } catch (cause) {
        throw new KeyStoreError('key-not-saved', 'The key file cannot be written.', { cause })
      }
    },
  }
}
