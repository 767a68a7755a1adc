import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AssociateRequest,
  encodeAssociateAccept,
  encodeAssociateRequest,
  parseAssociateAccept,
  parseAssociateRequest,
} from '../../../main/dimse/associate-pdu.ts'
import { ProtocolError } from '../../../main/dimse/dimse-error.ts'
import { associateRequest, bytes } from '../../helpers/pdu-fixtures.ts'

const fixture: AssociateRequest = {
  protocolVersion: 1,
  calledAETitle: 'ASTREINTE',
  callingAETitle: 'ECHOSCU',
  applicationContextName: '1.2.840.10008.3.1.1.1',
  presentationContexts: [
    { id: 1, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] },
    { id: 3, abstractSyntax: '1.2.840.10008.5.1.4.1.1.2', transferSyntaxes: ['1.2.840.10008.1.2'] },
  ],
  userInformation: {
    maximumLength: 16384,
    implementationClassUID: '1.2.826.0.1.3680043',
    implementationVersionName: 'TESTPEER_1',
    asynchronousOperations: null,
    roles: [],
    hasUserIdentity: false,
  },
}

/** The fixed fields and application context of an A-ASSOCIATE-RQ, followed by `items`. */
const requestWith = (items: Buffer): Buffer => Buffer.concat([associateRequest.subarray(6, 6 + 68 + 25), items])

describe('A-ASSOCIATE-RQ', () => {
  test('is read field by field', () => {
    expect(parseAssociateRequest(associateRequest.subarray(6))).toEqual(fixture)
  })

  test('is written as the standard writes it', () => {
    expect(encodeAssociateRequest(fixture).toString('hex')).toBe(associateRequest.toString('hex'))
  })

  test('with every user information sub-item is read; unknown ones are passed over', () => {
    const items = bytes(`
      20 00 00 2e  05 00 00 00  30 00 00 11 "1.2.840.10008.1.1"  40 00 00 11 "1.2.840.10008.1.2"
      50 00 00 79                       # User Information Item
      51 00 00 04 00 00 00 00           # Maximum Length: no limit
      53 00 00 04 00 00 00 05           # Asynchronous Operations Window: 0 (any) invoked, 5 performed
      54 00 00 15 00 11                 # SCP/SCU Role Selection, UID-length 17
      "1.2.840.10008.1.1" 01 01         # SCU-role 1, SCP-role 1
      56 00 00 16 00 11                 # SOP Class Extended Negotiation
      "1.2.840.10008.1.1" 01 01 01
      57 00 00 17 00 11                 # SOP Class Common Extended Negotiation
      "1.2.840.10008.1.1" 00 00 00 00
      58 00 00 12                       # User Identity RQ
      02 01 00 06 "reader" 00 06 "secret"   # user name and passcode, positive response requested
      7f 00 00 03 01 02 03              # unknown sub-item
    `)
    const information = 50
    items.writeUInt16BE(items.length - information - 4, information + 2)
    expect(parseAssociateRequest(requestWith(items))).toEqual({
      ...fixture,
      presentationContexts: [{ id: 5, abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] }],
      userInformation: {
        maximumLength: 0,
        implementationClassUID: '',
        implementationVersionName: '',
        asynchronousOperations: { invoked: 0, performed: 5 },
        roles: [{ SOPClassUID: '1.2.840.10008.1.1', scuRole: true, scpRole: true }],
        hasUserIdentity: true,
      },
    })
  })

  test('titles and names lose their padding, and what is not printable', () => {
    const pdu = Buffer.from(associateRequest.subarray(6))
    pdu.write('  AST\x1b[31mX\0\0\0\0\0', 4, 16, 'latin1')
    expect(parseAssociateRequest(pdu).calledAETitle).toBe('AST?[31mX')
  })

  test.each([
    ['an item longer than the PDU', bytes('50 00 00 ff 51 00 00 04 00 00 40 00')],
    ['a sub-item longer than its item', bytes('50 00 00 08 51 00 00 10 00 00 40 00')],
    ['half an item header', bytes('50 00')],
    ['a maximum length of two bytes', bytes('50 00 00 06 51 00 00 02 40 00')],
    ['a role selection whose UID is too long', bytes('50 00 00 08 54 00 00 04 00 ff 31 32')],
    ['a user identity whose fields do not fit', bytes('50 00 00 0a 58 00 00 06 02 00 ff ff 61 62')],
    ['a presentation context without transfer syntax', bytes('20 00 00 0c 01 00 00 00 30 00 00 04 "1.23"')],
    ['a presentation context without abstract syntax', bytes('20 00 00 0c 01 00 00 00 40 00 00 04 "1.23"')],
    ['an even presentation context ID', bytes('20 00 00 14 02 00 00 00 30 00 00 04 "1.23" 40 00 00 04 "1.24"')],
    [
      'a presentation context ID used twice',
      bytes(`20 00 00 14 01 00 00 00 30 00 00 04 "1.23" 40 00 00 04 "1.24"
             20 00 00 14 01 00 00 00 30 00 00 04 "1.23" 40 00 00 04 "1.24"`),
    ],
    ['a UID of 66 characters', Buffer.concat([bytes('10 00 00 42'), Buffer.alloc(66, 0x31)])],
  ])('with %s is malformed', (_name, items) => {
    expect(() => parseAssociateRequest(requestWith(items))).toThrow(new ProtocolError('pdu-malformed'))
  })

  test('of any bytes is read or refused, never anything else', () => {
    const whole = [...associateRequest.subarray(6)]
    const mutated = fc
      .array(fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 8,
      })
      .map((changes) => {
        const copy = Buffer.from(whole)
        for (const [at, value] of changes) copy[at] = value
        return copy
      })
    fc.assert(
      fc.property(mutated, fc.integer({ min: 0, max: whole.length }), (body, length) => {
        try {
          parseAssociateRequest(body.subarray(0, length))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('A-ASSOCIATE-AC comes back as it went', () => {
  const accept = {
    ...fixture,
    presentationContexts: [
      { id: 1, result: 'acceptance' as const, transferSyntax: '1.2.840.10008.1.2' },
      { id: 3, result: 'abstract-syntax-not-supported' as const, transferSyntax: '1.2.840.10008.1.2.1' },
      { id: 5, result: 'transfer-syntaxes-not-supported' as const, transferSyntax: '1.2.3' },
    ],
    userInformation: {
      ...fixture.userInformation,
      asynchronousOperations: { invoked: 1, performed: 1 },
      roles: [{ SOPClassUID: '1.2.840.10008.1.1', scuRole: true, scpRole: false }],
    },
  }
  expect(parseAssociateAccept(encodeAssociateAccept(accept).subarray(6))).toEqual(accept)
})
