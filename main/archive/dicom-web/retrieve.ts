/** Objects from the archive by WADO-RS (PS3.18 §10.4), each streamed as the archive keeps it. */
import type { ArchiveFault } from '../../contract/archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { mediaType } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { type Answer, exchange } from './exchange.ts'
import { boundaryOf, readMultipart } from './multipart-reader.ts'
import { statusError } from './status-fault.ts'

/** What is asked for: a study, one of its series, or one instance. */
export interface RetrieveRequest {
  StudyInstanceUID: string
  SeriesInstanceUID?: string
  SOPInstanceUID?: string
  /** Limit of objects in the answer. */
  maxObjects: number
}

const HEAD_BYTES = 16 * 1024

const pathOf = ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: RetrieveRequest): string => {
  const segments = [
    ['studies', StudyInstanceUID],
    ['series', SeriesInstanceUID],
    ['instances', SOPInstanceUID],
  ]
  return segments
    .filter(([, uid]) => uid !== undefined)
    .map(([level, uid = '']) => `${level}/${encodeURIComponent(uid)}`)
    .join('/')
}

const readObjects = (
  answer: Answer,
  { limits }: ArchiveTarget,
  parts: number,
): AsyncIterable<AsyncIterable<Uint8Array>> => {
  const type = mediaType(answer.contentType)
  const boundary = boundaryOf(answer.contentType)
  if (boundary !== null)
    return objectsOf(answer, boundary, { headBytes: HEAD_BYTES, partBytes: limits.objectBytes, parts })
  // Some archives send a single object as it is.
  if (type === 'application/dicom' || type === 'application/octet-stream') return oneObject(answer, limits.objectBytes)
  answer.discard()
  throw new ArchiveError('nonsense', `HTTP ${answer.status}, but no DICOM objects`, { status: answer.status })
}

async function* objectsOf(
  answer: Answer,
  boundary: string,
  limits: Parameters<typeof readMultipart>[2],
): AsyncGenerator<AsyncIterable<Uint8Array>, void> {
  for await (const { headers, body } of readMultipart(answer.body, boundary, limits)) {
    const type = mediaType(headers.get('content-type') ?? 'application/dicom')
    if (type !== 'application/dicom' && type !== 'application/octet-stream') {
      throw new ArchiveError('nonsense', 'a part that is no DICOM object')
    }
    yield body
  }
}

async function* oneObject(answer: Answer, maxBytes: number): AsyncGenerator<AsyncIterable<Uint8Array>, void> {
  async function* limited(): AsyncGenerator<Uint8Array, void> {
    let length = 0
    for await (const piece of answer.body) {
      length += piece.length
      if (length > maxBytes) throw new ArchiveError('too-large', `more than ${maxBytes} bytes`)
      yield piece
    }
  }
  yield limited()
}

/**
 * The objects of the answer, each as the bytes of a DICOM file; what is not read of one is passed over. Throws {@link ArchiveError}:
 * `not-here` when the archive does not have what is asked for.
 */
export async function* retrieveObjects(
  target: ArchiveTarget,
  request: RetrieveRequest,
  signal?: AbortSignal,
): AsyncGenerator<AsyncIterable<Uint8Array>, void> {
  const answer = await exchange(target, {
    path: pathOf(request),
    accept: 'multipart/related; type="application/dicom"; transfer-syntax=*',
    signal,
  })
  const notFound: ArchiveFault = 'not-here'
  try {
    if (answer.status === 204) throw new ArchiveError(notFound, 'HTTP 204', { status: 204 })
    if (answer.status !== 200 && answer.status !== 206) throw statusError(answer, notFound)
    yield* readObjects(answer, target, request.maxObjects)
  } finally {
    answer.discard()
  }
}
