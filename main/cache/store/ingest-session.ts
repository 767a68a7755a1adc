/** One object on its way in: scanned as it comes, kept in memory until its study is known, then streamed into a pack of that study. */
import type { Hash } from 'node:crypto'
import type { IngestOutcome, IngestRequest, RefusalReason } from '../cache.ts'
import { type IndexWriter, isEqualVersion, type KnownVersion } from '../index-database/index-writer.ts'
import { encodeObjectRow, type ObjectRow } from '../object-row.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'
import { beginRecord, type RecordWriter } from '../packs/record-writer.ts'
import type { DiskSpace } from './disk-space.ts'
import type { GroupCommit, PendingObject } from './group-commit.ts'
import { type ScannedObject, scanObject } from './object-scan.ts'
import type { PackLeases } from './pack-leases.ts'

/** Bytes that wait in memory for the study's UID; behind that a pack of its own takes them. */
const MAX_HELD_BYTES = 1024 * 1024
/** Largest data set, in bytes. */
export const MAX_OBJECT_LENGTH = 64 * 1024 ** 3

type ScannedIdentity = ScannedObject & { kind: 'object' }

/** An object that is here with the same content: waiting to be durable, or indexed. */
type EqualObject = { instanceKey: number } & (
  | { pending: PendingObject; version: null }
  | { pending: null; version: KnownVersion }
)

export interface IngestContext {
  leases: PackLeases
  commit: GroupCommit
  index: IndexWriter
  space: DiskSpace
  drawInstanceKey(): number
  /** Whether an indexed object is still whole in its pack: a sender must not be told that it is here when it is not. */
  isIntact(version: KnownVersion): boolean
  now(): Date
  /** Reports why an object was refused; the detail names no patient. */
  onRefused(reason: RefusalReason, detail: string): void
}

export class IngestSession {
  readonly #context: IngestContext
  readonly #request: IngestRequest
  readonly #scan: ReturnType<typeof scanObject>
  readonly #hash: Hash | null
  #held: Buffer[] = []
  #heldLength = 0
  #length = 0
  #record: RecordWriter | null = null
  #refusal: RefusalReason | null = null

  constructor(context: IngestContext, request: IngestRequest, hash: Hash | null) {
    this.#context = context
    this.#request = request
    this.#hash = hash
    this.#scan = scanObject(request)
    if (context.space.isFull()) this.#refuse('disk-full', 'reserve reached')
  }

