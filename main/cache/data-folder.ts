/** Where things lie in the data folder, and how its folders come to be. Folders are 0700, files 0600, and no name tells of a patient. */
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'

export { makeFolder } from '../security/durable-file.ts'

/** Paths within one data folder. */
export interface DataFolder {
  readonly root: string
  readonly lock: string
  readonly index: string
  /** Reports, measurements, the reader's profile, the outbox; and the copy that a damaged one is restored from. */
  readonly records: string
  readonly recordsCopy: string
  /** How far the audit log went, kept apart from it. */
  readonly auditHead: string
  /** How far the keys of instances may have gone. */
  readonly instanceKeys: string
  readonly packs: string
  readonly keys: string
  /** File of a pack or study key, by its 16-byte random id in hexadecimal. */
  packFile(packId: string): string
  keyFile(keyId: string): string
}

/** The paths of the data folder at `root`; touches nothing. */
export const dataFolderAt = (root: string): DataFolder => {
  const packs = join(root, 'packs')
  const keys = join(root, 'keys')
  return {
    root,
    lock: join(root, 'lock'),
    index: join(root, 'index.sqlite'),
    records: join(root, 'records.sqlite'),
    recordsCopy: join(root, 'records-copy.sqlite'),
    auditHead: join(root, 'audit-head'),
    instanceKeys: join(root, 'instance-keys'),
    packs,
    keys,
    packFile: (packId) => join(packs, packId.slice(0, 2), `${packId}.pack`),
    keyFile: (keyId) => join(keys, keyId.slice(0, 2), `${keyId}.key`),
  }
}

/** Makes sure that a file that SQLite opens next is its owner's alone; its WAL and shared memory follow. SQLite makes its name durable. */
export const makePrivateFile = (path: string): void => {
  // Never opened when it is there: closing a file would drop the locks that this process holds on it.
  if (existsSync(path)) return
  closeSync(openSync(path, 'wx', 0o600))
}
