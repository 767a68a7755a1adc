/**
 * Reads a pack's records after a given place, authenticating every byte: recovery after a crash, and rebuilding the index.
 * A record that is not authentic does not end the scan: later ones are searched for, so that nothing behind it is lost.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { unwrapKey } from '../../security/key-wrap.ts'
import { createChunkDecryptor } from './chunk-cipher.ts'
import type { PackFiles } from './pack-files.ts'
import {
  CHUNK_HEAD_LENGTH,
  decodeChunkHead,
  decodeRecordHeader,
  decodeRunBlock,
  type PackHeader,
  RECORD_HEADER_LENGTH,
  RECORD_MAGIC,
  RUN_BLOCK_LENGTH,
  RUN_MAGIC,
  runContext,
  TAG_LENGTH,
} from './pack-format.ts'
import { isCutChunk, LEAST_ZEROS } from './pack-tail.ts'

/** A whole, authentic record. */
export interface ScannedRecord {
  offset: number
  /** First byte behind it. */
  end: number
  runOffset: number
  recordNumber: number
  kind: number
  /** Plain bytes of its last chunk. */
  row: Buffer
}

export interface PackScan {
  records: ScannedRecord[]
  /** Stretches that are not authentic although something was written there: damage, kept as it is. */
  damaged: { offset: number; length: number }[]
  /** Where the pack ends; what lies behind is surely an unfinished record, or nothing, and may be cut. */
  end: number
}

type Attempt =
  | { kind: 'record'; record: ScannedRecord }
  | { kind: 'run'; end: number }
  /** `unfinished`: surely, where nothing lies behind it. `zeroed`: begun, and zeros from somewhere on. */
  | { kind: 'unfinished' | 'zeroed' | 'damaged' }

const SEARCH_LENGTH = 1024 * 1024

