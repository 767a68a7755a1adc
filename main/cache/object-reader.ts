/**
 * Reads ranges of stored objects on the calling thread: one file read for up to 1 MiB of chunks, then decryption without further waiting
 * (measured faster than a worker or asynchronous cryptography). Few reads run at once, so that the event loop stays free in between.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { unwrapKey } from '../security/key-wrap.ts'
import { CacheError, type StoredObject } from './cache.ts'
import type { DataFolder } from './data-folder.ts'
import { createChunkDecryptor } from './packs/chunk-cipher.ts'
import {
  CHUNK_HEAD_LENGTH,
  CHUNK_LENGTH,
  chunkOffset,
  decodeRunBlock,
  encodeRecordHeader,
  OBJECT_RECORD,
  RUN_BLOCK_LENGTH,
  runContext,
  TAG_LENGTH,
} from './packs/pack-format.ts'
import { decodeStudyKey, studyWrappingKey } from './packs/study-keys.ts'
import type { ObjectLocation } from './queries/instances.ts'

const BATCH_CHUNKS = 16
const MAX_PARALLEL_READS = 4
const MAX_OPEN_PACKS = 16
const MAX_KNOWN_RUN_KEYS = 512
const SEALED_LENGTH = CHUNK_HEAD_LENGTH + CHUNK_LENGTH + TAG_LENGTH

const damaged = (cause?: unknown): CacheError =>
  new CacheError('object-damaged', 'A stored object is not authentic.', { cause })
const missing = (cause?: unknown): CacheError =>
  new CacheError('object-missing', 'A stored object or its key is not on the disk.', { cause })

/**
 * An error of the file system as the cache's: a missing file, or one whose bytes the disk cannot give. Others, such as too many open files,
 * pass and say nothing of the object.
 */
const readError = (error: unknown): unknown => {
  const { code } = error as { code?: string }
  return code === 'ENOENT' ? missing(error) : code === 'EIO' ? damaged(error) : error
}

/** Whether the same bytes may come right when they are read once more: a disk or a network drive can fail for a moment. */
const mayPass = (error: unknown): boolean => {
  const { code } = error as { code?: string }
  return code === 'EIO' || code === 'object-damaged'
}

/** An open pack, as far as reading needs it. */
type PackHandle = Pick<FileHandle, 'read' | 'close'>

interface OpenPack {
  handle: Promise<PackHandle>
  users: number
  /** It was removed: the last user closes it. */
  isGone: boolean
}

/** Closes a pack; one that could never be opened needs none. */
const closeQuietly = async ({ handle }: OpenPack): Promise<void> =>
  handle.then((opened) => opened.close()).catch(() => undefined)

export class ObjectReader {
  readonly #folder: DataFolder
  readonly #wrappingKey: Buffer
  readonly #openPack: (path: string) => Promise<PackHandle>
  readonly #packs = new Map<string, OpenPack>()
  readonly #runKeys = new Map<string, Promise<KeyObject>>()
  readonly #queue: (() => void)[] = []
  /** Buffers for encrypted bytes, one for each read that may run. */
  readonly #batches: Buffer[] = []
  #reading = 0

  constructor(
    folder: DataFolder,
    stationKey: Uint8Array,
    openPack = (path: string): Promise<PackHandle> => open(path),
  ) {
    this.#folder = folder
    this.#openPack = openPack
    this.#wrappingKey = studyWrappingKey(stationKey)
  }

  /** The object at `location`, ready to be read. */
  object(location: ObjectLocation): StoredObject {
    const { instanceKey, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID } = location
    const { TransferSyntaxUID, length, sha256, pixelData } = location
    const identity = { instanceKey, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, SOPClassUID }
    const content = { TransferSyntaxUID, length, sha256, pixelData }
    return { ...identity, ...content, read: (start, end) => this.#read(location, start, end) }
  }

  /** Authenticates what is around an object's bytes: its record's header, and the index row behind. Throws as reading does. */
  async checkFrame(location: ObjectLocation): Promise<void> {
    await this.#authentic(location, (handle, runKey) => checkFrame(handle, runKey, location))
  }

