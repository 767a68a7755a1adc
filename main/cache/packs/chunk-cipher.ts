/** Encrypts and decrypts the chunks of one record (AES-256-GCM, NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { chunkContext, chunkNonce, encodeChunkHead, setChunkContext, TAG_LENGTH } from './pack-format.ts'

/** The key and the place that a record's chunks are encrypted under. */
export interface RecordSecret {
  /** Imported once a run: importing the bytes anew for each chunk doubles its cost. */
  runKey: KeyObject
  packId: string
  recordHeader: Buffer
  recordNumber: number
}

/** Gives the pieces of a chunk as they are written: head, encrypted bytes, tag. */
export const createChunkEncryptor = (secret: RecordSecret) => {
  const context = chunkContext(secret.packId, secret.recordHeader)
  return (chunkIndex: number, plain: Uint8Array, last: boolean): [Buffer, Buffer, Buffer] => {
    const head = encodeChunkHead({ length: plain.length, last })
    const cipher = createCipheriv('aes-256-gcm', secret.runKey, chunkNonce(secret.recordNumber, chunkIndex))
    cipher.setAAD(setChunkContext(context, chunkIndex, head))
    const encrypted = cipher.update(plain)
    cipher.final()
    return [head, encrypted, cipher.getAuthTag()]
  }
}

/** Decrypts a chunk given its head and its encrypted bytes with tag; null when it is not authentic. */
export const createChunkDecryptor = (secret: RecordSecret) => {
  const context = chunkContext(secret.packId, secret.recordHeader)
  return (chunkIndex: number, head: Uint8Array, encryptedAndTag: Uint8Array): Buffer | null => {
    const length = encryptedAndTag.length - TAG_LENGTH
    if (length < 0) return null
    const nonce = chunkNonce(secret.recordNumber, chunkIndex)
    const decipher = createDecipheriv('aes-256-gcm', secret.runKey, nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(setChunkContext(context, chunkIndex, head))
    decipher.setAuthTag(encryptedAndTag.subarray(length))
    try {
      const plain = decipher.update(encryptedAndTag.subarray(0, length))
      decipher.final()
      return plain
    } catch {
      return null
    }
  }
}
