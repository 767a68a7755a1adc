/**
 * A filter of the study list as SQL. Where a part of it selects few studies, these are sorted; else the index of the order is walked until a page
 * is full and each study is checked. Unary + keeps SQLite from any other way (sqlite.org/optoverview.html §1).
 */
import { type StudyFilter, type StudyReportState, studyReportState } from '../../contract/studies.ts'
import { searchWords } from '../../dataset/index.ts'

export interface Condition {
  sql: string
  values: (string | number)[]
}

export type StudyPageRequest = StudyFilter & { sort: string; descending: boolean; offset: number; limit: number }

/** Sort columns of the contract, as the columns of the index that serves each. */
const ORDERS: Record<string, readonly string[]> = {
  lastReceivedAt: ['lastReceivedAt', 'studyKey'],
  StudyDate: ['StudyDate', 'StudyTime', 'studyKey'],
  PatientName: ['patientNameOrder', 'studyKey'],
  PatientBirthDate: ['PatientBirthDate', 'studyKey'],
  StudyDescription: ['StudyDescription COLLATE NOCASE', 'studyKey'],
  InstitutionName: ['InstitutionName COLLATE NOCASE', 'studyKey'],
  ModalitiesInStudy: ['ModalitiesInStudy', 'studyKey'],
  NumberOfStudyRelatedInstances: ['NumberOfStudyRelatedInstances', 'studyKey'],
  AccessionNumber: ['AccessionNumber', 'studyKey'],
}

/** Up to so many studies are sorted. */
export const FEW = 2000

/** Words before a word that it is also looked for in one piece with (`Jean-Pierre` finds `JEANPIERRE`), and words of a question at most. */
const JOINED = 3
const MAX_WORDS = 16

/** The full-text query for words as typed: all of them, each as the beginning of a word. Null when there is none. */
export const searchQuery = (text: string): string | null => {
  const words = searchWords(text).slice(0, MAX_WORDS)
  const each = words.map((_, at) => {
    const starts = words.slice(Math.max(0, at - JOINED), at + 1)
    return `(${starts.map((_start, from) => `"${starts.slice(from).join('')}"*`).join(' OR ')})`
  })
  return each.length > 0 ? each.join(' AND ') : null
}

/** Up to so many keys are counted, or listed, in about a millisecond. */
const SOME = 10_000

/** Counts what a condition gives, at least as far as `atMost` ({@link FEW}) + 1. */
type SizeOf = (keys: Condition, atMost?: number) => number

/** One part of a filter. */
interface Part {
  /** What it bounds, as the column of an index; of others the table that has their keys. */
  of: 'StudyDate' | 'lastReceivedAt' | 'search' | 'modality' | 'report'
  /** Gives the keys of all its studies, each once. */
  keys: Condition
  /** Whether the study `key` of a row is one of them. */
  check: (key: string) => Condition
  /** On columns of `study`, to be served by their index. */
  range?: Condition
}

const searchPart = (text: string): Part[] => {
  const search = searchQuery(text)
  if (search === null) return []
  const keys = { sql: 'SELECT rowid AS studyKey FROM study_search WHERE study_search MATCH ?', values: [search] }
  return [{ of: 'search', keys, check: (key) => ({ sql: `+${key} IN (${keys.sql})`, values: keys.values }) }]
}

const modalityPart = (values: readonly string[]): Part[] => {
  if (values.length === 0) return []
  const among = `Modality IN (${values.map(() => '?').join(', ')})`
  const distinct = values.length > 1 ? 'DISTINCT' : ''
  return [
    {
      of: 'modality',
      keys: { sql: `SELECT ${distinct} studyKey FROM study_modality WHERE ${among}`, values: [...values] },
      check: (key) => ({
        sql: `EXISTS (SELECT 1 FROM study_modality AS own WHERE own.studyKey = ${key} AND own.${among})`,
        values: [...values],
      }),
    },
  ]
}

const ofReports = (states: readonly StudyReportState[]): Condition => ({
  sql: `SELECT studyKey FROM study WHERE report IN (${states.map(() => '?').join(', ')})`,
  values: [...states],
})

/** A list of some keys is made for a question at once; where the states have many, that of all others may do, or each study is looked up. */
const reportPart = (states: readonly StudyReportState[] = [], sizeOf: SizeOf): Part[] => {
  const others = studyReportState.options.filter((state) => !states.includes(state))
  if (states.length === 0 || others.length === 0) return []
  const [keys, otherKeys] = [ofReports(states), ofReports(others)]
  const isSome = (some: Condition) => sizeOf(some, SOME) <= SOME
  // From its own index, which is small; the row of a study is not.
  const each = (key: string): Condition => ({
    sql: `EXISTS (SELECT 1 FROM study AS noted INDEXED BY study_by_report
      WHERE noted.report IN (${states.map(() => '?').join(', ')}) AND noted.studyKey = ${key})`,
    values: [...states],
  })
  const check = isSome(keys)
    ? (key: string) => ({ sql: `+${key} IN (${keys.sql})`, values: keys.values })
    : isSome(otherKeys)
      ? (key: string) => ({ sql: `+${key} NOT IN (${otherKeys.sql})`, values: otherKeys.values })
      : each
  return [{ of: 'report', keys, check }]
}

