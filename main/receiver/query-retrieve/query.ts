/** The identifier of a C-FIND-RQ, read and checked (PS3.4 §C.4.1.1.3): level, what is matched, what is to be returned. Pure. */
import type { DataSet } from '../../dataset/index.ts'
import { elements, type Keyword } from '../../dicom/index.ts'
import { hasLevel, type Level, levels, levelsDownTo, matchedKeys, returnedKeys, uniqueKeys } from './levels.ts'
import { queryLimits } from './limits.ts'

export interface Query {
  level: Level
  match: Partial<Record<Keyword, string>>
  /** In the order of the levels; unique keys of the level and those above among them. */
  returned: Keyword[]
  /** The first value of Specific Character Set; empty without. */
  characterSet: string
  /** Keys were asked for that are not supported, or values of such that are only returned: the matches say so (FF01). */
  hasUnsupportedKeys: boolean
}

const keywordsByTag: ReadonlyMap<number, Keyword> = new Map(
  (Object.keys(elements) as Keyword[]).map((keyword) => [elements[keyword].tag, keyword]),
)

/** What an identifier says of itself, beside its keys. */
const isNoKey: ReadonlySet<Keyword> = new Set(['QueryRetrieveLevel', 'SpecificCharacterSet', 'TimezoneOffsetFromUTC'])

/** The level that an identifier names; null when the model has none such. */
export function levelOf(identifier: DataSet, SOPClassUID: string): Level | null {
  const name = identifier.text('QueryRetrieveLevel')
  const level = levels.find((each) => each === name)
  return level && hasLevel(SOPClassUID, level) ? level : null
}

/** One value to match; null when it asks for too much. */
function matchValue(identifier: DataSet, keyword: Keyword): string | null {
  const values = identifier.texts(keyword).filter((value) => value !== '')
  const isUIDs = elements[keyword].VR === 'UI'
  if (isUIDs) return values.length > queryLimits.maxListedUIDs ? null : values.join('\\')
  const value = values.join('\\')
  const wildcards = value.match(/\*/g)?.length ?? 0
  return value.length > queryLimits.maxValueLength || wildcards > queryLimits.maxWildcards ? null : value
}

/**
 * Reads the identifier of a query of the model that `SOPClassUID` names. Null when it does not fit: no such level, or values that would
 * cost too much. Keys above the level that are missing match everything, also without relational queries having been negotiated.
 */
export function readQuery(identifier: DataSet, SOPClassUID: string): Query | null {
  const level = levelOf(identifier, SOPClassUID)
  if (!level) return null
  const above = levelsDownTo(level)
  const matched = new Set(above.flatMap((each) => matchedKeys[each]))
  const supported = new Set([...matched, ...above.flatMap((each) => returnedKeys[each]), ...returnedKeys.PATIENT])
  const match: Query['match'] = {}
  const asked = new Set<Keyword>(above.map((each) => uniqueKeys[each]))
  let hasUnsupportedKeys = false
  for (const tag of identifier.elements.keys()) {
    const keyword = keywordsByTag.get(tag)
    if (!keyword || !supported.has(keyword)) {
      // Group lengths and what is above the level of no model are nobody's key.
      hasUnsupportedKeys ||= (tag & 0xffff) !== 0
      continue
    }
    asked.add(keyword)
    if (!matched.has(keyword)) {
      hasUnsupportedKeys ||= !isNoKey.has(keyword) && identifier.texts(keyword).some((value) => !/^\**$/.test(value))
      continue
    }
    const value = matchValue(identifier, keyword)
    if (value === null) return null
    if (value !== '') match[keyword] = value
  }
  return {
    ...{ level, match, returned: [...supported].filter((keyword) => asked.has(keyword)), hasUnsupportedKeys },
    characterSet: identifier.text('SpecificCharacterSet'),
  }
}
