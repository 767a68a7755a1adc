/** Opens the records: starts their thread and speaks for it. The data folder's lock must be held. */
import { Worker } from 'node:worker_threads'
import { CacheError } from '../cache.ts'
import { dataFolderAt } from '../data-folder.ts'
import type { CacheLog } from '../open-cache.ts'
import { createCaller, type Methods, type Remote, type ResultMessage } from '../workers/worker-calls.ts'
import { keepCopies } from './keep-copies.ts'
import type { OpenedRecords, Records } from './records.ts'
import type { FromRecords, RecordsWorkerData } from './records-messages.ts'

export interface OpenRecordsOptions extends RecordsWorkerData {
  log: CacheLog
}

/** Workers lie beside this file, with its own extension: sources run natively, the product is bundled. */
const workerFile = (name: string): URL => new URL(`./${name}.${import.meta.url.split('.').pop()}`, import.meta.url)

type Opened = Extract<FromRecords, { type: 'opened' }>

const opened = (worker: Worker): Promise<Opened> =>
  new Promise((resolve, reject) => {
    worker.once('error', (cause) => reject(new CacheError('index-damaged', 'The records could not start.', { cause })))
    worker.once('message', (message: FromRecords) => {
      if (message.type === 'opened') resolve(message)
      else if (message.type === 'failed') reject(new CacheError(message.code, message.message))
    })
  })

/** The stores by name; each call is sent as `store.method`. */
const storesOf = (remote: Remote<Methods>, names: readonly string[]): Records =>
  Object.fromEntries(
    names.map((store) => [
      store,
      new Proxy({}, { get: (_, method) => (typeof method === 'string' ? remote[`${store}.${method}`] : undefined) }),
    ]),
  ) as unknown as Records

/** Writes the copy in a thread that lives as long as that takes. */
const writeCopy = (data: RecordsWorkerData): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(workerFile('records-copy-worker'), { workerData: data })
    worker.once('error', (cause) => reject(new CacheError('index-damaged', 'The copy failed.', { cause })))
    worker.once('exit', () => resolve())
  })

/** Opens the records of a data folder, creating them if need be. Throws {@link CacheError} `disk-full` or `index-damaged`. */
export const openRecords = async ({ log, ...data }: OpenRecordsOptions): Promise<OpenedRecords> => {
  const worker = new Worker(workerFile('records-worker'), { workerData: data })
  const { recovery, carriedOver, stores } = await opened(worker).catch(async (error: unknown) => {
    await worker.terminate()
    throw error
  })
  if (recovery.kind === 'set-aside') log.error({ recovery }, 'The records were set aside')
  const caller = createCaller<Methods>((message) => worker.postMessage(message))
  const faultListeners = new Set<() => void>()
  let closing: Promise<void> | null = null
  let copying: Promise<void> = Promise.resolve()

  const gone = (): void => {
    caller.fail(new CacheError('closed', 'The records are closed.'))
    if (closing !== null) return
    log.error({}, 'The thread of the records stopped')
    for (const listener of faultListeners) listener()
  }
  worker.on('error', gone)
  worker.on('exit', gone)
  worker.on('message', (message: FromRecords) => {
    if (message.type === 'damaged') for (const listener of faultListeners) listener()
    else caller.receive(message as ResultMessage)
  })

  const close = async (): Promise<void> => {
    endCopies()
    await copying
    const ended = caller.remote.close?.()
    caller.close()
    await ended?.catch((error: unknown) => log.error({ error: String(error) }, 'Closing the records'))
    await worker.terminate()
  }
  /** One at a time; each holds what was durable when it was asked for. */
  const copy = (): Promise<void> => {
    const written = copying.then(() => writeCopy(data))
    copying = written.catch(() => undefined)
    return written
  }
  const tryCopy = () => {
    copy().catch((error: unknown) => log.warn({ error: String(error) }, 'No copy of the records'))
  }
  // Once the cache is open nothing else has it.
  if (carriedOver > 0)
    await copy().catch((error: unknown) => log.warn({ error: String(error) }, 'No copy of the records'))
  const endCopies = keepCopies(dataFolderAt(data.dataFolder), tryCopy, recovery.kind === 'new')

  return {
    ...storesOf(caller.remote, stores),
    recovery,
    copy,
    onFault: (listener) => {
      faultListeners.add(listener)
      return () => faultListeners.delete(listener)
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
