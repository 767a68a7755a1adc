/** A commitment report into the outbox: what the archive committed itself to is archived, what it did not is told (PS3.4 §J.3.3). */
import type { Cache } from '../../cache/cache.ts'
import type { CommitmentStore, SentItem } from '../../cache/records/commitment-store.ts'
import type { OutboxStore } from '../../cache/records/outbox-store.ts'
import type { AsyncStore } from '../../cache/records/records.ts'
import { commitmentPatience, mayCommitLater, maySendAgain } from './commitment-patience.ts'
import type { PeerReport } from './peer-link.ts'

export interface ReportTaker {
  cache: Pick<Cache, 'findVersion' | 'saveArchiveProofs'>
  outbox: Pick<AsyncStore<OutboxStore>, 'archived' | 'failed'>
  commitments: Pick<AsyncStore<CommitmentStore>, 'find' | 'itemsOf'>
  now(): Date
  /** Items of a study changed. */
  onChange(StudyInstanceUID: string): void
}

async function prove(taker: ReportTaker, archive: string, item: SentItem): Promise<void> {
  const { cache, outbox, now } = taker
  const archivedAt = now().toISOString()
  const { itemId, SOPInstanceUID, sha256, sentAt } = item
  const instanceKey = await cache.findVersion({ SOPInstanceUID, sha256 })
  if (instanceKey !== null) {
    await cache.saveArchiveProofs([{ instanceKey, archive, sentAt, archivedAt, proof: 'storage-commitment' }])
  }
  await outbox.archived(itemId, archivedAt)
}

/** It is asked about anew. */
const committedLater = (
  { outbox, now }: ReportTaker,
  { itemId, failures }: SentItem,
  detail: string,
): Promise<void> => {
  const dueAt = new Date(now().getTime() + commitmentPatience(failures)).toISOString()
  return outbox.failed(itemId, { state: 'sent', fault: 'awaiting-commitment', detail, dueAt, isUncertain: false })
}

/** It is sent again: an archive that takes nothing twice, and has it by then, says so. */
const sentLater = ({ outbox, now }: ReportTaker, { itemId, attempts }: SentItem, detail: string): Promise<void> => {
  const dueAt = new Date(now().getTime() + commitmentPatience(attempts - 1)).toISOString()
  return outbox.failed(itemId, { state: 'failed', fault: 'not-committed', detail, dueAt, isUncertain: true })
}

const notCommitted = (taker: ReportTaker, { itemId }: SentItem, detail: string): Promise<void> =>
  taker.outbox.failed(itemId, { state: 'failed', fault: 'not-committed', detail, dueAt: null, isUncertain: false })

const reasonDetail = (reason: number): string => `failure reason ${reason.toString(16).padStart(4, '0').toUpperCase()}`

/** Takes a report that came from `aeTitle`; true, when all of it is noted: its transaction was asked for there. Rejects when noting fails. */
export async function takeReport(taker: ReportTaker, report: PeerReport, aeTitle: string): Promise<boolean> {
  const asked = await taker.commitments.find(report.TransactionUID)
  if (!asked || asked.aeTitle !== aeTitle) return false
  const reasons = new Map(report.failed.map((each) => [each.SOPInstanceUID, each.FailureReason]))
  const UIDs = [...report.committed.map(({ SOPInstanceUID }) => SOPInstanceUID), ...reasons.keys()]
  for (const item of await taker.commitments.itemsOf(asked, UIDs)) {
    const reason = reasons.get(item.SOPInstanceUID)
    if (reason !== undefined && mayCommitLater(reason, item.failures)) {
      await committedLater(taker, item, reasonDetail(reason))
    } else if (reason !== undefined && maySendAgain(reason, item.attempts)) {
      await sentLater(taker, item, reasonDetail(reason))
    } else if (reason !== undefined) await notCommitted(taker, item, reasonDetail(reason))
    // A report tells instances apart, not their contents.
    else if (item.contents > 1) await notCommitted(taker, item, 'several contents were sent under this UID')
    else await prove(taker, asked.archive, item)
    taker.onChange(item.StudyInstanceUID)
  }
  return true
}