/** Scans the pack behind `descriptor` from `start` to `until`. Throws only what reading throws. */
export const scanPack = (
  files: PackFiles,
  descriptor: number,
  pack: PackHeader,
  studyKey: Uint8Array,
  start: number,
  until = Number.POSITIVE_INFINITY,
): PackScan => {
  const size = Math.min(files.size(descriptor), until)
  const runKeys = new Map<number, KeyObject | null>()

  const readAt = (offset: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - offset)))
    return bytes.subarray(0, files.read(descriptor, bytes, offset))
  }
  const runKeyAt = (offset: number): KeyObject | null => {
    const known = runKeys.get(offset)
    if (known !== undefined) return known
    const wrapped = decodeRunBlock(readAt(offset, RUN_BLOCK_LENGTH), offset)
    const unwrapped = wrapped && unwrapKey(studyKey, wrapped, runContext(pack, offset))
    const key = unwrapped && createSecretKey(unwrapped)
    runKeys.set(offset, key)
    return key
  }

  let firstZero = -1
  /** Where the zeros begin that the pack ends in. */
  const zerosFrom = (): number => {
    for (let end = size; firstZero < 0; end -= SEARCH_LENGTH) {
      const begin = Math.max(0, end - SEARCH_LENGTH)
      const last = readAt(begin, end - begin).findLastIndex((byte) => byte !== 0)
      if (last >= 0 || begin === 0) firstZero = begin + last + 1
    }
    return firstZero
  }
  /** Whether what lies before this place ends in zeros, as all behind it does. */
  const reachesZeros = (at: number): boolean => at > zerosFrom() && size - zerosFrom() >= LEAST_ZEROS
  /** What lies before `at` is not what it should be. */
  const broken = (at: number): Attempt => ({ kind: reachesZeros(at) ? 'zeroed' : 'damaged' })

  const readRecord = (offset: number): Attempt => {
    const headerBytes = readAt(offset, RECORD_HEADER_LENGTH)
    if (headerBytes.length < RECORD_HEADER_LENGTH) return { kind: 'unfinished' }
    const header = decodeRecordHeader(headerBytes)
    const runKey = header && runKeyAt(header.runOffset)
    if (!header || !runKey) return broken(offset + RECORD_HEADER_LENGTH)
    const { recordNumber, chunkLength } = header
    const decrypt = createChunkDecryptor({ runKey, packId: pack.packId, recordHeader: headerBytes, recordNumber })
    let firstBroken: Attempt | null = null
    for (let chunkIndex = 0, at = offset + RECORD_HEADER_LENGTH; ; chunkIndex += 1) {
      const headBytes = readAt(at, CHUNK_HEAD_LENGTH)
      if (headBytes.length < CHUNK_HEAD_LENGTH) return firstBroken ?? { kind: 'unfinished' }
      const head = decodeChunkHead(headBytes, 0, chunkLength)
      if (!head) return firstBroken ?? broken(at + CHUNK_HEAD_LENGTH)
      const end = at + CHUNK_HEAD_LENGTH + head.length + TAG_LENGTH
      if (end > size) {
        const isCut = () => isCutChunk(readAt(at, size - at), (...chunk) => decrypt(chunkIndex, ...chunk))
        return firstBroken ?? (reachesZeros(size) ? broken(size) : { kind: isCut() ? 'unfinished' : 'damaged' })
      }
      const sealed = readAt(at + CHUNK_HEAD_LENGTH, head.length + TAG_LENGTH)
      const plain = firstBroken ? null : decrypt(chunkIndex, headBytes, sealed)
      if (!plain) firstBroken ??= broken(end)
      at = end
      if (!head.last && (plain || head.length > 0)) continue
      if (!plain) return firstBroken ?? { kind: 'damaged' }
      return {
        kind: 'record',
        record: { offset, end: at, runOffset: header.runOffset, recordNumber, kind: header.kind, row: plain },
      }
    }
  }

  const readAny = (offset: number): Attempt => {
    const magic = readAt(offset, 8)
    if (magic.equals(RECORD_MAGIC)) return readRecord(offset)
    if (!magic.equals(RUN_MAGIC)) {
      return magic.length < 8 || offset >= zerosFrom() ? { kind: 'unfinished' } : broken(offset + magic.length)
    }
    const end = offset + RUN_BLOCK_LENGTH
    if (end > size) return { kind: 'unfinished' }
    return runKeyAt(offset) ? { kind: 'run', end } : broken(end)
  }

  /** The next place behind `offset` where a record or run could begin; -1 if none. */
  const findMagic = (offset: number): number => {
    for (let at = offset; at < size; at += SEARCH_LENGTH - 7) {
      const bytes = readAt(at, SEARCH_LENGTH)
      const found = [bytes.indexOf(RECORD_MAGIC), bytes.indexOf(RUN_MAGIC)].filter((index) => index >= 0)
      if (found.length > 0) return at + Math.min(...found)
    }
    return -1
  }

  const records: ScannedRecord[] = []
  const damaged: PackScan['damaged'] = []
  let at = start
  let end = start
  let hole = -1
  let isHoleKept = false
  let isHoleDamage = false
  const closeHole = (until: number): void => {
    if (hole >= 0) damaged.push({ offset: hole, length: until - hole })
    hole = -1
    isHoleKept = false
    isHoleDamage = false
  }
  while (at >= 0 && at < size) {
    const attempt = readAny(at)
    if (attempt.kind === 'record') {
      closeHole(at)
      records.push(attempt.record)
      at = attempt.record.end
      end = at
    } else if (attempt.kind === 'run') {
      at = attempt.end
    } else {
      if (hole < 0) hole = at
      at = findMagic(at + 1)
      // Nothing is begun behind a record that was not finished.
      isHoleDamage ||= attempt.kind === 'damaged' || at >= 0
      isHoleKept ||= attempt.kind === 'zeroed'
    }
  }
  if (hole >= 0 && isHoleDamage) closeHole(size)
  else if (hole < 0 || !isHoleKept) return { records, damaged, end }
  return { records, damaged, end: size }
}

/** Whether the one record from `start` to `end` is whole and authentic, read back byte for byte. */
export const isRecordIntact = (
  files: PackFiles,
  descriptor: number,
  pack: PackHeader,
  studyKey: Uint8Array,
  { start, end }: { start: number; end: number },
): boolean => {
  const { records } = scanPack(files, descriptor, pack, studyKey, start, end)
  return records[0]?.offset === start && records[0].end === end
}
