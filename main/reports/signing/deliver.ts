/**
 * Brings the documents of an issue into the cache and the outbox. Their bytes were fixed with the signature, so that any step may be done
 * again: the cache takes equal bytes for a duplicate, the outbox keeps what it has. What could not be done is tried again, also after a
 * restart.
 */
import type { PendingIssue, StoredDocument } from '../../cache/index.ts'
import type { ReportPorts } from '../ports.ts'

/** ms until documents that could not be delivered are tried again. */
const RETRY_AFTER = 30_000
/** Bytes handed to the cache at once. */
const PIECE = 262_144

/** The cache did not take a document; `code` is its reason. */
class NotTaken extends Error {
  readonly code: string
  constructor(code: string) {
    super('The cache did not take a document.')
    this.name = 'NotTaken'
    this.code = code
  }
}

async function ingest(cache: ReportPorts['cache'], document: StoredDocument): Promise<number> {
  const { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, dataSet } = document
  const peer = { AETitle: '', address: '' }
  const writer = cache.ingest({ origin: 'created', peer, SOPClassUID, SOPInstanceUID, TransferSyntaxUID })
  for (let at = 0; at < dataSet.length; at += PIECE) await writer.write(dataSet.subarray(at, at + PIECE))
  const outcome = await writer.end()
  if (outcome.kind === 'refused') throw new NotTaken(outcome.reason)
  return outcome.instanceKey
}

export interface Delivery {
  /** Delivers all that waits; resolves when nothing is under way, whether or not it worked. */
  run(): Promise<void>
  /** Starts nothing more and waits for what is under way. */
  stop(): Promise<void>
}

/** Delivers issues one after the other; `onDelivered` is told of each. */
export function createDelivery(
  { records, cache, outbox, log, now }: Pick<ReportPorts, 'records' | 'cache' | 'outbox' | 'log' | 'now'>,
  onDelivered: (issue: PendingIssue) => void,
): Delivery {
  let running: Promise<void> | null = null
  let isWanted = false
  let isStopped = false
  let retry: NodeJS.Timeout | null = null

  const deliver = async (issue: PendingIssue): Promise<void> => {
    const instanceKeys: number[] = []
    for (const document of await records.reports.pendingDocuments(issue.reportId, issue.number)) {
      instanceKeys.push(await ingest(cache, document))
    }
    await outbox.enqueue(instanceKeys)
    await records.reports.delivered(issue.reportId, issue.number, now().toISOString())
    onDelivered(issue)
  }

  /** Delivers what it can; one issue that fails holds up no other. */
  const deliverAll = async (): Promise<boolean> => {
    let isDone = true
    for (const issue of await records.reports.pendingIssues()) {
      if (isStopped) return true
      await deliver(issue).catch((error: { code?: unknown; name?: string }) => {
        isDone = false
        log.error({ code: error.code ?? error.name }, 'A signed report waits to be delivered')
      })
    }
    return isDone
  }

  const work = async (): Promise<void> => {
    let isDone = true
    while (isWanted && !isStopped) {
      isWanted = false
      isDone = await deliverAll().catch((error: { code?: unknown }) => {
        log.error({ code: error.code }, 'Signed reports cannot be looked up')
        return false
      })
    }
    if (!isDone && !isStopped) retry = setTimeout(() => void run(), RETRY_AFTER)
  }

  const run = (): Promise<void> => {
    if (retry) clearTimeout(retry)
    retry = null
    isWanted = true
    running ??= work().finally(() => {
      running = null
    })
    return running
  }

  return {
    run,
    async stop() {
      isStopped = true
      if (retry) clearTimeout(retry)
      await running
    },
  }
}
