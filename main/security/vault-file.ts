/**
 * `vault.json` in the data folder: what belongs to the station key without giving it away. A second copy lies beside it, because losing it
 * together with the key store would lose the data.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileDurably } from './durable-file.ts'
import type { RecoveryWrap } from './recovery-key.ts'

export interface VaultFile {
  format: 1
  /** Random; binds the wraps to this data folder. */
  folderId: string
  /** Derived from the station key: tells whether a key is the right one. */
  keyCheck: string
  /** The wrap that a person confirmed. */
  recovery: (RecoveryWrap & { confirmedAt: string }) | null
  /** Drawn and not yet confirmed. */
  pendingRecovery: RecoveryWrap | null
}

const NAMES = ['vault.json', 'vault.copy.json'] as const

const isVault = (value: unknown): value is VaultFile => {
  const vault = value as Partial<VaultFile> | null
  return vault?.format === 1 && typeof vault.folderId === 'string' && typeof vault.keyCheck === 'string'
}

const parse = (path: string): VaultFile | null => {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isVault(value) ? value : null
  } catch {
    return null
  }
}

/** The first copy that can be read; null when there is none. */
export const readVaultFile = (dataFolder: string): VaultFile | null => {
  for (const name of NAMES) {
    const vault = parse(join(dataFolder, name))
    if (vault) return vault
  }
  return null
}

/** Writes both copies durably. */
export const writeVaultFile = (dataFolder: string, vault: VaultFile): void => {
  const bytes = Buffer.from(`${JSON.stringify(vault, null, 2)}\n`)
  for (const name of NAMES) writeFileDurably(join(dataFolder, name), bytes)
}

/** Whether the data folder holds anything that an earlier station key protects. */
export const holdsData = (dataFolder: string): boolean =>
  ['index.sqlite', 'records.sqlite', 'keys', ...NAMES].some((name) => existsSync(join(dataFolder, name)))
