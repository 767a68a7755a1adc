/** The station key in the system's keychain, by Electron's asynchronous safeStorage: the file holds only what the keychain can open. */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { safeStorage } from 'electron'

/** False where Electron would only scramble the key with a password known to everybody (Linux without a keyring). */
export async function hasKeychain(): Promise<boolean> {
  if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend()))
    return false
  return safeStorage.isAsyncEncryptionAvailable()
}

/** The stored key in base64; null when there is none. Throws when the keychain cannot open it. */
export async function loadKey(path: string): Promise<string | null> {
  if (!existsSync(path)) return null
  const { result } = await safeStorage.decryptStringAsync(readFileSync(path))
  return result
}

/** Stores `key` (base64) so that it survives a power cut. */
export async function saveKey(path: string, key: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const sealed = await safeStorage.encryptStringAsync(key)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(sealed)
    await file.sync()
  } finally {
    await file.close()
  }
  renameSync(`${path}.new`, path)
}
