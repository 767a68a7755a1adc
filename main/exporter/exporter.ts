/** The exports of this run, one after the other on the disk they are asked for, and what a person should know before. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Cache } from '../cache/cache.ts'
import type { ExportRequest, ExportState } from '../contract/exporter.ts'
import { scanStored } from '../dataset/index.ts'
import { mayShowNames } from './burned-in.ts'
import { ExportJob } from './export-job.ts'

/** ms between two tellings of one. */
const TELL_EVERY = 500
/** ms over which the rate is taken. */
const RATE_WINDOW = 3_000
/** Exports that are kept; the oldest that is over goes first. */
const MAX_KEPT = 20

export interface ExporterOptions {
  cache: Pick<Cache, 'listInstanceKeys' | 'open' | 'getStudy'>
  log: Pick<Logger, 'info' | 'warn'>
  /** Keeps these studies in the cache until the returned function is called. */
  hold(StudyInstanceUIDs: readonly string[]): () => void
  onChange(exportId: string): void
  onEnd?(state: ExportState, request: ExportRequest): void
}

export interface Exporter {
  plan(StudyInstanceUIDs: readonly string[]): Promise<{ objects: number; bytes: number; mayShowNames: number }>
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

export const createExporter = ({ cache, log, hold, onChange, onEnd }: ExporterOptions): Exporter => {
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
  const run = async (running: Running, request: ExportRequest): Promise<void> => {
    const { state, ending } = running
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
    })
    // An export to the disk of the cache can fill it: what is being written must not be what makes room.
    const letGo = hold(request.StudyInstanceUIDs)
    Object.assign(state, await job.run(), { rate: 0 })
    letGo()
    const { state: end, fault, finished, objects } = state
    log.info({ end, fault, finished, objects, deidentified: state.isDeidentified }, 'studies exported')
    tell(state.exportId)
    onEnd?.(state, request)
  }
  return {
    async plan(StudyInstanceUIDs) {
      const studies = await Promise.all(StudyInstanceUIDs.map((uid) => cache.getStudy(uid)))
      const bytes = studies.reduce((sum, found) => sum + (found?.study.bytes ?? 0), 0)
      const lists = await Promise.all(
        StudyInstanceUIDs.map((StudyInstanceUID) => cache.listInstanceKeys({ StudyInstanceUID })),
      )
      const keys = lists.flat()
      let named = 0
      for (const key of keys) {
        const object = await cache.open(key).catch(() => null)
        const scan = object && (await scanStored(object).catch(() => null))
        if (object && scan?.kind === 'complete' && mayShowNames(object.SOPClassUID, scan.attributes)) named += 1
      }
      return { objects: keys.length, bytes, mayShowNames: named }
    },
    start(request) {
      const exportId = randomUUID()
      const state: ExportState = {
        exportId,
        path: `${request.folder}/${request.name}${request.form === 'zip' ? '.zip' : ''}`,
        form: request.form,
        isDeidentified: request.deidentification !== null,
        state: 'running',
        fault: null,
        objects: 0,
        finished: 0,
        bytes: 0,
        rate: 0,
        leftOut: [],
        unusualSyntaxes: 0,
      }
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
