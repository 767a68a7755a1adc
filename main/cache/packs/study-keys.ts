/**
 * Study keys: one small file each under `keys/`, wrapped by a key derived from the station key. They live outside the index, so that
 * the index can be rebuilt from packs and keys alone, and destroying a key's file makes its packs unreadable for good.
 *
 *   offset 0   8  'ASTRKEY', version 1
 *   offset 8  16  key id (the file's name)
 *   offset 24 60  wrapped key: nonce 12, key 32, tag 16; bound to the first 24 bytes
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFolder, writeFileDurably } from '../../security/durable-file.ts'
import { deriveKey, KEY_LENGTH, unwrapKey, WRAPPED_KEY_LENGTH, wrapKey } from '../../security/key-wrap.ts'
import { CacheError } from '../cache.ts'
import { type DataFolder, makeFolder } from '../data-folder.ts'

const MAGIC = Buffer.from('ASTRKEY\x01', 'latin1')
const CONTEXT_LENGTH = 24
const FILE_LENGTH = CONTEXT_LENGTH + WRAPPED_KEY_LENGTH
/** A key that wraps nothing: it is there from the start and tells a wrong station key from a damaged index. */
const CANARY_ID = '0'.repeat(32)
/** Key files that the station key is tried on where that one proves nothing. */
const MOST_PROOFS = 20

export interface StudyKey {
  keyId: string
  key: Buffer
}

/** Reads a key file's bytes; null when they are not that key, or the station key is another one. */
export const decodeStudyKey = (wrappingKey: Uint8Array, keyId: string, bytes: Buffer): Buffer | null => {
  const context = bytes.subarray(0, CONTEXT_LENGTH)
  if (bytes.length !== FILE_LENGTH || !context.equals(Buffer.concat([MAGIC, Buffer.from(keyId, 'hex')]))) return null
  return unwrapKey(wrappingKey, bytes.subarray(CONTEXT_LENGTH), context)
}

/** The key that wraps study keys. */
export const studyWrappingKey = (stationKey: Uint8Array): Buffer => deriveKey(stationKey, 'astreinte study keys 1')

/** The study keys of one data folder. */
export class StudyKeys {
  readonly #folder: DataFolder
  readonly #wrappingKey: Buffer

  constructor(folder: DataFolder, stationKey: Uint8Array) {
    this.#folder = folder
    this.#wrappingKey = studyWrappingKey(stationKey)
  }

  /** Draws a key and makes its file durable before giving it away. */
  create(keyId: string = randomBytes(16).toString('hex')): StudyKey {
    const key = randomBytes(KEY_LENGTH)
    const context = Buffer.concat([MAGIC, Buffer.from(keyId, 'hex')])
    const path = this.#folder.keyFile(keyId)
    makeFolder(dirname(path))
    writeFileDurably(path, Buffer.concat([context, wrapKey(this.#wrappingKey, key, context)]))
    return { keyId, key }
  }

  /** The key with this id; null when its file is missing, damaged, or wrapped by another station key. */
  load(keyId: string): StudyKey | null {
    const path = this.#folder.keyFile(keyId)
    if (!existsSync(path)) return null
    const key = decodeStudyKey(this.#wrappingKey, keyId, readFileSync(path))
    return key ? { keyId, key } : null
  }

  /** Ids of all key files but the canary. */
  list(): string[] {
    if (!existsSync(this.#folder.keys)) return []
    return readdirSync(this.#folder.keys, { recursive: true, encoding: 'utf8' })
      .map((name) => /([0-9a-f]{32})\.key$/.exec(name)?.[1] ?? '')
      .filter((keyId) => keyId !== '' && keyId !== CANARY_ID)
  }

  /** Removes what a crash left of key files that were being written. */
  removeUnfinished(): void {
    for (const name of readdirSync(this.#folder.keys, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.new')) rmSync(join(this.#folder.keys, name), { force: true })
    }
  }

  /** Destroys a key: what it encrypted cannot be read again. */
  destroy(keyId: string): void {
    const path = this.#folder.keyFile(keyId)
    rmSync(path, { force: true })
    if (existsSync(dirname(path))) syncFolder(dirname(path))
  }

  /**
   * Proves the station key on a key file, or leaves one to prove it on. One file that is damaged or cannot be read proves nothing. Throws
   * {@link CacheError} `wrong-key`, or the file system's error where none can be read.
   */
  verify(): void {
    makeFolder(this.#folder.keys)
    const hasCanary = existsSync(this.#folder.keyFile(CANARY_ID))
    if (hasCanary && this.#tryLoad(CANARY_ID) === 'opened') return
    const proofs = this.list().slice(0, MOST_PROOFS)
    if (!hasCanary && proofs.length === 0) {
      this.create(CANARY_ID)
      return
    }
    if (proofs.some((keyId) => this.#tryLoad(keyId) === 'opened')) return
    if (hasCanary && this.#tryLoad(CANARY_ID) === 'unreadable') this.load(CANARY_ID)
    throw new CacheError('wrong-key', 'The station key does not open this data folder.')
  }

  #tryLoad(keyId: string): 'opened' | 'not-opened' | 'unreadable' {
    try {
      return this.load(keyId) ? 'opened' : 'not-opened'
    } catch {
      return 'unreadable'
    }
  }
}
