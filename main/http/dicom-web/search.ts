/** QIDO-RS: searches for studies, series and instances (PS3.18 §10.6). */
import { type AttributeQuery, type AttributeRow, type Cache, CacheError } from '../../cache/cache.ts'
import { elements, type Keyword } from '../../dicom/index.ts'
import { httpLimits } from '../limits.ts'
import { type JsonAttribute, type JsonDataSet, jsonAttribute, jsonDataSet, keywordOf } from './attributes.ts'
import {
  conditionalAttributes,
  identifyingAttributes,
  levelsDownTo,
  returnedAttributes,
  type SearchLevel,
} from './search-levels.ts'
import type { MissingMode, SearchParameters } from './search-parameters.ts'

/** UIDs that the address of a resource says. */
export interface ResourceUids {
  StudyInstanceUID?: string
  SeriesInstanceUID?: string
  SOPInstanceUID?: string
}

export interface SearchAnswer {
  results: JsonDataSet[]
  /** Values of `Warning` headers (PS3.18 §10.6.3.2). */
  warnings: string[]
}

/** Which attributes a result shows: those of the level and of the levels that the address leaves open; and those that were asked for. */
interface Wanted {
  usual: ReadonlySet<Keyword>
  asked: ReadonlySet<Keyword> | 'all'
}

function wantedAttributes(level: SearchLevel, uids: ResourceUids, parameters: SearchParameters): Wanted {
  const isOpen = (above: SearchLevel) =>
    above === level || (above === 'study' ? !uids.StudyInstanceUID : above === 'series' && !uids.SeriesInstanceUID)
  const usual = levelsDownTo[level].filter(isOpen).flatMap((above) => returnedAttributes[above])
  const matched = Object.keys(parameters.match).map((path) => path.split('.')[0] as Keyword)
  const asked = parameters.includefield === 'all' ? 'all' : new Set([...parameters.includefield, ...matched])
  return { usual: new Set([...usual, ...identifyingAttributes[level]]), asked }
}

/** Where the result itself can be retrieved. */
export function retrieveUrl(root: string, row: AttributeRow, level: SearchLevel): string {
  const study = `${root}/studies/${row.StudyInstanceUID}`
  if (level === 'study') return study
  const series = `${study}/series/${row.SeriesInstanceUID}`
  return level === 'series' ? series : `${series}/instances/${row.SOPInstanceUID}`
}

/** Whether a result shows an attribute of its row; the conditional ones (type C) only with a value, unless they were asked for. */
function isShown(keyword: Keyword, row: AttributeRow, { usual, asked }: Wanted): boolean {
  if (asked === 'all' || asked.has(keyword)) return true
  return usual.has(keyword) && (row[keyword] !== null || !conditionalAttributes.has(keyword))
}

/** The items of a sequence, of which the row has the JSON. */
function sequenceAttribute(items: string | null): JsonAttribute {
  const read = items === null ? [] : (JSON.parse(items) as Record<string, string>[])
  const Value = read.map((item) => {
    const values = Object.entries(item).flatMap(([name, value]) => {
      const keyword = keywordOf(name)
      return keyword ? [[keyword, jsonAttribute(keyword, value)] as const] : []
    })
    return jsonDataSet(values)
  })
  return Value.length > 0 ? { vr: 'SQ', Value } : { vr: 'SQ' }
}

function resultOf(row: AttributeRow, level: SearchLevel, wanted: Wanted, root: string): JsonDataSet {
  const shown = Object.keys(row).flatMap((name) => {
    const keyword = keywordOf(name)
    return keyword && isShown(keyword, row, wanted) ? [keyword] : []
  })
  return jsonDataSet([
    ...shown.map((keyword) => {
      const value = row[keyword] ?? null
      const isSequence = elements[keyword].VR === 'SQ' && !Array.isArray(value)
      return [
        keyword,
        isSequence ? sequenceAttribute(value === null ? null : String(value)) : jsonAttribute(keyword, value),
      ] as const
    }),
    ['RetrieveURL', jsonAttribute('RetrieveURL', retrieveUrl(root, row, level))],
    ['InstanceAvailability', jsonAttribute('InstanceAvailability', 'ONLINE')],
  ])
}

const whatIsDoneInstead: Record<MissingMode, string> = {
  fuzzymatching: 'Only literal matching has been performed.',
  emptyvaluematching: 'Empty Value Matching has not been performed.',
  multiplevaluematching: 'Multiple Value Matching has not been performed.',
}

/** Whether what `match` asks of the levels above and what the address says of them can both be true. */
const agrees = (match: SearchParameters['match'], uids: ResourceUids): boolean =>
  Object.entries(uids).every(([keyword, uid]) => {
    const asked = match[keyword] ?? ''
    return asked === '' || /^\*+$/.test(asked) || asked.split('\\').includes(uid)
  })

/** How many results are behind those that are given, as far as that is counted. */
async function countRemaining(cache: Cache, question: AttributeQuery): Promise<string> {
  const limit = httpLimits.countedSearchResults
  try {
    const count = await cache.countMatches({ ...question, limit })
    return count < limit ? String(count) : `${limit} or more`
  } catch (error) {
    if (error instanceof CacheError && error.code === 'search-too-broad') return '1 or more'
    throw error
  }
}

/** Runs a search below the resource that `uids` name. */
export async function search(
  cache: Cache,
  level: SearchLevel,
  uids: ResourceUids,
  parameters: SearchParameters,
  root: string,
): Promise<SearchAnswer> {
  const { limit, offset } = parameters
  const match = { ...parameters.match, ...uids }
  const question: AttributeQuery = { level, match, combinesDateTime: true, limit: limit + 1, offset }
  const rows = agrees(parameters.match, uids) ? await cache.searchAttributes(question) : []
  const wanted = wantedAttributes(level, uids, parameters)
  const warnings = parameters.missingModes.map(
    (mode) => `299 Astreinte "The ${mode} parameter is not supported. ${whatIsDoneInstead[mode]}"`,
  )
  if (rows.length > limit) {
    const count = await countRemaining(cache, { ...question, offset: offset + limit })
    warnings.push(`299 Astreinte "There are ${count} additional results that can be requested"`)
  }
  return { results: rows.slice(0, limit).map((row) => resultOf(row, level, wanted, root)), warnings }
}