  /** These packs are gone: closes them, so that the disk has their room, and forgets their keys. What is being read goes on to its end. */
  async forget(packIds: readonly string[]): Promise<void> {
    for (const packId of packIds) {
      for (const name of this.#runKeys.keys()) if (name.startsWith(`${packId} `)) this.#runKeys.delete(name)
      const pack = this.#packs.get(packId)
      if (!pack) continue
      this.#packs.delete(packId)
      pack.isGone = true
      if (pack.users === 0) await closeQuietly(pack)
    }
  }

  async close(): Promise<void> {
    const handles = [...this.#packs.values()].map(({ handle }) => handle)
    this.#packs.clear()
    for (const handle of await Promise.allSettled(handles))
      if (handle.status === 'fulfilled') await handle.value.close()
  }

  async #read(location: ObjectLocation, start: number, end: number): Promise<Uint8Array> {
    if (!(start >= 0 && start <= end && end <= location.length)) {
      throw new RangeError(`Range ${start}–${end} of an object of ${location.length} bytes.`)
    }
    if (start === end) return new Uint8Array(0)
    // Not cleared first: every byte is written before it is given away.
    const target = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer)
    await this.#authentic(location, (handle, runKey) => this.#readInto(target, handle, runKey, location, start, end))
    return target
  }

  /** Reads in its turn; what cannot be read, or is not authentic, once more and from a file opened anew. */
  async #authentic(
    location: ObjectLocation,
    work: (handle: PackHandle, runKey: KeyObject) => Promise<void>,
  ): Promise<void> {
    const { packId } = location
    const attempt = async (): Promise<void> => {
      const runKey = await this.#runKey(location)
      await this.#withPack(packId, (handle) => work(handle, runKey))
    }
    const release = await this.#turn()
    try {
      await attempt().catch(async (error: unknown) => {
        if (!mayPass(error)) throw error
        await this.forget([packId])
        await attempt()
      })
    } catch (error) {
      throw readError(error)
    } finally {
      release()
    }
  }

