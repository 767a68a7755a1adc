/** One association as acceptor: who is let in, what is negotiated (PS3.8 §7.1), and how it ended; its messages are the dialogue's. */
import { APPLICATION_CONTEXT_UID, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/index.ts'
import { type AssociateRequest, encodeAssociateAccept, parseAssociateRequest } from './associate-pdu.ts'
import { Dialogue } from './dialogue.ts'
import type { Admission, AssociationInfo, DimseLimits, DimseServerOptions } from './dimse.ts'
import { DimseError, type EndReason, ProtocolError } from './dimse-error.ts'
import { encodeReject, type Rejection } from './pdu.ts'
import { answerRoles, negotiate } from './presentation-contexts.ts'
import type { UpperLayer } from './upper-layer.ts'
import type { ConnectionEnd, UpperLayerUser } from './upper-layer-user.ts'

/** What the association asks of its server. */
export interface AssociationHost {
  readonly aeTitle: string
  readonly limits: DimseLimits
  readonly options: DimseServerOptions
  nextAssociationId(): number
  /** Why there is no room for another association of this peer; null if there is. */
  refusal(remoteAddress: string, admission: Admission | null): EndReason | null
}

const rejectionOf: Partial<Record<EndReason, Rejection>> = {
  'protocol-version-unknown': 'protocol-version-not-supported',
  'application-context-unknown': 'application-context-name-not-supported',
  'calling-ae-unknown': 'calling-AE-title-not-recognized',
  'certificate-of-another': 'calling-AE-title-not-recognized',
  'called-ae-unknown': 'called-AE-title-not-recognized',
  'limit-reached': 'local-limit-exceeded',
  stopping: 'temporary-congestion',
}

export class ScpAssociation implements UpperLayerUser {
  readonly #host: AssociationHost
  readonly #remoteAddress: string
  /** Of its certificate; null without TLS. */
  readonly #fingerprint: string | null
  #layer: UpperLayer | null = null
  #info: AssociationInfo | null = null
  #dialogue: Dialogue | null = null
  #refusedSOPClassUIDs: string[] = []
  #refusedTransferSyntaxUIDs: string[] = []
  #isAccepted = false
  /** What the peer may; null when nobody is asked. */
  #admission: Admission | null = null

  constructor(host: AssociationHost, remoteAddress: string, fingerprint: string | null) {
    this.#host = host
    this.#fingerprint = fingerprint
    this.#remoteAddress = remoteAddress
  }

  /** Joins the connection below; before any byte is read. */
  attach(layer: UpperLayer): void {
    this.#layer = layer
  }

  get remoteAddress(): string {
    return this.#remoteAddress
  }

  /** Whether it was accepted and has not ended. */
  get isAccepted(): boolean {
    return this.#isAccepted
  }

  /** The name its peer counts under; null when nobody was asked. */
  get peer(): string | null {
    return this.#admission?.peer ?? null
  }

  /** Resolves when nothing of it is being performed any more; null when nothing is. */
  get settled(): Promise<void> | null {
    return this.#dialogue?.settled ?? null
  }

  abort(reason: EndReason): void {
    this.#layer?.abort({ outcome: 'aborted', reason })
  }

  // Negotiation

  onAssociateRequest(body: Buffer): void {
    const request = parseAssociateRequest(body)
    this.#info = this.#describe(request)
    const reason = this.#reasonToReject(request, this.#info)
    const rejection = reason && rejectionOf[reason]
    if (reason && rejection) {
      this.#layer?.reject(encodeReject(rejection), reason)
      return
    }
    const info = this.#info
    this.#accept(request, info)
    this.#tell(() => this.#host.options.onAssociation?.(info))
  }

  onAssociateAnswer(): void {
    throw new ProtocolError('pdu-unexpected', 'unexpected-PDU')
  }

  #describe({ callingAETitle, calledAETitle, userInformation }: AssociateRequest): AssociationInfo {
    return {
      id: this.#host.nextAssociationId(),
      callingAETitle,
      calledAETitle,
      remoteAddress: this.#remoteAddress,
      isEncrypted: this.#fingerprint !== null,
      ...(this.#fingerprint === null ? {} : { fingerprint: this.#fingerprint }),
      implementationClassUID: userInformation.implementationClassUID,
      implementationVersionName: userInformation.implementationVersionName,
    }
  }

  #reasonToReject(request: AssociateRequest, info: AssociationInfo): EndReason | null {
    if ((request.protocolVersion & 1) === 0) return 'protocol-version-unknown'
    if (request.applicationContextName !== APPLICATION_CONTEXT_UID) return 'application-context-unknown'
    if (request.calledAETitle !== this.#host.aeTitle.trim()) return 'called-ae-unknown'
    const { admit } = this.#host.options
    const admission = admit ? admit(info) : null
    if (typeof admission === 'string') return admission
    this.#admission = admission
    return this.#host.refusal(this.#remoteAddress, this.#admission)
  }

  #accept(request: AssociateRequest, info: AssociationInfo): void {
    const layer = this.#layer
    if (!layer) return
    const { limits, options } = this.#host
    const { answers, accepted, refusedSOPClassUIDs, refusedTransferSyntaxUIDs } = negotiate(
      request.presentationContexts,
      options,
      limits.maxPresentationContexts,
    )
    this.#refusedSOPClassUIDs = refusedSOPClassUIDs
    this.#refusedTransferSyntaxUIDs = refusedTransferSyntaxUIDs
    const roles = answerRoles(request.userInformation.roles, options)
    const scpClasses = new Set(roles.filter(({ scpRole }) => scpRole).map(({ SOPClassUID }) => SOPClassUID))
    const agreement = {
      info,
      contexts: [...accepted.values()].map((each) => ({ ...each, weMayInvoke: scpClasses.has(each.abstractSyntax) })),
      peerMaximumLength: request.userInformation.maximumLength,
      ...(this.#admission ? { rights: this.#admission.rights } : {}),
    }
    this.#dialogue = new Dialogue(layer, limits, agreement, options)
    this.#isAccepted = true
    const pdu = encodeAssociateAccept({
      protocolVersion: 1,
      calledAETitle: request.calledAETitle,
      callingAETitle: request.callingAETitle,
      applicationContextName: APPLICATION_CONTEXT_UID,
      presentationContexts: answers,
      userInformation: {
        maximumLength: limits.maxPduLength,
        implementationClassUID: IMPLEMENTATION_CLASS_UID,
        implementationVersionName: IMPLEMENTATION_VERSION_NAME,
        asynchronousOperations: request.userInformation.asynchronousOperations ? { invoked: 1, performed: 1 } : null,
        roles,
        hasUserIdentity: false,
      },
    })
    layer.accept(pdu)
  }

  // Messages

  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    this.#dialogue?.onFragment(presentationContextID, isCommand, bytes, isLast)
  }

  /** Calls those above; what they throw is their fault and does not touch the association. */
  #tell(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.onFault(error)
    }
  }

  onFault(error: unknown): void {
    this.#host.options.onFault?.(error)
  }

  onEnd({ outcome, reason }: ConnectionEnd): void {
    this.#isAccepted = false
    const wasCut = this.#dialogue?.end(new DimseError('aborted', 'The association has ended')) ?? false
    const tellEnd = () => {
      this.#host.options.onEnd?.({
        association: this.#info,
        remoteAddress: this.#remoteAddress,
        outcome,
        reason: wasCut && reason === 'connection-lost' ? 'cut-data-set' : reason,
        refusedSOPClassUIDs: this.#refusedSOPClassUIDs,
        refusedTransferSyntaxUIDs: this.#refusedTransferSyntaxUIDs,
      })
    }
    const { settled } = this
    if (settled) settled.then(() => this.#tell(tellEnd))
    else this.#tell(tellEnd)
  }
}
