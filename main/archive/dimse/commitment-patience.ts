/** How long an archive is given to commit itself before it is asked anew (PS3.4 §J.3), and what it says that may be otherwise then. */
import { DimseStatus } from '../../dicom/index.ts'

/** ms for a report to come before it is asked for anew: 15 minutes, then four times as long, half a day at most. */
const FIRST = 15 * 60_000
const MOST = 12 * 3_600_000

/** ms to wait, by the times in a row that it was asked or did not commit itself. */
export const commitmentPatience = (failures: number): number => Math.min(MOST, FIRST * 4 ** Math.min(10, failures))

/** Failure Reasons (PS3.3 §C.14.1.1) of an archive that cannot tell or has no room at the moment. */
const passing: ReadonlySet<number> = new Set([DimseStatus.ProcessingFailure, DimseStatus.ResourceLimitation])
/** Times in a row after which a person is told all the same; asking counts as one, and so does such an answer. */
const MOST_IN_VAIN = 8

/** Whether asking anew may help. */
export const mayCommitLater = (reason: number, failures: number): boolean =>
  passing.has(reason) && failures < MOST_IN_VAIN

/** Times that what an archive accepted and then says it does not have is sent; then a person is told. */
const MOST_SENT = 3

/** Whether sending it again may help: the archive has lost it, or had not stored it yet (PS3.3 §C.14.1.1, 0112). */
export const maySendAgain = (reason: number, attempts: number): boolean =>
  reason === DimseStatus.NoSuchObjectInstance && attempts < MOST_SENT
