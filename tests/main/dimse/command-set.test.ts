import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CommandSet,
  commandFields,
  commandSetLength,
  decodeCommandSet,
  NO_DATA_SET,
  writeCommandSet,
} from '../../../main/dimse/command-set.ts'
import { ProtocolError } from '../../../main/dimse/dimse-error.ts'
import { encodeCommand } from '../../../main/dimse/message-pdu.ts'
import { bytes, echoRequest, echoResponse, storeRequest } from '../../helpers/pdu-fixtures.ts'

function encode(command: CommandSet): Buffer {
  const target = Buffer.alloc(commandSetLength(command), 0xff)
  expect(writeCommandSet(command, target, 0)).toBe(target.length)
  return target
}

describe('a command set', () => {
  test('is decoded by keyword', () => {
    expect(decodeCommandSet(echoRequest.subarray(12))).toEqual({
      AffectedSOPClassUID: '1.2.840.10008.1.1',
      CommandField: commandFields['C-ECHO-RQ'],
      MessageID: 1,
      CommandDataSetType: NO_DATA_SET,
    })
    expect(decodeCommandSet(storeRequest.subarray(12))).toEqual({
      AffectedSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      CommandField: commandFields['C-STORE-RQ'],
      MessageID: 2,
      Priority: 0,
      CommandDataSetType: 0,
      AffectedSOPInstanceUID: '1.2.3',
    })
  })

  test('is encoded as PS3.7 §9.3.5.2 writes a C-ECHO-RSP', () => {
    const response = {
      AffectedSOPClassUID: '1.2.840.10008.1.1',
      CommandField: commandFields['C-ECHO-RSP'],
      MessageIDBeingRespondedTo: 1,
      CommandDataSetType: NO_DATA_SET,
      Status: 0,
    }
    expect(encodeCommand(response, 1, 16_384).toString('hex')).toBe(echoResponse.toString('hex'))
  })

  test('is cut into fragments for a peer that takes only short PDUs', () => {
    const command = { CommandField: 0x8030, MessageIDBeingRespondedTo: 1, CommandDataSetType: NO_DATA_SET, Status: 0 }
    const whole = encode(command)
    const pdus = encodeCommand(command, 5, 26)
    const parts: Buffer[] = []
    const controls: number[] = []
    for (let at = 0; at < pdus.length; at += 6 + pdus.readUInt32BE(at + 2)) {
      expect(pdus.readUInt32BE(at + 2)).toBeLessThanOrEqual(26)
      expect(pdus.readUInt8(at + 10)).toBe(5)
      controls.push(pdus.readUInt8(at + 11))
      parts.push(pdus.subarray(at + 12, at + 6 + pdus.readUInt32BE(at + 2)))
    }
    expect(Buffer.concat(parts).toString('hex')).toBe(whole.toString('hex'))
    expect(controls).toEqual([1, 1, 3])
  })

  test.each([25, 13, 7])('has fragments of even length also for a peer that takes PDUs of %i bytes', (most) => {
    const command = { CommandField: 0x8030, MessageIDBeingRespondedTo: 1, CommandDataSetType: NO_DATA_SET, Status: 0 }
    const pdus = encodeCommand(command, 5, most)
    const lengths: number[] = []
    for (let at = 0; at < pdus.length; at += 6 + pdus.readUInt32BE(at + 2)) lengths.push(pdus.readUInt32BE(at + 6) - 2)
    expect(lengths.filter((length) => length % 2 !== 0)).toEqual([])
    expect(lengths.reduce((sum, length) => sum + length)).toBe(commandSetLength(command))
  })

  test('comes back as it went', () => {
    const uint16 = fc.integer({ min: 0, max: 0xffff })
    const uid = fc.stringMatching(/^1(\.[1-9][0-9]{0,5}){1,8}$/)
    const command = fc.record(
      {
        CommandField: uint16,
        CommandDataSetType: uint16,
        MessageID: uint16,
        Status: uint16,
        AffectedSOPClassUID: uid,
        AffectedSOPInstanceUID: uid,
        ErrorComment: fc.stringMatching(/^[a-z]([a-z ]{0,60}[a-z])?$/),
      },
      { requiredKeys: ['CommandField', 'CommandDataSetType'] },
    )
    fc.assert(
      fc.property(command, (value) => {
        expect(decodeCommandSet(encode(value))).toEqual(value)
      }),
    )
  })

  test.each([
    ['an element longer than the set', bytes('00 00 00 01 ff ff ff ff 30 00')],
    ['half an element header', bytes('00 00 00 01 02 00')],
    ['an element of another group', bytes('08 00 18 00 02 00 00 00 31 00')],
    ['a CommandField of four bytes', bytes('00 00 00 01 04 00 00 00 30 00 00 00  00 00 00 08 02 00 00 00 01 01')],
    ['no CommandField', bytes('00 00 00 08 02 00 00 00 01 01')],
    ['no CommandDataSetType', bytes('00 00 00 01 02 00 00 00 30 00')],
    ['nothing', bytes('')],
  ])('with %s is malformed', (_name, content) => {
    expect(() => decodeCommandSet(content)).toThrow(new ProtocolError('command-malformed', null))
  })

  test('of any bytes is decoded or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        try {
          decodeCommandSet(content)
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
    )
  })
})
