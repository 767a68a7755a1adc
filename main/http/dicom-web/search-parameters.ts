/** The query of a QIDO-RS search, read and checked (PS3.18 §8.3.4, §10.6.1.2). Pure. */
import { elements, type Keyword } from '../../dicom/index.ts'
import { httpLimits } from '../limits.ts'
import { isAttributeName, keywordOf } from './attributes.ts'
import { levelsDownTo, matchedAttributes, type SearchLevel } from './search-levels.ts'
import { WebError } from './web-error.ts'

export interface SearchParameters {
  match: Partial<Record<Keyword, string>>
  /** Attributes asked for beside the usual ones; `all` for every one there is. */
  includefield: 'all' | Keyword[]
  limit: number
  offset: number
  /** The client asked for fuzzy matching of names, which there is none of here. */
  fuzzymatching: boolean
}

/** A query string as Fastify reads it. */
export type Query = Record<string, string | string[] | undefined>

const asList = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

function wholeNumber(query: Query, name: string, otherwise: number): number {
  const [text, ...more] = asList(query[name])
  if (text === undefined) return otherwise
  if (more.length > 0 || !/^\d{1,9}$/.test(text)) throw new WebError(400, `bad-${name}`)
  return Number(text)
}

function includedFields(query: Query): 'all' | Keyword[] {
  const names = asList(query.includefield).flatMap((value) => value.split(','))
  if (names.includes('all')) return 'all'
  if (!names.every(isAttributeName)) throw new WebError(400, 'bad-includefield')
  return names.map(keywordOf).filter((keyword) => keyword !== null)
}

/** One value to match: lists of UIDs and of modalities come with commas or backslashes, and are handed on with backslashes. */
function matchValue(keyword: Keyword, values: string[]): string {
  if (elements[keyword].VR === 'UI' || keyword === 'ModalitiesInStudy') {
    return values
      .flatMap((value) => value.split(/[,\\]/))
      .filter((value) => value !== '')
      .join('\\')
  }
  const [value = '', ...more] = values
  if (more.length > 0) throw new WebError(400, 'repeated-attribute')
  if (['DA', 'TM'].includes(elements[keyword].VR) && !/^[\d.:]*(-[\d.:]*)?$/.test(value))
    throw new WebError(400, 'bad-date-or-time')
  return value
}

const otherNames = [
  'includefield',
  'limit',
  'offset',
  'fuzzymatching',
  'emptyvaluematching',
  'multiplevaluematching',
  'accept',
]

/** Reads `query` at `level`; throws {@link WebError} 400 for what it does not understand: a filter that is not applied would show the wrong patients. */
export function searchParameters(level: SearchLevel, query: Query): SearchParameters {
  const supported = levelsDownTo[level].flatMap((above) => matchedAttributes[above])
  const match: Partial<Record<Keyword, string>> = {}
  for (const [name, value] of Object.entries(query)) {
    if (otherNames.includes(name)) continue
    const keyword = keywordOf(name)
    if (!keyword || !supported.includes(keyword)) throw new WebError(400, 'unsupported-attribute')
    if (match[keyword] !== undefined) throw new WebError(400, 'repeated-attribute')
    match[keyword] = matchValue(keyword, asList(value))
  }
  return {
    match,
    includefield: includedFields(query),
    limit: Math.min(wholeNumber(query, 'limit', httpLimits.defaultSearchResults), httpLimits.maxSearchResults),
    offset: wholeNumber(query, 'offset', 0),
    fuzzymatching: query.fuzzymatching === 'true',
  }
}
