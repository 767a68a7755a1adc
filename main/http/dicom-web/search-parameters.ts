/** The query of a QIDO-RS search, read and checked (PS3.18 §8.3.4, §10.6.1.2). Pure. */
import { parseDate, parseTime, plainDate, plainTime } from '../../dicom/date-time.ts'
import { elements, type Keyword } from '../../dicom/index.ts'
import { isUID } from '../../dicom/uid.ts'
import { httpLimits } from '../limits.ts'
import { isAttributeName, keywordOf } from './attributes.ts'
import { asList, checkCharset, type Query } from './request.ts'
import { levelsDownTo, matchedAttributes, matchedPaths, type SearchLevel } from './search-levels.ts'
import { WebError } from './web-error.ts'

/** What can be asked of matching that there is none of here: a search goes on without it, and says so. */
const missingModes = ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching'] as const
export type MissingMode = (typeof missingModes)[number]

export interface SearchParameters {
  /** By keyword; what is inside a sequence by its path of keywords. */
  match: Record<string, string>
  /** Attributes asked for beside the usual ones; `all` for every one there is. */
  includefield: 'all' | Keyword[]
  limit: number
  offset: number
  /** Modes of matching that the client asked for. */
  missingModes: MissingMode[]
}

function wholeNumber(query: Query, name: string, otherwise: number): number {
  const [text, ...more] = asList(query[name])
  if (text === undefined) return otherwise
  if (more.length > 0 || !/^\d{1,9}$/.test(text)) throw new WebError(400, `bad-${name}`)
  return Number(text)
}

function isAsked(query: Query, name: string): boolean {
  const [text = 'false', ...more] = asList(query[name])
  if (more.length > 0 || (text !== 'true' && text !== 'false')) throw new WebError(400, `bad-${name}`)
  return text === 'true'
}

function includedFields(query: Query): 'all' | Keyword[] {
  const names = asList(query.includefield).flatMap((value) => value.split(','))
  if (names.includes('all')) return 'all'
  if (!names.every(isAttributeName)) throw new WebError(400, 'bad-includefield')
  return names.map(keywordOf).filter((keyword) => keyword !== null)
}

/** What stands between commas or backslashes; nothing where any value is taken. Throws {@link WebError} 400 for a list of nothing. */
function listOf(values: string[]): string[] {
  const listed = values.flatMap((value) => value.split(/[,\\]/)).map((value) => value.trim())
  const given = listed.filter((value) => value !== '')
  if (given.length === 0 && listed.length > 1) throw new WebError(400, 'empty-list')
  return given.some((value) => /^\*+$/.test(value)) ? [] : given
}

/** A date or time, or a range `a-b`, `a-`, `-b` of them, without the dots and colons of old forms. */
function momentOf(value: string, parse: (text: string) => object | undefined, plain: (text: string) => string): string {
  const ends = value.split('-')
  const isRange = ends.length === 2 && value !== '-'
  if (ends.length > 1 && !isRange) throw new WebError(400, 'bad-date-or-time')
  for (const end of ends) if (end !== '' && !parse(end)) throw new WebError(400, 'bad-date-or-time')
  return ends.map(plain).join('-')
}

/** One value to match, as its value representation allows (PS3.4 §C.2.2.2). Throws {@link WebError} 400 for what could match nothing. */
function matchValue(keyword: Keyword, values: string[]): string {
  const { VR } = elements[keyword]
  if (keyword === 'ModalitiesInStudy') return listOf(values).join('\\')
  if (VR === 'UI') {
    const uids = listOf(values)
    if (!uids.every(isUID)) throw new WebError(400, 'bad-uid')
    return uids.join('\\')
  }
  const [asked = '', ...more] = values
  // Padding says nothing (PS3.5 §6.2).
  const value = asked.replace(/^ +| +$/g, '')
  if (more.length > 0) throw new WebError(400, 'repeated-attribute')
  if (VR === 'DA') return momentOf(value, parseDate, plainDate)
  if (VR === 'TM') return momentOf(value, parseTime, plainTime)
  if (VR === 'IS' && !/^([-+]?\d{1,10})?$/.test(value)) throw new WebError(400, 'bad-number')
  return value
}

/** The path of keywords that `name` means, of keywords and tags; null when one of them is unknown. */
function pathOf(name: string): string | null {
  const keywords = name.split('.').map(keywordOf)
  return keywords.includes(null) ? null : keywords.join('.')
}

const otherNames = ['includefield', 'limit', 'offset', 'accept', 'charset', ...missingModes]

/** Reads `query` at `level`; throws {@link WebError} 400 for what it does not understand: a filter that is not applied would show the wrong patients. */
export function searchParameters(level: SearchLevel, query: Query): SearchParameters {
  const supported: readonly string[] = levelsDownTo[level].flatMap((above) => [
    ...matchedAttributes[above],
    ...matchedPaths[above],
  ])
  const match: Record<string, string> = {}
  for (const [name, value] of Object.entries(query)) {
    if (otherNames.includes(name)) continue
    const path = pathOf(name)
    if (!path || !supported.includes(path)) throw new WebError(400, 'unsupported-attribute')
    if (match[path] !== undefined) throw new WebError(400, 'repeated-attribute')
    match[path] = matchValue(path.split('.').at(-1) as Keyword, asList(value))
  }
  checkCharset(query)
  return {
    match,
    includefield: includedFields(query),
    limit: Math.min(wholeNumber(query, 'limit', httpLimits.defaultSearchResults), httpLimits.maxSearchResults),
    offset: wholeNumber(query, 'offset', 0),
    missingModes: missingModes.filter((name) => isAsked(query, name)),
  }
}
