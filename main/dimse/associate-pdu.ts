/** A-ASSOCIATE-RQ and A-ASSOCIATE-AC read and written (PS3.8 §9.3.2, §9.3.3). */
import { ByteCursor, encodeItem, readTitle, readUID } from './associate-items.ts'
import { ProtocolError } from './dimse-error.ts'
import { PDU_HEADER_LENGTH, pduTypes } from './pdu.ts'
import {
  encodeUserInformation,
  noUserInformation,
  parseUserInformation,
  type UserInformation,
} from './user-information.ts'

/** Item types of the association PDUs. */
export const associateItems = {
  ApplicationContext: 0x10,
  PresentationContextRQ: 0x20,
  PresentationContextAC: 0x21,
  AbstractSyntax: 0x30,
  TransferSyntax: 0x40,
  UserInformation: 0x50,
} as const

/** A presentation context as proposed. */
export interface ProposedContext {
  /** Odd, 1 to 255. */
  id: number
  abstractSyntax: string
  transferSyntaxes: string[]
}

/** Result of a presentation context's negotiation (PS3.8 Table 9-18). */
export const contextResults = {
  acceptance: 0,
  'user-rejection': 1,
  'no-reason': 2,
  'abstract-syntax-not-supported': 3,
  'transfer-syntaxes-not-supported': 4,
} as const
export type ContextResult = keyof typeof contextResults

/** A presentation context as answered; the transfer syntax is significant with `acceptance` only. */
export interface AnsweredContext {
  id: number
  result: ContextResult
  transferSyntax: string
}

interface AssociatePdu<C> {
  protocolVersion: number
  calledAETitle: string
  callingAETitle: string
  applicationContextName: string
  presentationContexts: C[]
  userInformation: UserInformation
}
export type AssociateRequest = AssociatePdu<ProposedContext>
export type AssociateAccept = AssociatePdu<AnsweredContext>

function parseProposedContext(cursor: ByteCursor): ProposedContext {
  const context: ProposedContext = { id: cursor.uint8(), abstractSyntax: '', transferSyntaxes: [] }
  cursor.skip(3)
  while (cursor.left > 0) {
    const { type, content } = cursor.item()
    if (type === associateItems.AbstractSyntax) context.abstractSyntax = readUID(content, content.left)
    else if (type === associateItems.TransferSyntax) context.transferSyntaxes.push(readUID(content, content.left))
  }
  if (context.abstractSyntax === '' || context.transferSyntaxes.length === 0) throw new ProtocolError('pdu-malformed')
  return context
}

const resultNames = Object.keys(contextResults) as ContextResult[]

function parseAnsweredContext(cursor: ByteCursor): AnsweredContext {
  const id = cursor.uint8()
  cursor.skip(1)
  const result = resultNames[cursor.uint8()] ?? 'no-reason'
  cursor.skip(1)
  let transferSyntax = ''
  while (cursor.left > 0) {
    const { type, content } = cursor.item()
    if (type === associateItems.TransferSyntax) transferSyntax = readUID(content, content.left)
  }
  return { id, result, transferSyntax }
}

function parseAssociate<C extends { id: number }>(
  body: Buffer,
  contextItem: number,
  parseContext: (cursor: ByteCursor) => C,
): AssociatePdu<C> {
  const cursor = new ByteCursor(body)
  const protocolVersion = cursor.uint16()
  cursor.skip(2)
  const calledAETitle = readTitle(cursor, 16)
  const callingAETitle = readTitle(cursor, 16)
  cursor.skip(32)
  const pdu: AssociatePdu<C> = {
    protocolVersion,
    calledAETitle,
    callingAETitle,
    applicationContextName: '',
    presentationContexts: [],
    userInformation: noUserInformation(),
  }
  const ids = new Set<number>()
  while (cursor.left > 0) {
    const { type, content } = cursor.item()
    if (type === associateItems.ApplicationContext) pdu.applicationContextName = readUID(content, content.left)
    else if (type === associateItems.UserInformation) pdu.userInformation = parseUserInformation(content)
    else if (type === contextItem) {
      const context = parseContext(content)
      if (context.id % 2 === 0 || ids.has(context.id)) throw new ProtocolError('pdu-malformed')
      ids.add(context.id)
      pdu.presentationContexts.push(context)
    }
  }
  return pdu
}

/** Reads the variable field of an A-ASSOCIATE-RQ; throws {@link ProtocolError} `pdu-malformed`. */
export const parseAssociateRequest = (body: Buffer): AssociateRequest =>
  parseAssociate(body, associateItems.PresentationContextRQ, parseProposedContext)

/** Reads the variable field of an A-ASSOCIATE-AC; throws {@link ProtocolError} `pdu-malformed`. */
export const parseAssociateAccept = (body: Buffer): AssociateAccept =>
  parseAssociate(body, associateItems.PresentationContextAC, parseAnsweredContext)

const uidItem = (type: number, uid: string) => encodeItem(type, Buffer.from(uid, 'latin1'))

const encodeProposedContext = ({ id, abstractSyntax, transferSyntaxes }: ProposedContext): Buffer =>
  encodeItem(
    associateItems.PresentationContextRQ,
    Buffer.concat([
      Buffer.from([id, 0, 0, 0]),
      uidItem(associateItems.AbstractSyntax, abstractSyntax),
      ...transferSyntaxes.map((uid) => uidItem(associateItems.TransferSyntax, uid)),
    ]),
  )

const encodeAnsweredContext = ({ id, result, transferSyntax }: AnsweredContext): Buffer =>
  encodeItem(
    associateItems.PresentationContextAC,
    Buffer.concat([
      Buffer.from([id, 0, contextResults[result], 0]),
      uidItem(associateItems.TransferSyntax, transferSyntax),
    ]),
  )

function encodeAssociate<C>(type: number, pdu: AssociatePdu<C>, encodeContext: (context: C) => Buffer): Buffer {
  const fixed = Buffer.alloc(PDU_HEADER_LENGTH + 68)
  fixed.writeUInt8(type, 0)
  fixed.writeUInt16BE(pdu.protocolVersion, 6)
  fixed.write(pdu.calledAETitle.padEnd(16), 10, 16, 'latin1')
  fixed.write(pdu.callingAETitle.padEnd(16), 26, 16, 'latin1')
  const whole = Buffer.concat([
    fixed,
    uidItem(associateItems.ApplicationContext, pdu.applicationContextName),
    ...pdu.presentationContexts.map(encodeContext),
    encodeUserInformation(pdu.userInformation),
  ])
  whole.writeUInt32BE(whole.length - PDU_HEADER_LENGTH, 2)
  return whole
}

/** An A-ASSOCIATE-RQ PDU. */
export const encodeAssociateRequest = (pdu: AssociateRequest): Buffer =>
  encodeAssociate(pduTypes['A-ASSOCIATE-RQ'], pdu, encodeProposedContext)

/** An A-ASSOCIATE-AC PDU. */
export const encodeAssociateAccept = (pdu: AssociateAccept): Buffer =>
  encodeAssociate(pduTypes['A-ASSOCIATE-AC'], pdu, encodeAnsweredContext)
