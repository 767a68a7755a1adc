/** What a signer confirmed: each warning by all that it says, so that a tick never covers another one, or the same one about something else. */
import type { SigningProblem } from '../../../main/contract/report.ts'

/** A problem with its place, as one text. */
export const keyOf = ({ severity, code, sectionId, fieldId, measurementId, keyImageId }: SigningProblem): string =>
  JSON.stringify([severity, code, sectionId, fieldId, measurementId, keyImageId])

/** The warnings that are confirmed, of those that there are now. */
export const confirmedOf = (problems: readonly SigningProblem[], accepted: readonly string[]): SigningProblem[] =>
  problems.filter((problem) => problem.severity === 'warning' && accepted.includes(keyOf(problem)))

/** The confirmations that still hold beside `problems`: one of a problem that went is not there when it comes back. */
export const stillAccepted = (problems: readonly SigningProblem[], accepted: readonly string[]): string[] =>
  confirmedOf(problems, accepted).map(keyOf)
