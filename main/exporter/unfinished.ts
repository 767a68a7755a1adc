/**
 * Exports that have begun and not ended, kept in the records from before their first byte: after a kill, a power cut or a stick that was
 * pulled out, what they left is known, said, and removed as soon as it can be reached.
 */
import { lstat, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Logger } from 'pino'
import type { ExportRequest, ExportState } from '../contract/exporter.ts'

/** What is known of one. */
export type Unfinished = Pick<ExportState, 'exportId' | 'path' | 'form' | 'isDeidentified'> &
  Pick<ExportRequest, 'StudyInstanceUIDs'> & {
    /** Where it is written until it is whole. */
    partial: string
    /** A person was told that it failed. */
    isTold: boolean
  }

export interface UnfinishedNotes {
  loadDocument(name: string): Promise<string | null>
  saveDocument(name: string, text: string): Promise<void>
}

const NOTE = 'unfinished exports'
/** That many are remembered; of more, the oldest is left where it lies. */
const MAX_KEPT = 20
/** Studies of one that are remembered, for the audit log. */
const MAX_STUDIES = 100

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code

/** Whether something is at `path`; throws when nobody can know. */
const isAt = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    },
  )

/** Removes what an export writes below `partial`, and nothing that anybody else put there. */
export async function removePartial(partial: string): Promise<void> {
  const found = await lstat(partial).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  if (found?.isFile()) await rm(partial, { force: true })
  if (!found?.isDirectory()) return
  for (const name of ['DICOMDIR', 'DICOM']) await rm(join(partial, name), { recursive: true, force: true })
  await rmdir(partial)
}

export class UnfinishedExports {
  readonly #notes: UnfinishedNotes
  readonly #log: Pick<Logger, 'info' | 'warn'>
  /** Of this run, where they may still be written to. */
  readonly #running = new Set<string>()
  #known: Promise<Unfinished[]> | null = null
  #saving: Promise<void> = Promise.resolve()

  constructor(notes: UnfinishedNotes, log: Pick<Logger, 'info' | 'warn'>) {
    this.#notes = notes
    this.#log = log
  }

  #load(): Promise<Unfinished[]> {
    this.#known ??= this.#notes
      .loadDocument(NOTE)
      .then((text) => (text === null ? [] : (JSON.parse(text) as Unfinished[])))
      .catch(() => [])
    return this.#known
  }

  /** That the records cannot be written prevents no export. */
  async #change(change: (known: readonly Unfinished[]) => readonly Unfinished[]): Promise<void> {
    const known = await this.#load()
    known.splice(0, known.length, ...change(known).slice(-MAX_KEPT))
    const text = JSON.stringify(known)
    this.#saving = this.#saving
      .then(() => this.#notes.saveDocument(NOTE, text))
      .catch((error: unknown) => this.#log.warn({ code: codeOf(error) }, 'what an export may leave is not noted'))
    await this.#saving
  }

  /** Before anything of it is written. */
  async begin(one: Unfinished): Promise<void> {
    this.#running.add(one.partial)
    const StudyInstanceUIDs = one.StudyInstanceUIDs.slice(0, MAX_STUDIES)
    await this.#change((known) => [
      ...known.filter(({ partial }) => partial !== one.partial),
      { ...one, StudyInstanceUIDs },
    ])
  }

  /** It is over; `isLeft`: something of it may be left, which a person was told. */
  async end(partial: string, isLeft: boolean): Promise<void> {
    this.#running.delete(partial)
    await this.#change((known) =>
      isLeft
        ? known.map((one) => (one.partial === partial ? { ...one, isTold: true } : one))
        : known.filter((one) => one.partial !== partial),
    )
  }

  /**
   * Removes what exports left, in one folder or anywhere; forgets what is gone. Gives those that a person was not told of yet, each with
   * whether something of it may still lie there.
   */
  async clear(folder?: string): Promise<(Unfinished & { isLeft: boolean })[]> {
    const known = await this.#load()
    const idle = known.filter(({ partial }) => !this.#running.has(partial))
    const asked = idle.filter(({ partial }) => folder === undefined || dirname(partial) === folder)
    const untold: (Unfinished & { isLeft: boolean })[] = []
    const gone = new Set<Unfinished>()
    for (const one of asked) {
      const [isLeft, isWhole] = await this.#clearOne(one)
      if (!isLeft) gone.add(one)
      if (!one.isTold && !isWhole) untold.push({ ...one, isLeft })
    }
    if (gone.size > 0 || untold.length > 0)
      await this.#change((now) =>
        now.filter((one) => !gone.has(one)).map((one) => (asked.includes(one) ? { ...one, isTold: true } : one)),
      )
    return untold
  }

  /** Whether something may be left; whether it became whole before it was noted as such. */
  async #clearOne({ partial, path }: Unfinished): Promise<[isLeft: boolean, isWhole: boolean]> {
    try {
      // A stick that is not in its place is asked for again another time.
      await stat(dirname(partial))
      if (!(await isAt(partial))) return [false, await isAt(path)]
      await removePartial(partial)
      this.#log.info('what an export had left was removed')
      return [false, false]
    } catch (error) {
      this.#log.warn({ code: codeOf(error) }, 'what an export may have left cannot be removed')
      return [true, false]
    }
  }
}
