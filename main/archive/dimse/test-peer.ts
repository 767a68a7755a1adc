/** Tries an archive by DIMSE as it would be: finds it, verifies it, and asks which services it accepts. */
import type { ArchiveServices, ArchiveTest, DimseArchive } from '../../contract/archive.ts'
import { faultOfAssociation, peerUnknown } from './peer-faults.ts'
import type { PeerLink, PeerTested } from './peer-link.ts'

const servicesOf = ({ isFinding, isGetting, isMoving, isCommitting }: PeerTested): ArchiveServices => ({
  find: isFinding,
  get: isGetting,
  move: isMoving,
  commitment: isCommitting,
})

/**
 * What is wrong with an archive; null: nothing. Whether it takes objects is seen when one is sent, and whether it knows where to send them
 * when it is asked for one.
 */
export async function testPeer(
  { aeTitle, asksCommitment }: DimseArchive,
  link: Pick<PeerLink, 'test'>,
): Promise<ArchiveTest> {
  const answer = await link.test(aeTitle.trim())
  if (!answer || answer.error) {
    const { fault, message } = answer?.error ? faultOfAssociation(answer.error) : peerUnknown()
    return { fault, detail: message }
  }
  const services = servicesOf(answer)
  if (asksCommitment && !answer.isCommitting) {
    return { fault: 'no-proof', detail: 'Storage Commitment Push Model: no accepted presentation context', services }
  }
  return { fault: null, detail: answer.isCommitting ? 'C-ECHO, storage commitment' : 'C-ECHO', services }
}
