/** Proof that the archive holds what is stored here: read back by WADO-RS and compared, byte for byte, or else in meaning. */
import { createHash } from 'node:crypto'
import type { StoredObject } from '../../cache/cache.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchiveTarget } from '../dicom-web/archive-target.ts'
import { retrieveObjects } from '../dicom-web/retrieve.ts'
import { openReceived, type ReceivedDataSet } from '../received-object.ts'
import { ElementDigest } from './element-digest.ts'

export type ReadBack =
  | { kind: 'equal' }
  /** The archive has no such instance. */
  | { kind: 'absent' }
  /** It holds something else under this SOPInstanceUID. */
  | { kind: 'differs'; detail: string }

const STEP = 1024 * 1024

/** More than a change of encoding can add to an object. */
const mostBytes = (object: StoredObject): number => object.length * 4 + 64 * STEP

/** Passes the instance as the archive holds it to `compare`; null when it does not have it. */
const readInstance = async <T>(
  target: ArchiveTarget,
  { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: StoredObject,
  signal: AbortSignal | undefined,
  compare: (received: ReceivedDataSet) => Promise<T>,
): Promise<T | null> => {
  const request = { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, maxObjects: 16 }
  try {
    for await (const file of retrieveObjects(target, request, signal)) return await compare(await openReceived(file))
    return null
  } catch (error) {
    if (error instanceof ArchiveError && error.fault === 'not-here') return null
    throw error
  }
}

const feedInto = async (
  { bytes }: ReceivedDataSet,
  digest: { push(bytes: Uint8Array): void },
  most: number,
): Promise<boolean> => {
  let length = 0
  for await (const piece of bytes) {
    length += piece.length
    if (length > most) return false
    digest.push(piece)
  }
  return true
}

/** Whether the bytes are the same. */
const isSame = async (received: ReceivedDataSet, object: StoredObject): Promise<boolean> => {
  const hash = createHash('sha256')
  const isWhole = await feedInto(received, { push: (bytes) => void hash.update(bytes) }, mostBytes(object))
  return isWhole && hash.digest('hex') === object.sha256
}

const storedDigest = async (object: StoredObject): Promise<string | null> => {
  const digest = new ElementDigest(object.TransferSyntaxUID)
  for (let at = 0; at < object.length; at += STEP) {
    digest.push(await object.read(at, Math.min(at + STEP, object.length)))
  }
  return digest.end()
}

/** Whether both mean the same. */
const isAlike = async (received: ReceivedDataSet, object: StoredObject): Promise<boolean> => {
  const digest = new ElementDigest(received.TransferSyntaxUID)
  if (!(await feedInto(received, digest, mostBytes(object)))) return false
  const theirs = digest.end()
  return theirs !== null && theirs === (await storedDigest(object))
}

/** Reads `object` back and compares. Throws {@link ArchiveError} when the archive did not give it, and the cache's errors. */
export const readBack = async (
  target: ArchiveTarget,
  object: StoredObject,
  signal?: AbortSignal,
): Promise<ReadBack> => {
  let TransferSyntaxUID = ''
  const first = await readInstance(target, object, signal, async (received): Promise<boolean> => {
    TransferSyntaxUID = received.TransferSyntaxUID
    const isEqual = await isSame(received, object)
    return isEqual && TransferSyntaxUID === object.TransferSyntaxUID
  })
  if (first === null) return { kind: 'absent' }
  if (first) return { kind: 'equal' }
  const alike = await readInstance(target, object, signal, (received) => isAlike(received, object))
  if (alike === null) return { kind: 'absent' }
  const syntax = TransferSyntaxUID === object.TransferSyntaxUID ? 'same transfer syntax' : `now ${TransferSyntaxUID}`
  return alike ? { kind: 'equal' } : { kind: 'differs', detail: syntax }
}