  async #readInto(
    target: Uint8Array,
    handle: PackHandle,
    runKey: KeyObject,
    location: ObjectLocation,
    start: number,
    end: number,
  ): Promise<void> {
    const { packId, runOffset, recordNumber, recordOffset, length } = location
    const recordHeader = encodeRecordHeader({ runOffset, recordNumber, chunkLength: CHUNK_LENGTH, kind: OBJECT_RECORD })
    const decrypt = createChunkDecryptor({ runKey, packId, recordHeader, recordNumber })
    const lastChunk = Math.floor((end - 1) / CHUNK_LENGTH)
    const firstChunk = Math.floor(start / CHUNK_LENGTH)
    const batch = this.#batches.pop() ?? Buffer.allocUnsafeSlow(BATCH_CHUNKS * SEALED_LENGTH)
    try {
      for (let chunk = firstChunk; chunk <= lastChunk; chunk += BATCH_CHUNKS) {
        const count = Math.min(BATCH_CHUNKS, lastChunk - chunk + 1)
        const plainEnd = Math.min((chunk + count) * CHUNK_LENGTH, length)
        const bytes = plainEnd - chunk * CHUNK_LENGTH + count * (CHUNK_HEAD_LENGTH + TAG_LENGTH)
        await readFully(handle, batch.subarray(0, bytes), chunkOffset(recordOffset, chunk))
        for (let index = 0; index < count; index += 1) {
          const at = index * SEALED_LENGTH
          const sealed = batch.subarray(at, Math.min(at + SEALED_LENGTH, bytes))
          const plain = decrypt(
            chunk + index,
            sealed.subarray(0, CHUNK_HEAD_LENGTH),
            sealed.subarray(CHUNK_HEAD_LENGTH),
          )
          if (!plain) throw damaged()
          const plainStart = (chunk + index) * CHUNK_LENGTH
          const from = Math.max(start - plainStart, 0)
          target.set(plain.subarray(from, end - plainStart), plainStart + from - start)
        }
      }
    } finally {
      this.#batches.push(batch)
    }
  }

  /** Waits until few enough reads run; the returned function ends this one. */
  async #turn(): Promise<() => void> {
    if (this.#reading >= MAX_PARALLEL_READS) await new Promise<void>((resolve) => this.#queue.push(resolve))
    else this.#reading += 1
    return () => {
      const next = this.#queue.shift()
      if (next) next()
      else this.#reading -= 1
    }
  }

  async #withPack(packId: string, work: (handle: PackHandle) => Promise<void>): Promise<void> {
    const pack = this.#packs.get(packId) ?? {
      handle: this.#openPack(this.#folder.packFile(packId)),
      users: 0,
      isGone: false,
    }
    this.#packs.delete(packId)
    this.#packs.set(packId, pack)
    pack.users += 1
    try {
      const handle = await pack.handle.catch((error: unknown) => {
        if (this.#packs.get(packId) === pack) this.#packs.delete(packId)
        throw error
      })
      await work(handle)
    } finally {
      pack.users -= 1
      if (pack.isGone && pack.users === 0) await closeQuietly(pack)
      this.#closeIdlePacks()
    }
  }

  #closeIdlePacks(): void {
    for (const [packId, pack] of this.#packs) {
      if (this.#packs.size <= MAX_OPEN_PACKS) return
      if (pack.users > 0) continue
      this.#packs.delete(packId)
      void closeQuietly(pack)
    }
  }

  #runKey(location: ObjectLocation): Promise<KeyObject> {
    const name = `${location.packId} ${location.runOffset}`
    let key = this.#runKeys.get(name)
    if (!key) {
      key = this.#loadRunKey(location)
      key.catch(() => this.#runKeys.delete(name))
      this.#runKeys.set(name, key)
      for (const oldest of this.#runKeys.keys()) {
        if (this.#runKeys.size <= MAX_KNOWN_RUN_KEYS) break
        this.#runKeys.delete(oldest)
      }
    }
    return key
  }

  async #loadRunKey({ packId, keyId, runOffset }: ObjectLocation): Promise<KeyObject> {
    const studyKey = decodeStudyKey(this.#wrappingKey, keyId, await readFile(this.#folder.keyFile(keyId)))
    if (!studyKey) throw damaged()
    const block = Buffer.alloc(RUN_BLOCK_LENGTH)
    await this.#withPack(packId, (handle) => readFully(handle, block, runOffset))
    const wrapped = decodeRunBlock(block, runOffset)
    const runKey = wrapped && unwrapKey(studyKey, wrapped, runContext({ packId, keyId }, runOffset))
    if (!runKey) throw damaged()
    return createSecretKey(runKey)
  }
}

const checkFrame = async (handle: PackHandle, runKey: KeyObject, location: ObjectLocation): Promise<void> => {
  const { packId, runOffset, recordNumber, recordOffset, recordEnd, length } = location
  const recordHeader = encodeRecordHeader({ runOffset, recordNumber, chunkLength: CHUNK_LENGTH, kind: OBJECT_RECORD })
  const written = Buffer.alloc(recordHeader.length)
  await readFully(handle, written, recordOffset)
  const chunks = Math.ceil(length / CHUNK_LENGTH)
  const start = recordOffset + recordHeader.length + length + chunks * (CHUNK_HEAD_LENGTH + TAG_LENGTH)
  if (!written.equals(recordHeader) || recordEnd <= start + CHUNK_HEAD_LENGTH + TAG_LENGTH) throw damaged()
  const row = Buffer.alloc(recordEnd - start)
  await readFully(handle, row, start)
  const decrypt = createChunkDecryptor({ runKey, packId, recordHeader, recordNumber })
  if (!decrypt(chunks, row.subarray(0, CHUNK_HEAD_LENGTH), row.subarray(CHUNK_HEAD_LENGTH))) throw damaged()
}

const readFully = async (handle: PackHandle, buffer: Buffer, position: number): Promise<void> => {
  for (let done = 0; done < buffer.length; ) {
    const { bytesRead } = await handle.read(buffer, done, buffer.length - done, position + done)
    if (bytesRead === 0) throw damaged()
    done += bytesRead
  }
}
