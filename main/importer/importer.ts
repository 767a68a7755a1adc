/** The importer: intakes of what a person gave, the watched folder, and the demo studies with their progress. */
import type { Logger } from 'pino'
import type { Cache } from '../cache/cache.ts'
import type { AddedDocument, Demo, ImportOutcome, Intake } from '../contract/importer.ts'
import type { WatchedFolder } from '../contract/settings.ts'
import type { StationEvent } from '../contract/station.ts'
import { type ReceiverAddress, type SendOutcome, sendDemo } from './demo-sender.ts'
import { type DemoId, type DemoStudy, demoStudies } from './demo-studies.ts'
import { addForeignFile } from './foreign/add-foreign-file.ts'
import { importFile } from './import-file.ts'
import { createIntakes, type Intakes } from './intakes.ts'
import { TakenFiles, type TakenNotes } from './taken-files.ts'
import { createFolderWatcher, type FolderWatcher } from './watched-folder.ts'

type DemoProgress = Extract<StationEvent, { kind: 'demoProgress' }>

export interface ImporterOptions {
  cache: Cache
  log: Logger
  resourcesFolder: string
  /** Where this station receives; null while it does not. */
  receiver(): ReceiverAddress | null
  onProgress(progress: DemoProgress): void
  onIntakeChange(intakeId: string): void
  /** Taking an intake is over. */
  onIntakeEnd(state: Intake): void
  /** The station's own folder, of which nothing is imported by itself. */
  dataFolder: string
  /** Where it is kept which files of the watched folder were taken. */
  notes: TakenNotes
  /** Whether the watched folder can be read. */
  onWatchedFolder(isReadable: boolean): void
}

export interface Importer {
  demos(): Promise<Demo[]>
  /** Starts sending; false when the demo is under way already, or is not part of this installation. */
  loadDemo(id: DemoId): Promise<boolean>
  cancelDemo(id: DemoId): void
  /** Adds a picture, PDF or video to a study. */
  addDocument(bytes: Uint8Array, document: AddedDocument): Promise<ImportOutcome>
  readonly intakes: Intakes
  /** Imports what comes into this folder from now on; null: no folder. */
  watch(folder: WatchedFolder | null): void
  /** Cancels what runs and waits for its end. */
  stop(): Promise<void>
}

/** ms between two tellings of progress. */
const PROGRESS_INTERVAL = 100

class StationImporter implements Importer {
  readonly #watcher: FolderWatcher
  readonly intakes: Intakes
  readonly #options: ImporterOptions
  readonly #running = new Map<DemoId, { cancel: AbortController; end: Promise<void> }>()
  #studies: Promise<DemoStudy[]> | null = null

  constructor(options: ImporterOptions) {
    this.#options = options
    this.#watcher = createFolderWatcher({
      importFile: (bytes) => importFile(options.cache, bytes),
      onReadable: options.onWatchedFolder,
      keepOut: [options.dataFolder],
      taken: new TakenFiles(options.notes),
      onTaken: (outcome) => options.log.info(outcome, 'a file of the watched folder'),
    })
    this.intakes = createIntakes({
      cache: options.cache,
      onChange: options.onIntakeChange,
      onEnd: options.onIntakeEnd,
    })
  }

  #all(): Promise<DemoStudy[]> {
    this.#studies ??= demoStudies(this.#options.resourcesFolder)
    return this.#studies
  }

  async demos(): Promise<Demo[]> {
    const answers = (await this.#all()).map(async ({ id, instances, attribution, StudyInstanceUID }) => {
      const keys = await this.#options.cache.listInstanceKeys({ StudyInstanceUID })
      return { id, instances, attribution, loaded: keys.length >= instances, running: this.#running.has(id) }
    })
    return Promise.all(answers)
  }

  async loadDemo(id: DemoId): Promise<boolean> {
    const study = (await this.#all()).find((each) => each.id === id)
    if (!study || this.#running.has(id)) return false
    const cancel = new AbortController()
    const end = this.#send(study, cancel.signal).finally(() => this.#running.delete(id))
    this.#running.set(id, { cancel, end })
    return true
  }

  async #send(study: DemoStudy, signal: AbortSignal): Promise<void> {
    const { onProgress, log } = this.#options
    let sent = 0
    let toldAt = 0
    const tell = (end: SendOutcome | { state: 'running' }) =>
      onProgress({ kind: 'demoProgress', demo: study.id, sent, total: study.instances, ...end })
    tell({ state: 'running' })
    const onSent = () => {
      sent += 1
      if (performance.now() - toldAt < PROGRESS_INTERVAL) return
      toldAt = performance.now()
      tell({ state: 'running' })
    }
    const address = this.#options.receiver()
    const outcome: SendOutcome = address
      ? await sendDemo(study, address, onSent, signal)
      : { state: 'failed', reason: 'receiver-stopped' }
    log.info({ demo: study.id, sent, ...outcome }, 'demo study sent')
    this.#running.delete(study.id)
    tell(outcome)
  }

  cancelDemo(id: DemoId): void {
    this.#running.get(id)?.cancel.abort()
  }

  watch(folder: WatchedFolder | null): void {
    this.#watcher.watch(folder)
  }

  addDocument(bytes: Uint8Array, { study, batch, number, title }: AddedDocument): Promise<ImportOutcome> {
    const file = { bytes, title, batchId: batch, InstanceNumber: number }
    return addForeignFile(this.#options.cache, study, file)
  }

  async stop(): Promise<void> {
    const running = [...this.#running.values()]
    const intakes = Promise.all([this.intakes.stop(), this.#watcher.stop()])
    for (const { cancel } of running) cancel.abort()
    await Promise.all([...running.map(({ end }) => end), intakes])
  }
}

/** An importer into `options.cache`. */
export const createImporter = (options: ImporterOptions): Importer => new StationImporter(options)
