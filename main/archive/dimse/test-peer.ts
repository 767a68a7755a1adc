/** Tries an archive by DIMSE as it would be: finds it, verifies it, and asks whether it offers storage commitment. */
import type { ArchiveFault, DimseArchive } from '../../contract/archive.ts'
import { faultOfAssociation, peerUnknown } from './peer-faults.ts'
import type { PeerLink } from './peer-link.ts'

/** What is wrong with an archive; null: nothing. Whether it takes objects is seen when one is sent. */
export async function testPeer(
  { aeTitle, asksCommitment }: DimseArchive,
  link: Pick<PeerLink, 'test'>,
): Promise<{ fault: ArchiveFault | null; detail: string }> {
  const answer = await link.test(aeTitle.trim())
  if (!answer || answer.error) {
    const { fault, message } = answer?.error ? faultOfAssociation(answer.error) : peerUnknown()
    return { fault, detail: message }
  }
  if (asksCommitment && !answer.isCommitting) {
    return { fault: 'no-proof', detail: 'Storage Commitment Push Model: no accepted presentation context' }
  }
  return { fault: null, detail: answer.isCommitting ? 'C-ECHO, storage commitment' : 'C-ECHO' }
}
