/**
 * Changed answers of archives: multipart messages in pieces of any size, DICOM JSON and native XML (PS3.18, PS3.19). Read, or refused with an
 * `ArchiveError`; parts are never longer than allowed, and nothing of the body is left open.
 */
import fc from 'fast-check'
import { ArchiveError } from '../../../main/archive/archive-error.ts'
import { type JsonDataSet, parseJson } from '../../../main/archive/dicom-web/answer-body.ts'
import {
  jsonCount,
  jsonItems,
  jsonPersonName,
  jsonTexts,
  jsonUID,
} from '../../../main/archive/dicom-web/json-values.ts'
import { boundaryOf, readMultipart } from '../../../main/archive/dicom-web/multipart-reader.ts'
import { parseNativeXml } from '../../../main/archive/dicom-web/native-xml.ts'
import { HeaderScan, toDicomJson } from '../../../main/dataset/index.ts'
import { ctImage } from '../../main/cache/data-sets.ts'
import { changedBytes } from './changed-bytes.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'

const BOUNDARY = 'b0undary'

const part = (body: Uint8Array, headers = 'Content-Type: application/dicom\r\n'): Buffer =>
  Buffer.concat([Buffer.from(`\r\n--${BOUNDARY}\r\n${headers}\r\n`), body])
const message = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])

const image = ctImage({ rows: 8 })
/** As long as the longest part is before it is changed. */
const LIMITS = { headBytes: 2000, partBytes: image.bytes.length, parts: 5 }
const messages = [
  message(part(image.bytes)),
  message(part(Buffer.alloc(300, 1)), part(Buffer.alloc(0)), part(Buffer.from('--b0und\r\n--b0undar'), '')),
  message(...Array.from({ length: 5 }, (_, seed) => part(Buffer.alloc(20, seed)))),
  Buffer.concat([Buffer.from('preamble'), message(part(Buffer.alloc(40, 2)))]),
]

const reference = { '00081155': { vr: 'UI', Value: ['1.2.3'] }, '00081197': { vr: 'US', Value: [272] } }

const jsonTextOf = (): Buffer => {
  const scan = new HeaderScan(image.request.TransferSyntaxUID)
  scan.push(image.bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  return Buffer.from(JSON.stringify([toDicomJson(result.attributes), { '00081198': { vr: 'SQ', Value: [reference] } }]))
}
const xml = Buffer.from(
  '<?xml version="1.0"?><NativeDicomModel><DicomAttribute tag="00081198" vr="SQ"><Item number="1"><DicomAttribute tag="00081155" vr="UI">' +
    '<Value number="1">1.2.3&amp;&#x41;</Value></DicomAttribute></Item></DicomAttribute></NativeDicomModel>',
)

async function* piecesOf(bytes: Buffer, pieceLength: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength)
}

/** Reads every part to its end. */
async function readParts(body: AsyncIterable<Uint8Array>): Promise<void> {
  let parts = 0
  for await (const { headers, body: content } of readMultipart(body, BOUNDARY, LIMITS)) {
    parts += 1
    boundaryOf(headers.get('content-type') ?? '')
    let length = 0
    for await (const piece of content) length += piece.length
    if (length > LIMITS.partBytes) throw new Error(`a part of ${length} bytes`)
  }
  if (parts > LIMITS.parts) throw new Error(`${parts} parts`)
}

async function readMessage(bytes: Buffer, pieceLength: number): Promise<string> {
  let isOpen = false
  const body = (async function* () {
    isOpen = true
    try {
      yield* piecesOf(bytes, pieceLength)
    } finally {
      isOpen = false
    }
  })()
  const error: unknown = await readParts(body).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (isOpen) throw new Error('the body was left open')
  if (error !== null) throw error
  return 'messages'
}

/** Reads every kind of value of a data set that an archive wrote. */
function readValues(dataSet: JsonDataSet): void {
  jsonTexts(dataSet, 'PatientID')
  jsonPersonName(dataSet, 'PatientName')
  jsonUID(dataSet, 'StudyInstanceUID')
  jsonCount(dataSet, 'Rows')
  for (const item of jsonItems(dataSet, 'FailedSOPSequence')) jsonUID(item, 'ReferencedSOPInstanceUID')
}

function readJson(bytes: Buffer): string {
  const content = parseJson(bytes, 'application/dicom+json')
  for (const each of Array.isArray(content) ? content : [])
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) readValues(each)
  return 'JSON'
}

function readXml(bytes: Buffer): string {
  readValues(parseNativeXml(bytes.toString()))
  return 'XML'
}

export const archiveAnswers: FuzzKind = {
  name: 'answers of archives',
  share: 100,
  begin: () => {
    const outcomes = new Tally()
    const pieceLength = fc.integer({ min: 1, max: 2000 })
    const answer = fc.oneof(
      fc.record({ read: fc.constant(readMessage), bytes: changedBytes(messages), pieceLength }),
      fc.record({ read: fc.constant(readJson), bytes: changedBytes([jsonTextOf()]), pieceLength }),
      fc.record({ read: fc.constant(readXml), bytes: changedBytes([xml]), pieceLength }),
    )
    return {
      property: fc.asyncProperty(answer, async ({ read, bytes, pieceLength }) => {
        try {
          outcomes.add(await read(bytes, pieceLength))
        } catch (error) {
          if (!(error instanceof ArchiveError)) throw error
          outcomes.add(error.fault)
        }
      }),
      end: async () => ({ problems: [], figures: outcomes.counts }),
    }
  },
}
