/** The station key in the system's keychain, by Electron's asynchronous safeStorage: the file holds only what the keychain can open. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { safeStorage } from 'electron'
import { writeFileDurably } from '../main/security/durable-file.ts'
import type { KeyRequest, ToStation } from './station/messages.ts'

/** False where Electron would only scramble the key with a password known to everybody (Linux without a keyring). */
export async function hasKeychain(): Promise<boolean> {
  const backend = process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : null
  if (backend === 'basic_text' || backend === 'unknown') return false
  return safeStorage.isAsyncEncryptionAvailable()
}

async function loadKey(path: string): Promise<string | null> {
  if (!existsSync(path)) return null
  const { result } = await safeStorage.decryptStringAsync(readFileSync(path))
  return result
}

async function saveKey(path: string, key: string): Promise<null> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileDurably(path, await safeStorage.encryptStringAsync(key))
  return null
}

/** Does what the station's process asks of the keychain; the sealed key lies at `path`. Never rejects. */
export async function answerKeyRequest(path: string, request: KeyRequest): Promise<ToStation> {
  const { id } = request
  try {
    const key = await (request.kind === 'load-key' ? loadKey(path) : saveKey(path, request.key))
    return { kind: 'key', id, key }
  } catch (error) {
    return { kind: 'key-failed', id, message: String(error) }
  }
}
