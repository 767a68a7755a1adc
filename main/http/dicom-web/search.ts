/** QIDO-RS: searches for studies, series and instances (PS3.18 §10.6). */
import type { AttributeRow, Cache } from '../../cache/cache.ts'
import type { Keyword } from '../../dicom/index.ts'
import { type JsonDataSet, jsonAttribute, jsonDataSet, keywordOf } from './attributes.ts'
import { identifyingAttributes, levelsDownTo, returnedAttributes, type SearchLevel } from './search-levels.ts'
import type { SearchParameters } from './search-parameters.ts'

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

/** Which attributes a result shows: those of the level, of the levels that the address leaves open, and what was asked for. */
function wantedAttributes(level: SearchLevel, uids: ResourceUids, parameters: SearchParameters): Set<Keyword> {
  const isOpen = (above: SearchLevel) =>
    above === level || (above === 'study' ? !uids.StudyInstanceUID : above === 'series' && !uids.SeriesInstanceUID)
  const usual = levelsDownTo[level].filter(isOpen).flatMap((above) => returnedAttributes[above])
  const asked = parameters.includefield === 'all' ? [] : parameters.includefield
  return new Set([...usual, ...identifyingAttributes[level], ...asked, ...(Object.keys(parameters.match) as Keyword[])])
}

/** Where the result itself can be retrieved. */
export function retrieveUrl(root: string, row: AttributeRow, level: SearchLevel): string {
  const study = `${root}/studies/${row.StudyInstanceUID}`
  if (level === 'study') return study
  const series = `${study}/series/${row.SeriesInstanceUID}`
  return level === 'series' ? series : `${series}/instances/${row.SOPInstanceUID}`
}

function resultOf(row: AttributeRow, level: SearchLevel, wanted: Set<Keyword> | 'all', root: string): JsonDataSet {
  const keywords =
    wanted === 'all'
      ? (Object.keys(row)
          .map(keywordOf)
          .filter((name) => name !== null) as Keyword[])
      : [...wanted]
  const known = keywords.filter((keyword) => Object.hasOwn(row, keyword))
  return jsonDataSet([
    ...known.map((keyword) => [keyword, jsonAttribute(keyword, row[keyword] ?? null)] as const),
    ['RetrieveURL', jsonAttribute('RetrieveURL', retrieveUrl(root, row, level))],
    ['InstanceAvailability', jsonAttribute('InstanceAvailability', 'ONLINE')],
  ])
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
  const rows = await cache.searchAttributes({
    level,
    match: { ...parameters.match, ...uids },
    limit: limit + 1,
    offset,
  })
  const wanted = parameters.includefield === 'all' ? 'all' : wantedAttributes(level, uids, parameters)
  const warnings = []
  if (parameters.fuzzymatching) {
    warnings.push(
      '299 Astreinte "The fuzzymatching parameter is not supported. Only literal matching has been performed."',
    )
  }
  if (rows.length > limit) warnings.push('299 Astreinte "There are additional results that can be requested."')
  return { results: rows.slice(0, limit).map((row) => resultOf(row, level, wanted, root)), warnings }
}
