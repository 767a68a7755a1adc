/** Opens the cache: takes the folder's lock, starts the store worker and the query worker, and speaks for both. */
import { statfs } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import {
  type Cache,
  CacheError,
  type ChosenVersion,
  type IndexLag,
  type NotedChange,
  type StoredChange,
} from './cache.ts'
import { dataFolderAt } from './data-folder.ts'
import { type FolderLock, lockDataFolder } from './folder-lock.ts'
import { IngestClient } from './ingest-client.ts'
import { ObjectReader } from './object-reader.ts'
import { createDamageMarks } from './scrub/damage-marks.ts'
import type { RecoveryReport } from './store/recovery.ts'
import { createIndexWait } from './workers/index-wait.ts'
import type { QueryMethods, QueryWorkerData } from './workers/query-worker.ts'
import type { FromStore, StoreWorkerData } from './workers/store-messages.ts'
import type { StoreMethods } from './workers/store-worker.ts'
import { createCaller, type ResultMessage } from './workers/worker-calls.ts'

/** The part of a logger that the cache uses. */
export interface CacheLog {
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

export interface OpenCacheOptions {
  dataFolder: string
  /** 32 bytes; see `main/security`. */
  stationKey: Uint8Array
  log: CacheLog
  /** A lock that the host already holds; the cache releases it when it closes. */
  lock?: FolderLock
  /** What persons chose to be shown, as the records keep it; they must be opened before, and take over what an index of before kept. */
  chosen?: readonly ChosenVersion[]
  /** Bytes of the disk that objects must leave free for the index. Default 64 MiB. */
  reserveBytes?: number
  /** Bytes at which a pack takes no further object. Default 1 GiB. */
  packLimitBytes?: number
}

/** The cache, and what was found when it was opened. */
export type OpenedCache = Cache & {
  readonly recovery: RecoveryReport
  /** What was received and queries may not find now; null when they find all of it. */
  indexLag(): IndexLag | null
  /** Calls back when {@link OpenedCache.indexLag} changes. */
  onIndexLag(listener: (lag: IndexLag | null) => void): () => void
  /** Whether queries may not find now all that was received of this study. */
  mayLack(StudyInstanceUID: string): boolean
  /** Calls back when a worker died: nothing can be stored or found any more until the station is started again. */
  onFault(listener: () => void): () => void
}

const MIB = 1024 * 1024
/** In MiB: what objects leave behind on their way is collected before it makes the store's heap grow by a hundred. */
const YOUNG_GENERATION = 16

/** Workers lie beside this file, with its own extension: sources run natively, the product is bundled. */
const workerFile = (name: string): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL(`./workers/${name}.ts`, import.meta.url)
    : new URL(`./${name}.${import.meta.url.split('.').pop()}`, import.meta.url)

/** Queries for one object by its key, and those that no object changes. */
const byKey: readonly string[] = ['locate', 'imageHeader', 'isLacking'] satisfies (keyof QueryMethods)[]

type Opened = Extract<FromStore, { type: 'opened' }>

/** Waits until the store is open; what it says before goes to the log. */
const started = (worker: Worker, log: CacheLog): Promise<Opened> =>
  new Promise((resolve, reject) => {
    const listen = (message: FromStore): void => {
      if (message.type === 'problem') {
        logProblem(log, message)
        return
      }
      worker.off('message', listen)
      if (message.type === 'opened') resolve(message)
      else if (message.type === 'failed') reject(new CacheError(message.code, message.message))
    }
    worker.on('message', listen)
    worker.once('error', (cause) => reject(new CacheError('index-damaged', 'The store could not start.', { cause })))
    worker.once('exit', () => reject(new CacheError('index-damaged', 'The store could not start.')))
  })

const logProblem = (log: CacheLog, { what, detail }: Extract<FromStore, { type: 'problem' }>): void =>
  log.warn({ problem: what, detail }, 'Store')

/**
 * Opens the cache in `dataFolder`, creating it if need be, and recovers what an earlier crash left.
 * Throws {@link CacheError} `folder-in-use`, `wrong-key`, `disk-full` or `index-damaged`.
 */
export const openCache = async (options: OpenCacheOptions): Promise<OpenedCache> => {
  const { dataFolder, stationKey, log, chosen = [], reserveBytes = 64 * MIB, packLimitBytes = 1024 * MIB } = options
  const lock = options.lock ?? lockDataFolder(dataFolder)
  const folder = dataFolderAt(dataFolder)
  const storeData: StoreWorkerData = {
    dataFolder,
    stationKey,
    chosen,
    reserve: reserveBytes,
    packLimit: packLimitBytes,
  }
  const storeWorker = new Worker(workerFile('store-worker'), {
    workerData: storeData,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
  })
  const { recovery, ...opened } = await started(storeWorker, log).catch(async (error: unknown) => {
    await storeWorker.terminate()
    lock.release()
    throw error
  })
  logRecovery(log, recovery)
  const queryData: QueryWorkerData = { index: folder.index, stationKey }
  const queryWorker = new Worker(workerFile('query-worker'), { workerData: queryData })

  const store = createCaller<StoreMethods>((message) => storeWorker.postMessage(message))
  /** Objects that were answered and that the index does not know yet. */
  let unindexed = 0
  /** Why queries may not find all of it: the store says so, or no longer says anything. */
  let { lag, studiesBehind } = opened
  /** Something that was received of these may lie unread in a pack. */
  const damagedStudies = new Set(opened.damagedStudies)
  let isStalled = false
  const lagListeners = new Set<(lag: IndexLag | null) => void>()
  const indexLag = (): IndexLag | null => (isStalled ? { objects: unindexed, reason: 'no-answer' } : lag)
  const tellLag = (): void => {
    for (const listener of lagListeners) listener(indexLag())
  }
  const indexWait = createIndexWait({
    index: () => store.remote.index(),
    onStalled: (stalled) => {
      isStalled = stalled
      log.warn({ stalled, unindexed }, 'Waiting for the store to index')
      tellLag()
    },
  })
  const queries = createCaller<QueryMethods>(
    (message) => queryWorker.postMessage(message),
    (method) => {
      // Closing must not overtake the last one.
      if (method === 'close') return indexWait.last
      if (unindexed === 0 || byKey.includes(method)) return null
      return indexWait.upToDate()
    },
  )
  const ingest = new IngestClient((message) => storeWorker.postMessage(message))
  const reader = new ObjectReader(folder, stationKey)
  const storedListeners = new Set<(changes: StoredChange[]) => void>()
  const notedListeners = new Set<(change: NotedChange) => void>()
  const diskListeners = new Set<(full: boolean) => void>()
  const faultListeners = new Set<() => void>()
  let isDiskFull = false
  let usedAt = Number.NEGATIVE_INFINITY
  let closing: Promise<void> | null = null

  storeWorker.on('message', (message: FromStore) => {
    if (message.type === 'decided') {
      unindexed = message.unindexed
      for (const [object, outcome] of message.outcomes) ingest.decided(object, outcome)
      if (message.changes.length > 0) for (const listener of storedListeners) listener(message.changes)
    } else if (message.type === 'disk-full') {
      isDiskFull = message.full
      log.warn({ full: message.full }, 'Room on the disk of the data folder')
      for (const listener of diskListeners) listener(message.full)
    } else if (message.type === 'index-lag') {
      if (message.lag?.reason !== lag?.reason) log.warn({ lag: message.lag }, 'What the index cannot take')
      lag = message.lag
      studiesBehind = message.studiesBehind
      tellLag()
    } else if (message.type === 'problem') logProblem(log, message)
    else if (message.type === 'result' || message.type === 'error') store.receive(message)
  })
  queryWorker.on('message', (message: ResultMessage) => queries.receive(message))
  const watch = (worker: Worker, name: string): void => {
    const gone = (cause?: unknown): void => {
      if (closing === null)
        log.error({ worker: name, cause: String((cause as Error)?.message ?? '') }, 'A cache worker stopped')
      const error = new CacheError('closed', 'The cache is closed.')
      if (worker === storeWorker) {
        ingest.fail()
        store.fail(error)
      } else queries.fail(error)
      if (closing === null) for (const listener of faultListeners) listener()
    }
    worker.on('error', gone)
    worker.on('exit', () => gone())
  }
  watch(storeWorker, 'store')
  watch(queryWorker, 'query')

  const close = async (): Promise<void> => {
    const stored = store.remote.close()
    const queried = queries.remote.close()
    store.close()
    queries.close()
    await stored.catch((error: unknown) => log.error({ error: String(error) }, 'Closing the store'))
    await queried.catch(() => undefined)
    await Promise.all([storeWorker.terminate(), queryWorker.terminate(), reader.close()])
    lock.release()
  }
  const { remote } = queries
  /** Asks at once, and once more when the index did not know it yet: reading waits for nothing while objects come in. */
  const ofKey = async <T>(ask: () => Promise<T | null>): Promise<T | null> => {
    // The index may take it while the question is on its way.
    const mayBeUnindexed = unindexed > 0
    const found = await ask()
    if (found !== null || !(mayBeUnindexed || unindexed > 0)) return found
    await indexWait.upToDate()
    return ask()
  }

  const tellNoted = (change: NotedChange): void => {
    for (const listener of notedListeners) listener(change)
  }
  const marks = createDamageMarks({
    reader,
    locate: (instanceKey) => ofKey(() => remote.locate(instanceKey)),
    store: store.remote,
    onNoted: tellNoted,
    isClosing: () => closing !== null,
  })

  return {
    recovery,
    indexLag,
    onIndexLag: (listener) => subscribe(lagListeners, listener),
    mayLack: (StudyInstanceUID) =>
      isStalled || damagedStudies.has(StudyInstanceUID) || (studiesBehind?.includes(StudyInstanceUID) ?? true),
    ingest: (request) => {
      usedAt = performance.now()
      return ingest.ingest(request)
    },
    listStudies: (filter) => remote.listStudies(filter),
    countFiltered: (filter) => remote.countFiltered(filter),
    countStudies: (input) => remote.countStudies(input),
    getStudy: (StudyInstanceUID) => remote.getStudy(StudyInstanceUID),
    markOpened: (StudyInstanceUID, at) => store.remote.markOpened(StudyInstanceUID, at),
    noteReports: (reports, isAll) => store.remote.noteReports(reports, isAll),
    imageHeaders: (SeriesInstanceUID, afterInstanceKey, StudyInstanceUID) =>
      remote.imageHeaders(SeriesInstanceUID, afterInstanceKey, StudyInstanceUID),
    imageHeader: (instanceKey) => ofKey(() => remote.imageHeader(instanceKey)),
    versionedInstances: () => remote.versionedInstances(),
    showVersion: (change) => store.remote.showVersion(change),
    searchAttributes: (query) => remote.searchAttributes(query),
    countMatches: (query) => remote.countMatches(query),
    open: async (instanceKey) => {
      const location = await ofKey(() => remote.locate(instanceKey))
      if (!location) throw new CacheError('object-missing', 'There is no object with this key.')
      const object = reader.object(location)
      return {
        ...object,
        read: async (start, end) => {
          usedAt = performance.now()
          const bytes = await object.read(start, end)
          marks.wasRead(location)
          return bytes
        },
      }
    },
    listKeys: (after, limit) => remote.listKeys(after, limit),
    verify: (instanceKey, pace) => marks.verify(instanceKey, pace),
    idleFor: () => performance.now() - usedAt,
    damagedObjects: (archive) => remote.damagedObjects(archive),
    countDamagedObjects: () => remote.countDamagedObjects(),
    packDamage: () => remote.packDamage(),
    dismissDamage: async () => {
      await store.remote.dismissDamage()
      damagedStudies.clear()
    },
    mendableStudies: (archive) => remote.mendableStudies(archive),
    findInstance: (uids) => remote.findInstance(uids),
    findVersion: (content) => remote.findVersion(content),
    listVersions: (SOPInstanceUID) => remote.listVersions(SOPInstanceUID),
    listInstanceKeys: (uids) => remote.listInstanceKeys(uids),
    listInstances: (StudyInstanceUID, archive) => remote.listInstances(StudyInstanceUID, archive),
    saveArchiveProofs: (proofs) => store.remote.saveArchiveProofs(proofs),
    withdrawProofs: (withdrawn) => store.remote.withdrawProofs(withdrawn),
    expectInstances: async (StudyInstanceUID, count) => {
      const change = await store.remote.expectInstances(StudyInstanceUID, count)
      if (change) tellNoted(change)
    },
    markNotDisplayable: (instanceKey, reason) => marks.mark(instanceKey, reason),
    listByAge: (request) => remote.listByAge(request),
    studyUse: (request) => remote.studyUse(request),
    listBySize: (request) => remote.listBySize(request),
    removeStudy: async (request) => {
      const outcome = await store.remote.removeStudy(request)
      if (outcome.kind !== 'removed') return outcome
      damagedStudies.delete(request.StudyInstanceUID)
      await reader.forget(outcome.packIds)
      return { kind: 'removed', bytes: outcome.bytes }
    },
    isLacking: () => remote.isLacking(),
    bringBack: (known) => store.remote.bringBack(known),
    totals: () => remote.totals(),
    disk: async () => {
      const { bavail, bsize, blocks } = await statfs(dataFolder)
      return { free: bavail * bsize, total: blocks * bsize, full: isDiskFull }
    },
    onStored: (listener) => subscribe(storedListeners, listener),
    onNoted: (listener) => subscribe(notedListeners, listener),
    onDiskFull: (listener) => subscribe(diskListeners, listener),
    onFault: (listener) => subscribe(faultListeners, listener),
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

const subscribe = <T>(listeners: Set<T>, listener: T): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const logRecovery = (log: CacheLog, recovery: RecoveryReport): void => {
  const { indexRebuilt, damagedStretches, unreadablePacks, missingPacks, waitingObjects } = recovery
  const isDamaged = indexRebuilt === 'damaged' || damagedStretches + unreadablePacks + missingPacks > 0
  if (isDamaged) log.error({ recovery }, 'The cache was opened and is damaged in places')
  else if (waitingObjects > 0) log.warn({ recovery }, 'The cache is open; the index cannot take all of it yet')
  else log.info({ recovery }, 'The cache is open')
}
