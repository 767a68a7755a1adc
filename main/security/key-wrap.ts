/** Keys kept under other keys: AES-256-GCM with a random nonce (NIST SP 800-38D §8.2.2), and HKDF-SHA-256 (RFC 5869). */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Length of every symmetric key here, in bytes. */
export const KEY_LENGTH = 32
/** Length of a wrapped key: nonce (12), key (32), tag (16). */
export const WRAPPED_KEY_LENGTH = 60

/** Derives a 32-byte key for one purpose; `info` names the purpose. */
export const deriveKey = (key: Uint8Array, info: string, salt: Uint8Array = new Uint8Array(0)): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, KEY_LENGTH))

/** Encrypts `key` under `wrappingKey`; `context` is authenticated with it and must be given again to unwrap. */
export const wrapKey = (wrappingKey: Uint8Array, key: Uint8Array, context: Uint8Array): Buffer => {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, nonce)
  cipher.setAAD(context)
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

/** The key that {@link wrapKey} wrapped; null when the wrapping key or the context is another one, or a byte was changed. */
export const unwrapKey = (wrappingKey: Uint8Array, wrapped: Uint8Array, context: Uint8Array): Buffer | null => {
  if (wrapped.length !== WRAPPED_KEY_LENGTH) return null
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, wrapped.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(context)
  decipher.setAuthTag(wrapped.subarray(44))
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(12, 44)), decipher.final()])
  } catch {
    return null
  }
}