const rangePart = (of: 'StudyDate' | 'lastReceivedAt', bounds: readonly [string, string | undefined][]): Part[] => {
  const given = bounds.flatMap(([sql, value]) => (value ? [{ sql, value }] : []))
  if (given.length === 0) return []
  const on = (column: string): Condition => ({
    sql: given.map(({ sql }) => `${column} ${sql} ?`).join(' AND '),
    values: given.map(({ value }) => value),
  })
  const { sql, values } = on(of)
  return [
    { of, range: on(of), keys: { sql: `SELECT studyKey FROM study WHERE ${sql}`, values }, check: () => on(`+${of}`) },
  ]
}

const partsOf = (filter: StudyFilter, sizeOf: SizeOf): Part[] => [
  ...searchPart(filter.search),
  ...modalityPart(filter.modalities),
  ...reportPart(filter.reports, sizeOf),
  // Without a lower bound studies that have no date would be before every date.
  ...rangePart('StudyDate', [
    ['>=', filter.studyDateFrom || (filter.studyDateTo && '0')],
    ['<=', filter.studyDateTo],
  ]),
  ...rangePart('lastReceivedAt', [['>=', filter.receivedSince]]),
]

const select = (
  what: string,
  conditions: readonly Condition[],
  order = '',
  values: readonly number[] = [],
): Condition => {
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''
  return { sql: `${what} ${where} ${order}`, values: [...conditions.flatMap((one) => one.values), ...values] }
}

const checksOf = (parts: readonly Part[], but: Part | null, key: string): Condition[] =>
  parts.filter((part) => part !== but).map((part) => part.check(key))

/** What a filter asks: how to find a page of it, and how many studies it selects. */
export interface StudyQuestion {
  /** Gives the keys of a page in order. */
  page: Condition
  /** Gives the number of studies; a number where that is known. */
  total: Condition | number
}

/** The statements for a page. */
export const studyQuestion = (request: StudyPageRequest, sizeOf: SizeOf): StudyQuestion => {
  const parts = partsOf(request, sizeOf)
  const sized = parts.map((part) => ({ part, size: sizeOf(part.keys) })).filter(({ size }) => size <= FEW)
  const few = sized.sort((a, b) => a.size - b.size)[0] ?? null
  return { page: pageOf(request, parts, few?.part ?? null), total: totalOf(parts, few, sizeOf) }
}

const pageOf = (request: StudyPageRequest, parts: readonly Part[], few: Part | null): Condition => {
  const columns = ORDERS[request.sort] ?? ORDERS.lastReceivedAt ?? []
  const walked = few ?? parts.find(({ of }) => of === columns[0]) ?? null
  const from = few
    ? [{ sql: `studyKey IN (${few.keys.sql})`, values: few.keys.values }]
    : walked?.range
      ? [walked.range]
      : []
  const order = columns.map((column) => `${few ? '+' : ''}${column} ${request.descending ? 'DESC' : 'ASC'}`).join(', ')
  return select(
    'SELECT studyKey FROM study',
    [...from, ...checksOf(parts, walked, 'study.studyKey')],
    `ORDER BY ${order} LIMIT ? OFFSET ?`,
    [request.limit, request.offset],
  )
}

const totalOf = (
  parts: readonly Part[],
  few: { part: Part; size: number } | null,
  sizeOf: SizeOf,
): Condition | number => {
  const [only, ...others] = parts
  if (!only) return { sql: 'SELECT studies FROM total', values: [] }
  if (others.length === 0)
    return few?.size ?? { sql: `SELECT count(*) FROM (${only.keys.sql})`, values: only.keys.values }
  const base = few?.part ?? parts.find(({ range }) => range) ?? fewestOf(parts, sizeOf) ?? only
  if (base.of === 'search' && !few)
    return select('SELECT count(*) FROM study_search', [
      { sql: 'study_search MATCH ?', values: base.keys.values },
      ...checksOf(parts, base, 'study_search.rowid'),
    ])
  if (parts.some(({ range }) => range)) {
    const from = base.range ?? { sql: `studyKey IN (${base.keys.sql})`, values: base.keys.values }
    return select('SELECT count(*) FROM study', [from, ...checksOf(parts, base, 'study.studyKey')])
  }
  // No row of a study is looked at: the keys are enough, and a row is far larger.
  const rest = select('', checksOf(parts, base, 'found.studyKey'))
  return {
    sql: `SELECT count(*) FROM (${base.keys.sql}) AS found ${rest.sql}`,
    values: [...base.keys.values, ...rest.values],
  }
}

/** The part to count from; words, where there are any, since they are checked the slowest. */
const fewestOf = (parts: readonly Part[], sizeOf: SizeOf): Part | undefined => {
  const words = parts.find(({ of }) => of === 'search')
  if (words) return words
  const sized = parts.map((part) => ({ part, size: sizeOf(part.keys, SOME) }))
  return sized.sort((a, b) => a.size - b.size)[0]?.part
}
