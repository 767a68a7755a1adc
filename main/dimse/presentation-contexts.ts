/** Which proposed presentation contexts an acceptor takes, and with which transfer syntax (PS3.8 §7.1.1.13, §9.3.3.2). */
import { hasPixelsElsewhere, isUID, SOPClassUIDs, TransferSyntaxUIDs } from '../dicom/index.ts'
import type { AnsweredContext, ProposedContext } from './associate-pdu.ts'
import type { OperationService } from './dimse.ts'
import type { RoleSelection } from './user-information.ts'

/** What the acceptor stores, and what it performs beside. */
export interface AcceptanceRules {
  acceptsSOPClass(SOPClassUID: string): boolean
  acceptsTransferSyntax(TransferSyntaxUID: string): boolean
  services?: readonly OperationService[]
}

/** An accepted presentation context. */
export interface AcceptedContext {
  id: number
  abstractSyntax: string
  transferSyntax: string
  /** Whether the peer performs on it what we ask: as requestor it does unless another role was chosen, as acceptor the reverse. */
  weMayInvoke: boolean
}

export interface Negotiation {
  answers: AnsweredContext[]
  accepted: Map<number, AcceptedContext>
  /** Abstract syntaxes refused because they are not stored here, each once; what is no UID is not repeated. */
  refusedSOPClassUIDs: string[]
  /** Transfer syntaxes proposed for abstract syntaxes that are stored here, but in none of those; each once. */
  refusedTransferSyntaxUIDs: string[]
}

/** In which identifiers, action and event information are read and written here. */
const identifierSyntaxes: ReadonlySet<string> = new Set([
  TransferSyntaxUIDs.ImplicitVRLittleEndian,
  TransferSyntaxUIDs.ExplicitVRLittleEndian,
])

const operationsOf = ({ services }: Pick<AcceptanceRules, 'services'>, SOPClassUID: string) =>
  services?.find(({ sopClasses }) => sopClasses.has(SOPClassUID))?.sopClasses.get(SOPClassUID)

function answerContext(proposed: ProposedContext, rules: AcceptanceRules): AnsweredContext {
  const [first = ''] = proposed.transferSyntaxes
  const isOperation = operationsOf(rules, proposed.abstractSyntax) !== undefined
  if (
    !isOperation &&
    proposed.abstractSyntax !== SOPClassUIDs.Verification &&
    !rules.acceptsSOPClass(proposed.abstractSyntax)
  ) {
    return { id: proposed.id, result: 'abstract-syntax-not-supported', transferSyntax: first }
  }
  // The sender's order is its preference, mostly "as it is stored there": the first that can be kept is taken. But pixels before a word
  // of where they are: who proposes both has both, since who has only the latter need not propose more (PS3.5 §10.1).
  const takes = (uid: string) => (isOperation ? identifierSyntaxes.has(uid) : rules.acceptsTransferSyntax(uid))
  const transferSyntax =
    proposed.transferSyntaxes.find((uid) => takes(uid) && !hasPixelsElsewhere(uid)) ??
    proposed.transferSyntaxes.find(takes)
  if (transferSyntax === undefined) {
    return { id: proposed.id, result: 'transfer-syntaxes-not-supported', transferSyntax: first }
  }
  return { id: proposed.id, result: 'acceptance', transferSyntax }
}

/** What is no UID is not repeated. */
const namedUID = (uid: string): string => (isUID(uid) ? uid : 'not a UID')
/** UIDs of transfer syntaxes that are named. */
const MAX_NAMED = 16

/** Roles that are answered: as many as there can be presentation contexts. */
const MAX_ROLES = 128

/** Answers every proposed context; those beyond `maxContexts` are refused without a reason. */
export function negotiate(
  proposed: readonly ProposedContext[],
  rules: AcceptanceRules,
  maxContexts: number,
): Negotiation {
  const accepted = new Map<number, AcceptedContext>()
  const refused = new Set<string>()
  const withoutSyntax: ProposedContext[] = []
  const answers = proposed.map((context, index): AnsweredContext => {
    const { id, abstractSyntax, transferSyntaxes } = context
    if (index >= maxContexts) return { id, result: 'no-reason', transferSyntax: transferSyntaxes[0] ?? '' }
    const answer = answerContext(context, rules)
    if (answer.result === 'acceptance') {
      accepted.set(id, { id, abstractSyntax, transferSyntax: answer.transferSyntax, weMayInvoke: false })
    } else if (answer.result === 'abstract-syntax-not-supported') {
      refused.add(namedUID(abstractSyntax))
    } else withoutSyntax.push(context)
    return answer
  })
  const stored = new Set([...accepted.values()].map((context) => context.abstractSyntax))
  const refusedSyntaxes = withoutSyntax
    .filter(({ abstractSyntax }) => !stored.has(abstractSyntax))
    .flatMap(({ transferSyntaxes }) => transferSyntaxes.map(namedUID))
  return {
    answers,
    accepted,
    refusedSOPClassUIDs: [...refused],
    refusedTransferSyntaxUIDs: [...new Set(refusedSyntaxes)].slice(0, MAX_NAMED),
  }
}

/**
 * Answers proposed roles (PS3.7 §D.3.3.4): the requestor may be SCU where it asked to, and SCP where something here is asked of it: to
 * store what it gets by C-GET, and to report by N-EVENT-REPORT.
 */
export function answerRoles(proposed: readonly RoleSelection[], rules: Partial<AcceptanceRules> = {}): RoleSelection[] {
  const mayGet = rules.services?.some(({ sopClasses }) => [...sopClasses.values()].some((each) => 'C-GET' in each))
  const mayBeSCP = (SOPClassUID: string): boolean => {
    const operations = operationsOf(rules, SOPClassUID)
    return operations
      ? 'N-EVENT-REPORT' in operations
      : mayGet === true && rules.acceptsSOPClass?.(SOPClassUID) === true
  }
  const byClass = new Map(proposed.map((role) => [role.SOPClassUID, role]))
  return [...byClass.values()].slice(0, MAX_ROLES).map(({ SOPClassUID, scuRole, scpRole }) => ({
    SOPClassUID,
    scuRole,
    scpRole: scpRole && mayBeSCP(SOPClassUID),
  }))
}
