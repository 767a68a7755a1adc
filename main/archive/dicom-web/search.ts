/** Asks the archive what it has by QIDO-RS (PS3.18 §10.6). Addresses carry what is asked for, and are never told anybody. */
import { elements, type Keyword } from '../../dicom/elements.ts'
import { tagToHex } from '../../dicom/standard-dictionary.ts'
import { ArchiveError } from '../archive-error.ts'
import { type JsonDataSet, readJsonDataSets } from './answer-body.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { exchange } from './exchange.ts'
import { statusError } from './status-fault.ts'

export interface SearchRequest {
  /** `studies`, or below a study. */
  path: string
  match: Partial<Record<Keyword, string>>
  include: readonly Keyword[]
  limit: number
  offset: number
}

export interface SearchAnswer {
  dataSets: JsonDataSet[]
  /** The archive says that it left out some (PS3.18 §10.6.3.2, warning 299). */
  isPartial: boolean
}

const queryOf = ({ match, include, limit, offset }: SearchRequest): string => {
  const query = new URLSearchParams()
  for (const [keyword, value] of Object.entries(match)) if (value) query.set(keyword, value)
  for (const keyword of include) query.append('includefield', tagToHex(elements[keyword].tag))
  query.set('limit', String(limit))
  if (offset > 0) query.set('offset', String(offset))
  // A plus sign means a space to some servers and itself to others.
  return query.toString().replaceAll('+', '%20')
}

/** What an archive that refuses larger pages is asked for instead. */
const SMALL_PAGE = 100

/** Whether fewer results might have been given: some archives refuse a `limit` that is beyond theirs, others try. */
const mayBeTooMany = (error: unknown): boolean =>
  error instanceof ArchiveError && (error.status === 400 || error.fault === 'too-large')

const askPage = async (target: ArchiveTarget, request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer> => {
  const path = `${request.path}?${queryOf(request)}`
  const answer = await exchange(target, { path, accept: 'application/dicom+json', mayBePacked: true, signal })
  if (answer.status === 204) {
    answer.discard()
    return { dataSets: [], isPartial: false }
  }
  if (answer.status !== 200 && answer.status !== 206) {
    answer.discard()
    throw statusError(answer, request.path === 'studies' ? 'not-dicomweb' : 'not-here')
  }
  const isPartial = answer.status === 206 || /(?:^|,)\s*299\b/.test(String(answer.headers.warning ?? ''))
  return { dataSets: await readJsonDataSets(answer, target.limits), isPartial }
}

/** One page of matches, perhaps a smaller one; none is an empty one. Throws {@link ArchiveError}. */
export const searchArchive = async (
  target: ArchiveTarget,
  request: SearchRequest,
  signal?: AbortSignal,
): Promise<SearchAnswer> => {
  try {
    return await askPage(target, request, signal)
  } catch (error) {
    if (request.limit <= SMALL_PAGE || !mayBeTooMany(error)) throw error
    return askPage(target, { ...request, limit: SMALL_PAGE }, signal)
  }
}
