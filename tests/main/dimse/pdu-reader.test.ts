import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProtocolError } from '../../../main/dimse/dimse-error.ts'
import { defaultLimits } from '../../../main/dimse/limits.ts'
import { PduReader, recogniseStranger } from '../../../main/dimse/pdu-reader.ts'
import {
  associateRequest,
  bytes,
  dataFragment,
  echoRequest,
  releaseRequest,
  storeDataSet,
  storeRequest,
  tlsClientHello,
} from '../../helpers/pdu-fixtures.ts'

interface Found {
  pdus: { type: number; length: number }[]
  messages: { context: number; isCommand: boolean; content: string }[]
}

/** Reads the chunks; fragments are joined up to the last one of each command or data set. */
function read(chunks: Uint8Array[]): Found {
  const found: Found = { pdus: [], messages: [] }
  let open: Buffer[] = []
  const reader = new PduReader(
    {
      onPdu: (type, body) => found.pdus.push({ type, length: body.length }),
      onData: () => found.pdus.push({ type: 4, length: 0 }),
      onFragment: (context, isCommand, part, isLast) => {
        open.push(Buffer.from(part))
        if (!isLast) return
        found.messages.push({ context, isCommand, content: Buffer.concat(open).toString('hex') })
        open = []
      },
    },
    defaultLimits,
  )
  for (const chunk of chunks) expect(reader.read(chunk, 0)).toBe(chunk.length)
  expect(reader.isInsidePdu).toBe(false)
  return found
}

function cut(whole: Uint8Array, lengths: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    if (at >= whole.length) break
    chunks.push(whole.subarray(at, at + length))
    at += length
  }
  if (at < whole.length) chunks.push(whole.subarray(at))
  return chunks
}

const reasonOf = (...chunks: Uint8Array[]): string => {
  try {
    read(chunks)
  } catch (error) {
    if (error instanceof ProtocolError) return `${error.code}, ${error.abortReason}`
    throw error
  }
  return 'accepted'
}

describe('PduReader', () => {
  const stream = Buffer.concat([associateRequest, echoRequest, storeRequest, storeDataSet, releaseRequest])

  test('finds PDUs and fragments', () => {
    expect(read([stream])).toEqual({
      pdus: [
        { type: 1, length: 250 },
        { type: 4, length: 0 },
        { type: 4, length: 0 },
        { type: 4, length: 0 },
        { type: 5, length: 4 },
      ],
      messages: [
        { context: 1, isCommand: true, content: echoRequest.toString('hex', 12) },
        { context: 3, isCommand: true, content: storeRequest.toString('hex', 12) },
        { context: 3, isCommand: false, content: storeDataSet.toString('hex', 12) },
      ],
    })
  })

  test('finds the same however the stream is cut', () => {
    const whole = read([stream])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }), (lengths) => {
        expect(read(cut(stream, lengths))).toEqual(whole)
      }),
    )
    expect(read(cut(stream, new Array(stream.length).fill(1)))).toEqual(whole)
  })

  test('takes several PDVs in one PDU, of one byte and of none', () => {
    const pdu = bytes(`
      04 00 00 00 00 20        # P-DATA-TF, PDU-length: 32
      00 00 00 03 01 01 aa     # PDV of one byte: context 1, command
      00 00 00 04 01 03 bb cc  # PDV of two bytes: context 1, command, last
      00 00 00 03 01 00 dd     # PDV of one byte: context 1, data set
      00 00 00 02 01 00        # PDV of no byte
    `)
    const last = bytes('04 00 00 00 00 06   00 00 00 02 01 02  # PDV of no byte: data set, last')
    pdu.writeUInt32BE(pdu.length - 6, 2)
    expect(read([pdu, last]).messages).toEqual([
      { context: 1, isCommand: true, content: 'aabbcc' },
      { context: 1, isCommand: false, content: 'dd' },
    ])
  })

  test('stops where it is halted and goes on from there', () => {
    const seen: string[] = []
    const reader = new PduReader(
      {
        onPdu: () => {},
        onData: () => {},
        onFragment: (_context, _isCommand, part) => {
          seen.push(Buffer.from(part).toString('hex'))
          reader.halt()
        },
      },
      defaultLimits,
    )
    const two = Buffer.concat([dataFragment(1, Buffer.from([1]), 0), dataFragment(1, Buffer.from([2]), 2)])
    expect(reader.read(two, 0)).toBe(13)
    expect(seen).toEqual(['01'])
    expect(reader.read(two, 13)).toBe(26)
    expect(seen).toEqual(['01', '02'])
  })

  test.each([
    [
      'an unknown PDU type after a known one',
      [releaseRequest, bytes('08 00 00 00 00 04')],
      'pdu-unknown, unrecognized-PDU',
    ],
    ['a P-DATA-TF beyond the limit', [bytes('04 00 00 02 00 01')], 'pdu-too-long, invalid-PDU-parameter-value'],
    ['a P-DATA-TF of 4 GiB', [bytes('04 00 ff ff ff ff')], 'pdu-too-long, invalid-PDU-parameter-value'],
    ['an A-ASSOCIATE-RQ of 4 GiB', [bytes('01 00 ff ff ff ff')], 'pdu-too-long, invalid-PDU-parameter-value'],
    [
      'an A-ASSOCIATE-RQ without its fixed fields',
      [bytes('01 00 00 00 00 20')],
      'pdu-malformed, invalid-PDU-parameter-value',
    ],
    ['an A-ABORT of another length', [bytes('07 00 00 00 00 08')], 'pdu-malformed, invalid-PDU-parameter-value'],
    ['a P-DATA-TF without a PDV', [bytes('04 00 00 00 00 00')], 'pdu-malformed, invalid-PDU-parameter-value'],
    [
      'a PDV longer than its PDU',
      [bytes('04 00 00 00 00 08  00 00 00 05 01 03')],
      'pdu-malformed, invalid-PDU-parameter-value',
    ],
    [
      'a PDV too short for its header',
      [bytes('04 00 00 00 00 08  00 00 00 01 01 03')],
      'pdu-malformed, invalid-PDU-parameter-value',
    ],
    ['a PDV of 4 GiB', [bytes('04 00 00 00 00 08  ff ff ff ff 01 03')], 'pdu-malformed, invalid-PDU-parameter-value'],
    [
      'bytes behind the last PDV',
      [bytes('04 00 00 00 00 0a  00 00 00 03 01 03 aa  00 00 00')],
      'pdu-malformed, invalid-PDU-parameter-value',
    ],
    ['TLS', [tlsClientHello], 'tls-on-plain-port, unrecognized-PDU'],
    ['HTTP', [Buffer.from('GET / HTTP/1.1\r\n')], 'http-on-dicom-port, unrecognized-PDU'],
    ['anything else', [Buffer.from('SSH-2.0-OpenSSH')], 'not-dicom, unrecognized-PDU'],
    ['a single wrong byte', [Buffer.from([0])], 'not-dicom, unrecognized-PDU'],
  ])('refuses %s', (_name, chunks, reason) => {
    expect(reasonOf(...chunks)).toBe(reason)
  })

  test('a stranger is recognised by its first bytes', () => {
    expect(recogniseStranger(Buffer.from('OPTIONS * HTTP/1.0'))).toBe('http-on-dicom-port')
    expect(recogniseStranger(Buffer.from('GETAWAY'))).toBe('http-on-dicom-port')
    expect(recogniseStranger(Buffer.from('HELO x'))).toBe('not-dicom')
  })
})
