/**
 * In which information model a peer is asked: the study root where it accepts that, the patient root where it accepts no other (PS3.4
 * §C.6). Both are proposed, because archives need offer one alone.
 */
import { TransferSyntaxUIDs } from '../dicom/index.ts'
import type { ScuAssociation } from '../dimse/index.ts'
import { queryRetrieveClasses } from './query-retrieve/levels.ts'

/** The root of an information model. In the patient root, what is asked below the patient names its PatientID. */
export type QueryRoot = 'study' | 'patient'

type OperationName = keyof typeof queryRetrieveClasses

/** The SOP class of an operation in an information model. */
export function operationClass(name: OperationName, root: QueryRoot): string {
  const [patientRoot, studyRoot] = queryRetrieveClasses[name]
  return root === 'study' ? studyRoot : patientRoot
}

const contextOf = (name: OperationName, root: QueryRoot) => ({
  abstractSyntax: operationClass(name, root),
  transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian,
})

/** The pairs that let an association be asked for an operation, in either model. */
export const contextsOf = (name: OperationName) => [contextOf(name, 'study'), contextOf(name, 'patient')]

type Negotiated = Pick<ScuAssociation, 'accepts'>

const accepts = (association: Negotiated, name: OperationName, root: QueryRoot): boolean => {
  const { abstractSyntax, transferSyntax } = contextOf(name, root)
  return association.accepts(abstractSyntax, transferSyntax)
}

/** Whether the peer accepts an operation, in whichever model. */
export const isOffered = (association: Negotiated, name: OperationName): boolean =>
  accepts(association, name, 'study') || accepts(association, name, 'patient')

/** The model in which the peer is asked for an operation; that of the study where it accepts neither. */
export const rootOf = (association: Negotiated, name: OperationName): QueryRoot =>
  !accepts(association, name, 'study') && accepts(association, name, 'patient') ? 'patient' : 'study'
