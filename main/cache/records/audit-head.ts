/**
 * How far the audit log went, in a file of its own: number and hash of the last entry, under a key derived from the station key. A log whose
 * end was cut off, that was taken from an older copy or written anew is found by it. Who puts back both files as they were together, or holds
 * the station key, is not: for that a log must be kept by another machine.
 */
import { existsSync, readFileSync } from 'node:fs'
import { writeFileDurably } from '../../security/durable-file.ts'
import { deriveKey, unwrapKey, wrapKey } from '../../security/key-wrap.ts'
import type { ChainPlace } from './audit-chain.ts'

/** `ASTRAUD`, version 1. */
const MAGIC = Buffer.from([...Buffer.from('ASTRAUD'), 1])

export interface AuditHead {
  read(): { kind: 'head'; place: ChainPlace } | { kind: 'none' } | { kind: 'unreadable' }
  /** Durable when it returns. Throws the file system's error. */
  write(place: ChainPlace): void
}

const contextOf = (seq: number): Buffer => {
  const number = Buffer.alloc(8)
  number.writeBigUInt64LE(BigInt(seq))
  return Buffer.concat([MAGIC, number])
}

/** The head kept at `path`: magic (8), number (8, little-endian), hash wrapped (60). */
export const auditHeadAt = (path: string, stationKey: Uint8Array): AuditHead => {
  const key = deriveKey(stationKey, 'astreinte audit head 1')
  return {
    read() {
      if (!existsSync(path)) return { kind: 'none' }
      const bytes = readFileSync(path)
      if (bytes.length !== 76 || !bytes.subarray(0, 8).equals(MAGIC)) return { kind: 'unreadable' }
      const seq = Number(bytes.readBigUInt64LE(8))
      const hash = unwrapKey(key, bytes.subarray(16), contextOf(seq))
      return hash ? { kind: 'head', place: { seq, hash } } : { kind: 'unreadable' }
    },
    write({ seq, hash }) {
      const context = contextOf(seq)
      writeFileDurably(path, Buffer.concat([context, wrapKey(key, hash, context)]))
    },
  }
}
