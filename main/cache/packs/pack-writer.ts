/** A pack open for writing: one run, records one after the other, by one writer at a time. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { fdatasyncSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from '../../security/durable-file.ts'
import { KEY_LENGTH, wrapKey } from '../../security/key-wrap.ts'
import { type DataFolder, makeFolder } from '../data-folder.ts'
import type { PackFiles } from './pack-files.ts'
import {
  encodePackHeader,
  encodeRunBlock,
  PACK_HEADER_LENGTH,
  type PackHeader,
  RUN_BLOCK_LENGTH,
  runContext,
} from './pack-format.ts'
import type { StudyKey } from './study-keys.ts'

/** One opening of a pack for writing. */
export interface PackWriter {
  readonly packId: string
  readonly keyId: string
  readonly runOffset: number
  readonly runKey: KeyObject
  /** Where the next record begins. */
  end(): number
  /** A number for the next record, never given twice. */
  drawRecordNumber(): number
  /** Appends; throws the file system's error, after which the caller truncates. */
  append(buffers: readonly Uint8Array[]): void
  /** Drops what was written from `offset` on. */
  truncate(offset: number): void
  /**
   * Makes everything appended so far durable; once that has failed, it always fails: lost pages count as written from then on. `isIdle`: this
   * thread has nothing else to do meanwhile.
   */
  sync(isIdle: boolean): Promise<void>
  /** Closes, and takes back a run, or a pack, that got no record. */
  close(): void
  /** Closes and unlinks, durably; for packs without any record. */
  discard(): void
}

const writeAll = (files: PackFiles, descriptor: number, buffers: readonly Uint8Array[], position: number): number => {
  let rest = [...buffers]
  let at = position
  while (rest.length > 0) {
    let written = files.write(descriptor, rest, at)
    at += written
    let whole = 0
    for (const buffer of rest) {
      if (buffer.length > written) break
      written -= buffer.length
      whole += 1
    }
    rest = rest.slice(whole)
    const first = rest[0]
    if (first && written > 0) rest[0] = first.subarray(written)
  }
  return at
}

const startRun = (
  files: PackFiles,
  descriptor: number,
  path: string,
  header: PackHeader,
  studyKey: StudyKey,
  start: number,
): PackWriter => {
  const runKey = randomBytes(KEY_LENGTH)
  const runOffset = start
  const run = encodeRunBlock(runOffset, wrapKey(studyKey.key, runKey, runContext(header, runOffset)))
  let end = writeAll(files, descriptor, [run], runOffset)
  let recordNumber = 0
  let syncFailure: Promise<void> | null = null
  return {
    packId: header.packId,
    keyId: header.keyId,
    runOffset,
    runKey: createSecretKey(runKey),
    end: () => end,
    drawRecordNumber: () => recordNumber++,
    append: (buffers) => {
      end = writeAll(files, descriptor, buffers, end)
    },
    truncate: (offset) => {
      files.truncate(descriptor, offset)
      end = offset
    },
    sync: (isIdle) => {
      const synced = syncFailure ?? files.sync(descriptor, isIdle)
      synced.catch(() => {
        syncFailure = synced
      })
      return synced
    },
    close: () => {
      const isEmptyRun = end === runOffset + RUN_BLOCK_LENGTH
      try {
        if (isEmptyRun) files.truncate(descriptor, runOffset)
      } finally {
        files.close(descriptor)
      }
      if (isEmptyRun && runOffset === PACK_HEADER_LENGTH) files.remove(path)
    },
    discard: () => {
      files.close(descriptor)
      files.remove(path)
      // Its key goes next: a power cut must not bring back a pack that nobody can read.
      syncFolder(dirname(path))
    },
  }
}

/** Creates an empty pack; its header and its folder entry are durable when this returns. */
export const createPack = (files: PackFiles, folder: DataFolder, studyKey: StudyKey): PackWriter => {
  const header: PackHeader = { packId: randomBytes(16).toString('hex'), keyId: studyKey.keyId }
  const path = folder.packFile(header.packId)
  makeFolder(dirname(path))
  const descriptor = files.create(path)
  try {
    writeAll(files, descriptor, [encodePackHeader(header)], 0)
    const writer = startRun(files, descriptor, path, header, studyKey, PACK_HEADER_LENGTH)
    fdatasyncSync(descriptor)
    syncFolder(dirname(path))
    return writer
  } catch (error) {
    files.close(descriptor)
    files.remove(path)
    throw error
  }
}

/**
 * Opens an existing pack to append at its end; draws a new run key. Null when it was cut before `indexedEnd`: new bytes must not lie where
 * the index looks for old ones.
 */
export const reopenPack = (
  files: PackFiles,
  folder: DataFolder,
  { packId, indexedEnd }: { packId: string; indexedEnd: number },
  studyKey: StudyKey,
): PackWriter | null => {
  const path = folder.packFile(packId)
  const descriptor = files.open(path)
  const start = files.size(descriptor)
  if (start < indexedEnd) {
    files.close(descriptor)
    return null
  }
  try {
    return startRun(files, descriptor, path, { packId, keyId: studyKey.keyId }, studyKey, start)
  } catch (error) {
    files.truncate(descriptor, start)
    files.close(descriptor)
    throw error
  }
}

/** Bytes that a new pack needs before its first record. */
export const PACK_OVERHEAD = PACK_HEADER_LENGTH + RUN_BLOCK_LENGTH
