/** The writing thread of the cache: takes bytes, scans, encrypts, writes and commits them. Blocking calls are at home here. */
import { parentPort, workerData } from 'node:worker_threads'
import type { NotDisplayableReason } from '../../contract/image.ts'
import type {
  ArchiveProof,
  IngestOutcome,
  KnownOfContent,
  StoredChange,
  StudyReport,
  VersionChange,
  WithdrawnProof,
} from '../cache.ts'
import type { IngestSession } from '../store/ingest-session.ts'
import { type RemovalRequest, Store } from '../store/store.ts'
import { asCacheError } from '../store/store-errors.ts'
import { SlotReader } from './shared-slots.ts'
import type { FromStore, StoreWorkerData, ToStore } from './store-messages.ts'
import { answerCall } from './worker-calls.ts'

const port = parentPort
if (!port) throw new Error('The store worker runs in a worker thread.')
const post = (message: FromStore): void => port.postMessage(message)

let opened: Store | null = null
/** What was decided since the last message: a group goes out as one. */
const decided: [object: number, outcome: IngestOutcome][] = []
let isTelling = false
const tell = (changes: StoredChange[] = []): void => {
  const outcomes = decided.splice(0)
  const unindexed = opened?.unindexed ?? 0
  if (outcomes.length + changes.length > 0) post({ type: 'decided', outcomes, changes, unindexed })
}
const decide = (object: number, outcome: IngestOutcome): void => {
  decided.push([object, outcome])
  if (isTelling) return
  isTelling = true
  queueMicrotask(() => {
    isTelling = false
    tell()
  })
}

const open = (): Store | null => {
  try {
    return new Store({
      ...(workerData as StoreWorkerData),
      onIndexed: tell,
      onDiskFull: (full) => post({ type: 'disk-full', full }),
      onIndexLag: (lag, studiesBehind) => post({ type: 'index-lag', lag, studiesBehind }),
      onProblem: (what, detail) => post({ type: 'problem', what, detail }),
    })
  } catch (error) {
    const { code, message } = asCacheError(error)
    post({ type: 'failed', code: code === 'wrong-key' || code === 'disk-full' ? code : 'index-damaged', message })
    return null
  }
}

const methodsOf = (store: Store) => ({
  markOpened: (StudyInstanceUID: string, at: string) => store.notes.markOpened(StudyInstanceUID, at),
  noteReports: (reports: readonly StudyReport[], isAll?: boolean) => store.notes.noteReports(reports, isAll),
  markNotDisplayable: (instanceKey: number, reason: NotDisplayableReason) =>
    store.notes.markNotDisplayable(instanceKey, reason),
  takeMarkAway: (instanceKey: number) => store.notes.takeMarkAway(instanceKey),
  saveArchiveProofs: (proofs: readonly ArchiveProof[]) => store.notes.saveArchiveProofs(proofs),
  withdrawProofs: (withdrawn: readonly WithdrawnProof[]) => store.notes.withdrawProofs(withdrawn),
  expectInstances: (StudyInstanceUID: string, count: number) => store.notes.expectInstances(StudyInstanceUID, count),
  bringBack: (known: KnownOfContent) => store.bringBack(known),
  showVersion: (change: VersionChange) => store.showVersion(change),
  dismissDamage: () => store.dismissDamage(),
  removeStudy: (request: RemovalRequest) => store.removeStudy(request),
  /** Every call finds the index up to what was answered; this one does nothing else. */
  index: () => undefined,
  close: () => store.close(),
})

/** What the main thread may call besides sending objects. */
export type StoreMethods = ReturnType<typeof methodsOf>

const run = (store: Store): void => {
  const sessions = new Map<number, IngestSession>()
  const slots = new SlotReader()
  const methods = methodsOf(store)

  const takeData = ({ object, request, slot, length, sha256 }: ToStore & { type: 'data' }): void => {
    if (request) sessions.set(object, store.begin(request, null))
    const session = sessions.get(object)
    if (slot !== null) slots.take(slot, length, (bytes) => session?.write(bytes))
    if (sha256 === null || !session) return
    sessions.delete(object)
    store.finish(session, (outcome) => decide(object, outcome), sha256)
  }

  port.on('message', (message: ToStore) => {
    if (message.type === 'data') takeData(message)
    else if (message.type === 'slot') slots.add(message.slot, message.memory)
    else if (message.type === 'call') {
      store.index()
      void answerCall(port, methods, message)
    } else {
      const session = sessions.get(message.object)
      sessions.delete(message.object)
      if (session) store.abort(session)
    }
  })
  const { recovery, indexLag: lag, studiesBehind, damagedStudies } = store
  post({ type: 'opened', recovery, lag, studiesBehind, damagedStudies })
}

opened = open()
if (opened) run(opened)
