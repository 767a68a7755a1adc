/** Opens a data folder's vault: finds the station key, tells why it cannot, restores it by the recovery key. */
import { randomBytes } from 'node:crypto'
import { makeFolder } from './durable-file.ts'
import type { KeyStore } from './key-store.ts'
import {
  drawRecoveryKey,
  isLastGroup,
  parseRecoveryKey,
  type RecoveryWrap,
  unwrapByRecovery,
  wrapForRecovery,
} from './recovery-key.ts'
import { runSelfTest } from './self-test.ts'
import { drawStationKey, keyCheckOf, loadStationKey, matchesKeyCheck } from './station-key.ts'
import { holdsData, readVaultFile, type VaultFile, writeVaultFile } from './vault-file.ts'

export interface OpenVault {
  readonly kind: 'open'
  /** 32 bytes. */
  readonly stationKey: Uint8Array
  /** When a person confirmed to have written the recovery key down, ISO 8601; null: not yet. */
  recoveryKeyConfirmedAt(): string | null
  /** Draws a recovery key and gives its text, this once. The confirmed one goes on working until this one is confirmed. */
  drawRecoveryKey(): string
  /** A person repeats the last group of the key just drawn; from then on only that key restores. */
  confirmRecoveryKey(lastGroup: string): boolean
  /** Whether a person holds the recovery key: the one that would restore this data folder. */
  isRecoveryKey(recoveryKey: string): boolean
}

export interface LockedVault {
  readonly kind: 'locked'
  readonly reason: 'key-missing' | 'key-wrong' | 'key-unreadable'
  recoveryKeyConfirmedAt(): string | null
  /**
   * Unwraps the station key and stores it in the key store. While no recovery key was ever confirmed, the last one drawn works too.
   * Throws `KeyStoreError` `key-not-saved`.
   */
  restore(recoveryKey: string): Promise<{ outcome: 'restored'; vault: OpenVault } | { outcome: 'wrong-recovery-key' }>
}

export type Vault = OpenVault | LockedVault

export interface OpenVaultOptions {
  dataFolder: string
  keyStore: KeyStore
  now?: () => Date
}

/** Opens the vault; draws the station key in a new data folder. Throws `SelfTestError`, `KeyStoreError` and the file system's errors. */
export const openVault = async (options: OpenVaultOptions): Promise<Vault> => {
  runSelfTest()
  const { dataFolder, keyStore } = options
  makeFolder(dataFolder)
  const vault = readVaultFile(dataFolder)
  const loaded = await loadStationKey(keyStore)
  if (vault && loaded.kind === 'key') {
    const isRight = matchesKeyCheck(loaded.key, vault.folderId, vault.keyCheck)
    return isRight ? opened(options, vault, loaded.key) : locked(options, vault, 'key-wrong')
  }
  if (loaded.kind === 'unreadable') return locked(options, vault, 'key-unreadable')
  if (loaded.kind === 'key') return opened(options, newVault(dataFolder, loaded.key), loaded.key)
  // Data without a key must never get a new one: it would hide that the old one is needed.
  if (vault || holdsData(dataFolder)) return locked(options, vault, 'key-missing')
  const stationKey = drawStationKey()
  await keyStore.save(stationKey)
  return opened(options, newVault(dataFolder, stationKey), stationKey)
}

const newVault = (dataFolder: string, stationKey: Uint8Array): VaultFile => {
  const folderId = randomBytes(16).toString('hex')
  const vault: VaultFile = {
    format: 1,
    folderId,
    keyCheck: keyCheckOf(stationKey, folderId),
    recovery: null,
    pendingRecovery: null,
  }
  writeVaultFile(dataFolder, vault)
  return vault
}

const opened = (
  { dataFolder, now = () => new Date() }: OpenVaultOptions,
  first: VaultFile,
  stationKey: Uint8Array,
): OpenVault => {
  let vault = first
  let drawn: string | null = null
  const change = (next: VaultFile): void => {
    writeVaultFile(dataFolder, next)
    vault = next
  }
  return {
    kind: 'open',
    stationKey,
    recoveryKeyConfirmedAt: () => vault.recovery?.confirmedAt ?? null,
    drawRecoveryKey: () => {
      const recoveryKey = drawRecoveryKey()
      const parsed = parseRecoveryKey(recoveryKey)
      if (parsed.kind !== 'key') throw new Error('A recovery key that was just drawn cannot be read.')
      const wrap = wrapForRecovery(parsed.secret, stationKey, vault.folderId, randomBytes(16))
      change({ ...vault, pendingRecovery: wrap })
      drawn = recoveryKey
      return recoveryKey
    },
    confirmRecoveryKey: (lastGroup) => {
      if (drawn === null || vault.pendingRecovery === null || !isLastGroup(drawn, lastGroup)) return false
      change({
        ...vault,
        recovery: { ...vault.pendingRecovery, confirmedAt: now().toISOString() },
        pendingRecovery: null,
      })
      drawn = null
      return true
    },
    isRecoveryKey: (recoveryKey) => stationKeyFrom(vault, recoveryKey) !== null,
  }
}

const locked = (options: OpenVaultOptions, vault: VaultFile | null, reason: LockedVault['reason']): LockedVault => ({
  kind: 'locked',
  reason,
  recoveryKeyConfirmedAt: () => vault?.recovery?.confirmedAt ?? null,
  restore: async (recoveryKey) => {
    const stationKey = vault && stationKeyFrom(vault, recoveryKey)
    if (!stationKey) return { outcome: 'wrong-recovery-key' }
    await options.keyStore.save(stationKey)
    return { outcome: 'restored', vault: opened(options, vault, stationKey) }
  },
})

const stationKeyFrom = (vault: VaultFile, recoveryKey: string): Buffer | null => {
  const parsed = parseRecoveryKey(recoveryKey)
  const wrap: RecoveryWrap | null = vault.recovery ?? vault.pendingRecovery
  if (parsed.kind !== 'key' || !wrap) return null
  const stationKey = unwrapByRecovery(parsed.secret, wrap, vault.folderId)
  return stationKey && matchesKeyCheck(stationKey, vault.folderId, vault.keyCheck) ? stationKey : null
}

/** The station key of a data folder, for reading it without a station: draws and writes nothing. Null when it is missing or another one. */
export const readStationKey = async (dataFolder: string, keyStore: KeyStore): Promise<Uint8Array | null> => {
  const vault = readVaultFile(dataFolder)
  const loaded = await loadStationKey(keyStore)
  if (!vault || loaded.kind !== 'key') return null
  return matchesKeyCheck(loaded.key, vault.folderId, vault.keyCheck) ? loaded.key : null
}