  /** Takes the next bytes; they may be reused when it returns. */
  write(bytes: Uint8Array): void {
    if (this.#refusal) return
    this.#length += bytes.length
    if (this.#length > MAX_OBJECT_LENGTH) {
      this.#refuse('too-large', `more than ${MAX_OBJECT_LENGTH} bytes`)
      return
    }
    this.#scan.push(bytes)
    this.#hash?.update(bytes)
    this.#guard(() => this.#store(bytes))
  }

  /** SHA-256 of what was written, hexadecimal; once, and empty when it is not counted here. */
  digest(): string {
    return this.#hash?.digest('hex') ?? ''
  }

  /** The data set is complete; `answer` is called once it is durable, or at once when it is refused or known. */
  end(answer: (outcome: IngestOutcome) => void, sha256: string): void {
    if (!this.#refusal) {
      const scanned = this.#scan.finish()
      if (scanned.kind === 'refused') this.#refuse(scanned.reason, scanned.detail)
      else this.#guard(() => this.#finish(scanned, answer, sha256))
    }
    if (this.#refusal) answer({ kind: 'refused', reason: this.#refusal })
  }

  abort(): void {
    if (!this.#refusal) this.#drop()
    this.#refusal ??= 'storage-failed'
  }

  #store(bytes: Uint8Array): void {
    if (this.#record) this.#writeRecord(bytes)
    else {
      const StudyInstanceUID = this.#scan.studyInstanceUID()
      if (StudyInstanceUID === null && this.#heldLength + bytes.length <= MAX_HELD_BYTES) {
        this.#held.push(Buffer.from(bytes))
        this.#heldLength += bytes.length
        return
      }
      this.#begin(StudyInstanceUID)
      this.#writeRecord(bytes)
    }
    if (this.#context.space.wrote(bytes.length)) this.#refuse('disk-full', 'reserve reached')
  }

  #begin(StudyInstanceUID: string | null): RecordWriter {
    this.#record = beginRecord(this.#context.leases.lease(StudyInstanceUID))
    for (const bytes of this.#held) this.#record.write(bytes)
    this.#held = []
    return this.#record
  }

  #writeRecord(bytes: Uint8Array): void {
    this.#record?.write(bytes)
  }

  #finish(scanned: ScannedIdentity, answer: (outcome: IngestOutcome) => void, sha256: string): void {
    const record = this.#record ?? this.#begin(scanned.StudyInstanceUID)
    const pending = this.#context.commit.pending(scanned.SOPInstanceUID)
    const versions = this.#context.index.findVersions(scanned.SOPInstanceUID)
    const known = findEqual(pending, versions, { sha256, TransferSyntaxUID: scanned.TransferSyntaxUID })
    if (known && this.#answerDuplicate(known, scanned, answer)) {
      this.#drop(scanned.StudyInstanceUID)
      return
    }
    const { kind: _, ...described } = scanned
    const row: ObjectRow = {
      instanceKey: known?.instanceKey ?? this.#context.drawInstanceKey(),
      ...described,
      origin: this.#request.origin,
      peer: this.#request.peer,
      ...(this.#request.archive === undefined ? {} : { archive: this.#request.archive }),
      receivedAt: this.#context.now().toISOString(),
      length: this.#length,
      sha256,
    }
    record.finish(encodeObjectRow(row))
    this.#record = null
    const { pack } = record
    this.#context.commit.add({
      row,
      place: {
        packId: pack.packId,
        keyId: pack.keyId,
        recordOffset: record.offset,
        recordEnd: pack.end(),
        runOffset: pack.runOffset,
        recordNumber: record.recordNumber,
      },
      writer: pack,
      kind: known === null && pending.length + versions.length > 0 ? 'version' : 'stored',
      isReplacement: known !== null,
      isDurable: false,
      answer,
      duplicates: [],
    })
    this.#context.leases.release(pack, scanned.StudyInstanceUID)
  }

  /** Answers with the one that is here, as soon as it is durable; false when that one is damaged and has to be stored again. */
  #answerDuplicate(
    { instanceKey, pending, version }: EqualObject,
    { StudyInstanceUID, SeriesInstanceUID }: ScannedIdentity,
    answer: (outcome: IngestOutcome) => void,
  ): boolean {
    if (pending && !pending.isDurable) pending.duplicates.push(answer)
    else if (version && !this.#context.isIntact(version)) return false
    else answer({ kind: 'duplicate', instanceKey, StudyInstanceUID, SeriesInstanceUID })
    return true
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (isOutOfSpace(error)) this.#context.space.failed()
      this.#refuse(
        isOutOfSpace(error) ? 'disk-full' : 'storage-failed',
        String((error as { code?: string }).code ?? error),
      )
    }
  }

  #refuse(reason: RefusalReason, detail: string): void {
    this.#refusal = reason
    this.#drop()
    this.#context.onRefused(reason, detail)
  }

  /** Takes the unfinished record out of its pack, which others may use again. */
  #drop(StudyInstanceUID = this.#scan.studyInstanceUID()): void {
    const record = this.#record
    this.#record = null
    this.#held = []
    if (!record) return
    try {
      record.drop()
    } catch {
      this.#context.leases.retire(record.pack)
    }
    this.#context.leases.release(record.pack, StudyInstanceUID)
  }
}

/** What is here already, durable or about to be, with the same content. */
const findEqual = (
  waiting: readonly PendingObject[],
  versions: readonly KnownVersion[],
  object: { sha256: string; TransferSyntaxUID: string },
): EqualObject | null => {
  const pending = waiting.find(({ row }) => isEqualVersion(row, object))
  if (pending) return { instanceKey: pending.row.instanceKey, pending, version: null }
  const version = versions.find((each) => isEqualVersion(each, object))
  return version ? { instanceKey: version.instanceKey, pending: null, version } : null
}
