/** The exports of this run, one after the other on the disk they are asked for, and what a person should know before. */
import { randomUUID } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import type { Cache } from '../cache/cache.ts'
import { scanStoredObject } from '../cache/scan-stored-object.ts'
import type { ExportPlan, ExportRequest, ExportState } from '../contract/exporter.ts'
import { mayShowNames } from './burned-in.ts'
import { isBeyondReach } from './deidentify/embedded-metadata.ts'
import { ExportJob } from './export-job.ts'
import { UnfinishedExports, type UnfinishedNotes } from './unfinished.ts'

/** ms between two tellings of one. */
const TELL_EVERY = 500
/** ms over which the rate is taken. */
const RATE_WINDOW = 3_000
/** Exports that are kept; the oldest that is over goes first. */
const MAX_KEPT = 20

export interface ExporterOptions {
  cache: Pick<Cache, 'listInstanceKeys' | 'open' | 'getStudy'>
  log: Pick<Logger, 'info' | 'warn'>
  /** Where it is kept which exports have begun. */
  notes: UnfinishedNotes
  /** Keeps these studies in the cache until the returned function is called. */
  hold(StudyInstanceUIDs: readonly string[]): () => void
  onChange(exportId: string): void
  onEnd?(state: ExportState, request: Pick<ExportRequest, 'StudyInstanceUIDs'>): void
}

export interface Exporter {
  /** Removes what exports of an earlier run left, and tells of those that were interrupted. */
  resume(): Promise<void>
  plan(StudyInstanceUIDs: readonly string[]): Promise<ExportPlan>
  start(request: ExportRequest): string
  exports(): ExportState[]
  cancel(exportId: string): Promise<void>
  dismiss(exportId: string): void
  /** Whether something is being written. */
  readonly isBusy: boolean
  stop(): Promise<void>
}

interface Running {
  state: ExportState
  ending: AbortController
  end: Promise<void>
}

/** An export of which nothing is written yet. */
const begun = (values: Pick<ExportState, 'exportId' | 'path' | 'form' | 'isDeidentified'>): ExportState => ({
  ...values,
  state: 'running',
  fault: null,
  isLeft: false,
  room: null,
  objects: 0,
  finished: 0,
  bytes: 0,
  rate: 0,
  goneStudies: 0,
  leftOut: [],
  unusualSyntaxes: 0,
})

/** Bytes that are free to this user on the disk of `folder`; null where nobody can tell. */
const freeAt = (folder: string): Promise<number | null> =>
  statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )

export const createExporter = ({ cache, log, notes, hold, onChange, onEnd }: ExporterOptions): Exporter => {
  const unfinished = new UnfinishedExports(notes, log)
  const exports = new Map<string, Running>()
  const timers = new Map<string, NodeJS.Timeout>()
  const tell = (exportId: string): void => {
    clearTimeout(timers.get(exportId))
    timers.delete(exportId)
    onChange(exportId)
  }
  const tellSoon = (exportId: string): void => {
    if (!timers.has(exportId))
      timers.set(
        exportId,
        setTimeout(() => tell(exportId), TELL_EVERY),
      )
  }
  const isOver = ({ state }: Running): boolean => state.state !== 'running'
  const makeRoom = (): void => {
    const over = [...exports.values()].filter(isOver)
    for (const { state } of over.slice(0, Math.max(0, exports.size - MAX_KEPT))) exports.delete(state.exportId)
  }
  const bytesOf = async (StudyInstanceUIDs: readonly string[]): Promise<number> => {
    const studies = await Promise.all(StudyInstanceUIDs.map((uid) => cache.getStudy(uid)))
    return studies.reduce((sum, found) => sum + (found?.study.bytes ?? 0), 0)
  }
  const roomFor = async ({ StudyInstanceUIDs, folder }: ExportRequest): Promise<ExportState['room']> => {
    const [needed, free] = await Promise.all([bytesOf(StudyInstanceUIDs).catch(() => 0), freeAt(folder)])
    return free === null || needed === 0 ? null : { needed, free }
  }
  /** Removes what exports left, in one folder or anywhere, and tells of those that nobody was told of. */
  const clear = async (folder?: string): Promise<void> => {
    for (const { StudyInstanceUIDs, isLeft, exportId, path, form, isDeidentified } of await unfinished.clear(folder)) {
      const known = begun({ exportId, path, form, isDeidentified })
      const state: ExportState = { ...known, state: 'failed', fault: 'interrupted', isLeft }
      exports.set(exportId, { state, ending: new AbortController(), end: Promise.resolve() })
      tell(exportId)
      onEnd?.(state, { StudyInstanceUIDs })
    }
    makeRoom()
  }
  const run = async (running: Running, request: ExportRequest): Promise<void> => {
    const { state, ending } = running
    const { exportId, path, form, isDeidentified } = state
    const { StudyInstanceUIDs } = request
    // An export to the disk of the cache can fill it: what is to be written must not be what makes room.
    const letGo = hold(StudyInstanceUIDs)
    let [since, bytes] = [performance.now(), 0]
    const job = new ExportJob({
      cache,
      request,
      signal: ending.signal,
      onWritten: (length) => {
        state.bytes += length
        bytes += length
        const elapsed = performance.now() - since
        if (elapsed < RATE_WINDOW && state.rate > 0) return
        state.rate = (bytes * 1000) / Math.max(elapsed, 1)
        if (elapsed >= RATE_WINDOW) [since, bytes] = [performance.now(), 0]
      },
      onChange: (change) => {
        Object.assign(state, change)
        tellSoon(state.exportId)
      },
      beginsAt: (partial) =>
        unfinished.begin({ exportId, path, form, isDeidentified, StudyInstanceUIDs, partial, isTold: false }),
      endsAt: (partial, isLeft) => unfinished.end(partial, isLeft),
    })
    await clear(resolve(request.folder))
    const end = await job.run()
    letGo()
    const room = end.fault === 'disk-full' ? await roomFor(request) : null
    Object.assign(state, end, { rate: 0, room })
    const { state: how, fault, isLeft, finished, objects } = state
    log.info({ end: how, fault, isLeft, finished, objects, deidentified: isDeidentified }, 'studies exported')
    tell(exportId)
    onEnd?.(state, request)
  }
  return {
    resume: () => clear(),
    async plan(StudyInstanceUIDs) {
      const bytes = await bytesOf(StudyInstanceUIDs)
      const lists = await Promise.all(
        StudyInstanceUIDs.map((StudyInstanceUID) => cache.listInstanceKeys({ StudyInstanceUID })),
      )
      const keys = lists.flat()
      const plan: ExportPlan = { objects: keys.length, bytes, mayShowNames: 0, beyondReach: 0 }
      for (const key of keys) {
        const object = await cache.open(key).catch(() => null)
        const scan = object && (await scanStoredObject(object).catch(() => null))
        if (!object || scan?.kind !== 'complete') continue
        const { SOPClassUID, TransferSyntaxUID } = object
        plan.mayShowNames += Number(mayShowNames(SOPClassUID, scan.attributes, TransferSyntaxUID))
        plan.beyondReach += Number(isBeyondReach(scan.attributes, TransferSyntaxUID))
      }
      return plan
    },
    start(request) {
      const exportId = randomUUID()
      const { folder, name, form, deidentification } = request
      const path = join(folder, form === 'zip' ? `${name}.zip` : name)
      const state = begun({ exportId, path, form, isDeidentified: deidentification !== null })
      const running: Running = { state, ending: new AbortController(), end: Promise.resolve() }
      exports.set(exportId, running)
      makeRoom()
      running.end = run(running, request)
      onChange(exportId)
      return exportId
    },
    exports: () => [...exports.values()].map(({ state }) => state),
    async cancel(exportId) {
      const running = exports.get(exportId)
      running?.ending.abort()
      await running?.end
    },
    dismiss(exportId) {
      const running = exports.get(exportId)
      if (!running || !isOver(running)) return
      exports.delete(exportId)
      onChange(exportId)
    },
    get isBusy() {
      return [...exports.values()].some((running) => !isOver(running))
    },
    async stop() {
      for (const { ending } of exports.values()) ending.abort()
      await Promise.all([...exports.values()].map(({ end }) => end))
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
