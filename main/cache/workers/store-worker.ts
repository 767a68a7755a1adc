/** The writing thread of the cache: takes bytes, scans, encrypts, writes and commits them. Blocking calls are at home here. */
import { parentPort, workerData } from 'node:worker_threads'
import type { NotDisplayableReason } from '../../contract/image.ts'
import type { IngestSession } from '../store/ingest-session.ts'
import { Store } from '../store/store.ts'
import { asCacheError } from '../store/store-errors.ts'
import type { FromStore, StoreWorkerData, ToStore } from './store-messages.ts'
import { answerCall } from './worker-calls.ts'

const port = parentPort
if (!port) throw new Error('The store worker runs in a worker thread.')
const post = (message: FromStore, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer)

const open = (): Store | null => {
  try {
    return new Store({
      ...(workerData as StoreWorkerData),
      onCommitted: (changes) => post({ type: 'committed', changes }),
      onDiskFull: (full) => post({ type: 'disk-full', full }),
      onProblem: (what, detail) => post({ type: 'problem', what, detail }),
    })
  } catch (error) {
    const { code, message } = asCacheError(error)
    post({ type: 'failed', code: code === 'wrong-key' || code === 'disk-full' ? code : 'index-damaged', message })
    return null
  }
}

const methodsOf = (store: Store) => ({
  saveSettings: (settings: Record<string, unknown>) => store.notes.saveSettings(settings),
  saveDocument: (name: string, text: string) => store.notes.saveDocument(name, text),
  markOpened: (StudyInstanceUID: string, at: string) => store.notes.markOpened(StudyInstanceUID, at),
  markNotDisplayable: (instanceKey: number, reason: NotDisplayableReason) =>
    store.notes.markNotDisplayable(instanceKey, reason),
  close: () => store.close(),
})

/** What the main thread may call besides sending objects. */
export type StoreMethods = ReturnType<typeof methodsOf>

const run = (store: Store): void => {
  const sessions = new Map<number, IngestSession>()
  const methods = methodsOf(store)

  const takeData = ({ object, request, buffer, length, isLast }: ToStore & { type: 'data' }): void => {
    if (request) sessions.set(object, store.begin(request))
    const session = sessions.get(object)
    if (buffer) {
      session?.write(new Uint8Array(buffer, 0, length))
      post({ type: 'buffer', object, buffer }, [buffer])
    }
    if (!isLast || !session) return
    sessions.delete(object)
    void store.end(session).then((outcome) => post({ type: 'outcome', object, outcome }))
  }

  port.on('message', (message: ToStore) => {
    if (message.type === 'data') takeData(message)
    else if (message.type === 'call') void answerCall(port, methods, message)
    else {
      const session = sessions.get(message.object)
      sessions.delete(message.object)
      if (session) store.abort(session)
    }
  })
  post({ type: 'opened', recovery: store.recovery })
}

const store = open()
if (store) run(store)
