/** Stores one object in the archive by STOW-RS (PS3.18 §10.5), streamed as it is stored here. */
import { randomUUID } from 'node:crypto'
import type { ArchiveFault } from '../../contract/archive.ts'
import { part10Header } from '../../dataset/index.ts'
import { DimseStatus } from '../../dicom/status.ts'
import { type ArchiveError, asArchiveError } from '../archive-error.ts'
import { type JsonDataSet, mediaType, parseJson, readWhole } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { type Answer, exchange } from './exchange.ts'
import { jsonCount, jsonItems, jsonText } from './json-values.ts'
import { parseNativeXml } from './native-xml.ts'
import { statusError } from './status-fault.ts'

/** What is sent: an object of the cache. */
export interface SendableObject {
  readonly StudyInstanceUID: string
  readonly SOPInstanceUID: string
  readonly SOPClassUID: string
  readonly TransferSyntaxUID: string
  readonly length: number
  read(start: number, end: number): Promise<Uint8Array>
}

/** What the archive said. */
export type StoreOutcome =
  | { kind: 'accepted' }
  /** It answered, but not what became of the object: whether it has it must be asked. */
  | { kind: 'unclear'; detail: string }
  | { kind: 'refused'; fault: ArchiveFault; detail: string; mayHeal: boolean }

/** Bytes that are read and sent at once. */
const STEP = 1024 * 1024

async function* bytesOf(head: Uint8Array, object: SendableObject, tail: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield head
  for (let at = 0; at < object.length; at += STEP) yield await object.read(at, Math.min(at + STEP, object.length))
  yield tail
}

const contentOf = (object: SendableObject) => {
  const boundary = `astreinte-${randomUUID()}`
  // No parameters: some archives pass over parts that name their transfer syntax here, and answer 200.
  const partHead = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`
  const head = Buffer.concat([Buffer.from(partHead), part10Header(object)])
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    type: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    length: head.length + object.length + tail.length,
    bytes: bytesOf(head, object, tail),
  }
}

/** Failure reasons that may pass (PS3.18 Table 10.5.3-2, PS3.7 Annex C). */
const mayHeal = (reason: number | null): boolean =>
  reason !== null && (reason >>> 8 === DimseStatus.OutOfResources >>> 8 || reason === DimseStatus.ProcessingFailure)

const refusalOf = (reason: number | null): StoreOutcome => {
  if (reason === DimseStatus.DuplicateSOPInstance) return { kind: 'unclear', detail: 'the archive has this instance' }
  const code = reason === null ? 'none given' : `${reason.toString(16).toUpperCase().padStart(4, '0')}H`
  const heals = mayHeal(reason)
  return { kind: 'refused', fault: heals ? 'too-busy' : 'refused', detail: `failure reason ${code}`, mayHeal: heals }
}

const isOf = (SOPInstanceUID: string) => (item: JsonDataSet) =>
  jsonText(item, 'ReferencedSOPInstanceUID') === SOPInstanceUID

/** What a response to a store request says of an instance (PS3.18 §10.5.3.1); null: nothing. */
export const outcomeIn = (response: JsonDataSet, SOPInstanceUID: string): StoreOutcome | null => {
  const failed = jsonItems(response, 'FailedSOPSequence').find(isOf(SOPInstanceUID))
  if (failed) return refusalOf(jsonCount(failed, 'FailureReason'))
  return jsonItems(response, 'ReferencedSOPSequence').some(isOf(SOPInstanceUID)) ? { kind: 'accepted' } : null
}

const readResponse = async (answer: Answer, target: ArchiveTarget): Promise<JsonDataSet | null> => {
  const type = mediaType(answer.contentType)
  const isXml = type.endsWith('+xml') || type.endsWith('/xml')
  if (!isXml && !type.endsWith('json')) {
    answer.discard()
    return null
  }
  const bytes = await readWhole(answer, target.limits)
  const content = isXml ? parseNativeXml(bytes.toString('utf8')) : parseJson(bytes, answer.contentType)
  const dataSet: unknown = Array.isArray(content) ? content[0] : content
  return typeof dataSet === 'object' && dataSet !== null ? (dataSet as JsonDataSet) : null
}

/** 200, 202 and 409 say in their bodies what became of the object; other statuses are about the request as a whole. */
const readOutcome = async (answer: Answer, target: ArchiveTarget, object: SendableObject): Promise<StoreOutcome> => {
  const { status } = answer
  const isSuccess = status >= 200 && status < 300
  if (!isSuccess && status !== 409) {
    answer.discard()
    throw statusError(answer)
  }
  let problem = 'a store response that does not name the instance'
  const response = await readResponse(answer, target).catch((error: unknown) => {
    problem = asArchiveError(error).message
    return null
  })
  const outcome = response && outcomeIn(response, object.SOPInstanceUID)
  if (outcome) return outcome
  if (isSuccess) return { kind: 'unclear', detail: `HTTP ${status}: ${problem}` }
  return { kind: 'refused', fault: 'refused', detail: `HTTP ${status}`, mayHeal: false }
}

/**
 * Sends `object` and resolves with what the archive said of it. Throws {@link ArchiveError} when it said nothing: whether it has the object
 * is then unknown. Errors of reading the object come out as they are.
 */
export const storeObject = async (
  target: ArchiveTarget,
  object: SendableObject,
  signal?: AbortSignal,
): Promise<StoreOutcome> => {
  const answer = await exchange(target, {
    path: 'studies',
    accept: 'application/dicom+json',
    content: contentOf(object),
    signal,
  })
  return readOutcome(answer, target, object)
}

/** Whether the archive certainly did not take the object, by the error that {@link storeObject} threw. */
export const isCertainlyNotStored = ({ fault, status }: ArchiveError): boolean =>
  status !== undefined
    ? status >= 400 && status < 500 && status !== 408
    : fault === 'address-not-found' || fault === 'refused-connection' || fault === 'tls-not-trusted'
