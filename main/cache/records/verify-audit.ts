/** Verifies the whole audit log, part by part, so that nothing else waits long for the thread of the records. */
import type { AuditVerdict } from '../../contract/audit.ts'
import type { ChainPlace } from './audit-chain.ts'
import type { AuditStore } from './audit-store.ts'

/** Entries verified at once: some ten milliseconds. */
const STEP = 1_000

type Awaitable<T> = T | Promise<T>

/** The calls that verifying needs, of the store itself or of its thread. */
export interface VerifiableAudit {
  headFault(): Awaitable<ReturnType<AuditStore['headFault']>>
  verifyFrom(from: ChainPlace | null, limit: number): Awaitable<ReturnType<AuditStore['verifyFrom']>>
}

/** Whether the log is what was written, and where not. The head is compared first: what is added meanwhile is behind it. */
export const verifyAudit = async (audit: VerifiableAudit, step = STEP): Promise<AuditVerdict> => {
  const headFault = await audit.headFault()
  const breaks: number[] = []
  let from: ChainPlace | null = null
  for (;;) {
    const { place, fault, breaks: more, isEnd } = await audit.verifyFrom(from, step)
    breaks.push(...more)
    if (isEnd) return { entries: place.seq, fault: fault ?? headFault, breaks }
    from = place
  }
}
