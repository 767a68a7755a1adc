/** STOW-RS (PS3.18 §10.5): what a store request must say, and the response that tells what became of each object. */
import type { Keyword } from '../../dicom/index.ts'
import { DimseStatus } from '../../dicom/status.ts'
import { isUID } from '../../dicom/uid.ts'
import { parseAccept } from './accept.ts'
import { type JsonAttribute, type JsonDataSet, jsonAttribute, jsonDataSet } from './attributes.ts'
import { retrieveUrl } from './search.ts'
import { WebError } from './web-error.ts'

/** What became of one part of a message. */
export type StoreResult =
  | {
      kind: 'stored'
      SOPClassUID: string
      SOPInstanceUID: string
      StudyInstanceUID: string
      SeriesInstanceUID: string
    }
  /** `FailureReason` as in PS3.18 Table 10.5.3-2; UIDs are empty where the part does not tell them. */
  | { kind: 'failed'; SOPClassUID: string; SOPInstanceUID: string; FailureReason: number }

/** Why a message could not be read to its end. */
export type BrokenMessage = 'malformed' | 'too-large'

/** One message, as the listener passes it on. */
export interface StoreMessage {
  body: AsyncIterable<Uint8Array>
  boundary: string
  /** What the address names: objects of another study are not stored. */
  StudyInstanceUID: string | null
  /** Who sends: name and address; the name is empty for tools of this machine. */
  client: string
  remoteAddress: string
  limits: { headBytes: number; partBytes: number; parts: number; bytes: number }
}

/** Takes the objects of a message; resolves when each of them is durable, or refused. Errors of the body are passed on. */
export type StoreObjects = (message: StoreMessage) => Promise<{ results: StoreResult[]; broken: BrokenMessage | null }>

/** The boundary of a multipart/related message of DICOM files; throws {@link WebError} 415 for anything else (PS3.18 §10.5.1.2). */
export function storeBoundary(contentType: string | undefined): string {
  const [type] = contentType === undefined ? [] : parseAccept(contentType)
  const { boundary, type: parts } = type?.parameters ?? {}
  const isDicom = parts === undefined || parts.toLowerCase() === 'application/dicom'
  if (type?.type !== 'multipart/related' || !isDicom) throw new WebError(415, 'unsupported-media-type')
  if (!boundary || boundary.length > 200) throw new WebError(400, 'bad-boundary')
  return boundary
}

const sequence = (items: JsonDataSet[]): JsonAttribute => ({ vr: 'SQ', Value: items })
const text = (keyword: Keyword, value: string | number) => [keyword, jsonAttribute(keyword, value)] as const

const referenced = ({ SOPClassUID, SOPInstanceUID }: StoreResult) => [
  ...(isUID(SOPClassUID) ? [text('ReferencedSOPClassUID', SOPClassUID)] : []),
  text('ReferencedSOPInstanceUID', SOPInstanceUID),
]

/** A study's address, where all that was stored is of one. */
function studyUrl(root: string, results: StoreResult[]): string | null {
  const studies = new Set(results.flatMap((each) => (each.kind === 'stored' ? [each.StudyInstanceUID] : [])))
  const [StudyInstanceUID] = studies
  return studies.size === 1 && StudyInstanceUID ? retrieveUrl(root, { StudyInstanceUID }, 'study') : null
}

/** What `broken` is called where something was stored before. */
const brokenReason = { malformed: DimseStatus.CannotUnderstand, 'too-large': DimseStatus.OutOfResources }

/** Status and Store Instances Response Module (PS3.18 §10.5.3, §I.2); throws {@link WebError} when there was nothing to store. */
export function storeResponse(
  root: string,
  results: StoreResult[],
  broken: BrokenMessage | null,
): { status: 200 | 202 | 409; dataSet: JsonDataSet } {
  if (results.length === 0) throw broken === 'too-large' ? new WebError(413, broken) : new WebError(400, 'bad-message')
  const stored = results.filter((each) => each.kind === 'stored')
  const failed = results.filter((each) => each.kind === 'failed')
  const named = failed.filter(({ SOPInstanceUID }) => isUID(SOPInstanceUID))
  const nameless = failed.filter(({ SOPInstanceUID }) => !isUID(SOPInstanceUID)).map((each) => each.FailureReason)
  const others = broken ? [...nameless, brokenReason[broken]] : nameless
  const url = studyUrl(root, results)
  // Required, but only of one study there is an address (type 2).
  const attributes: (readonly [Keyword, JsonAttribute])[] = [['RetrieveURL', jsonAttribute('RetrieveURL', url)]]
  if (stored.length > 0) {
    const items = stored.map((each) =>
      jsonDataSet([...referenced(each), text('RetrieveURL', retrieveUrl(root, { ...each }, 'instance'))]),
    )
    attributes.push(['ReferencedSOPSequence', sequence(items)])
  }
  if (named.length > 0) {
    const items = named.map((each) => jsonDataSet([...referenced(each), text('FailureReason', each.FailureReason)]))
    attributes.push(['FailedSOPSequence', sequence(items)])
  }
  if (others.length > 0) {
    const items = others.map((reason) => jsonDataSet([text('FailureReason', reason)]))
    attributes.push(['OtherFailuresSequence', sequence(items)])
  }
  const isWhole = failed.length === 0 && broken === null
  return { status: stored.length === 0 ? 409 : isWhole ? 200 : 202, dataSet: jsonDataSet(attributes) }
}
