/** Searches by attributes at study, series and instance level, for QIDO-RS and the query SCP (PS3.4 §C.6.2, PS3.18 §10.6). */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { AttributeQuery, AttributeRow } from '../cache.ts'
import {
  type Condition,
  foldedName,
  isUniversal,
  type MatchKind,
  matchCondition,
  rangeEnds,
  untilThen,
} from './attribute-match.ts'

type Level = AttributeQuery['level']
interface Column {
  level: Level
  /** SQL that gives the value. */
  sql: string
  kind: MatchKind
  /** SQL to match on, where it is not `sql`. */
  match?: string
  list?: boolean
}

const columnsOf = (level: Level, table: string, kind: MatchKind, names: readonly string[]): [string, Column][] =>
  names.map((name) => [name, { level, sql: `${table}.${name}`, kind }])
const extrasOf = (
  level: Level,
  table: string,
  kind: MatchKind,
  names: readonly string[],
  list = false,
): [string, Column][] =>
  names.map((name) => [name, { level, sql: `json_extract(${table}.attributes, '$.${name}')`, kind, list }])

/** Every attribute that can be asked for, by keyword. */
const COLUMNS = new Map<string, Column>([
  ...columnsOf('study', 'study', 'UID', ['StudyInstanceUID']),
  ...columnsOf('study', 'study', 'range', ['StudyDate', 'StudyTime', 'PatientBirthDate']),
  ...columnsOf('study', 'study', 'text', [
    'StudyID',
    'AccessionNumber',
    'StudyDescription',
    'PatientID',
    'IssuerOfPatientID',
    'PatientSex',
    'InstitutionName',
  ]),
  ...columnsOf('study', 'study', 'number', ['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances']),
  ['PatientName', { level: 'study', sql: 'study.PatientName', kind: 'name', match: 'study.patientNameOrder' }],
  ...(['PatientBirthName', 'ReferringPhysicianName'] as const).map((name): [string, Column] => [
    name,
    { level: 'study', sql: `study.${name}`, kind: 'name', match: foldedName(`study.${name}`) },
  ]),
  ['ModalitiesInStudy', { level: 'study', sql: 'study.ModalitiesInStudy', kind: 'text', list: true }],
  ...extrasOf('study', 'study', 'text', ['TimezoneOffsetFromUTC', 'PatientAge']),
  ...columnsOf('series', 'series', 'UID', ['SeriesInstanceUID', 'FrameOfReferenceUID']),
  ...columnsOf('series', 'series', 'text', ['Modality', 'SeriesDescription', 'BodyPartExamined', 'ProtocolName']),
  ...columnsOf('series', 'series', 'range', ['SeriesDate', 'SeriesTime']),
  ...columnsOf('series', 'series', 'number', ['SeriesNumber', 'NumberOfSeriesRelatedInstances']),
  ...extrasOf('series', 'series', 'text', ['Laterality', 'StationName', 'Manufacturer', 'ManufacturerModelName']),
  ...extrasOf('series', 'series', 'range', ['PerformedProcedureStepStartDate', 'PerformedProcedureStepStartTime']),
  ...extrasOf('series', 'series', 'text', ['RequestAttributesSequence']),
  ...columnsOf('instance', 'instance', 'UID', ['SOPInstanceUID', 'SOPClassUID']),
  ...columnsOf('instance', 'instance', 'number', ['InstanceNumber']),
  ...extrasOf('instance', 'version', 'number', [
    'AcquisitionNumber',
    'Rows',
    'Columns',
    'BitsAllocated',
    'NumberOfFrames',
  ]),
  ...extrasOf('instance', 'version', 'range', ['ContentDate', 'ContentTime']),
  ...extrasOf('instance', 'version', 'text', ['ImageType'], true),
])

const LEVELS: readonly Level[] = ['study', 'series', 'instance']
/** ms that one query may take of the reading thread, which windows wait for too. */
const MAX_DURATION = 5_000

const TABLES: Record<Level, readonly string[]> = {
  study: ['study'],
  series: ['study', 'series USING (studyKey)'],
  instance: [
    'study',
    'series USING (studyKey)',
    'instance USING (seriesKey)',
    'version ON version.instanceKey = instance.currentKey',
  ],
}
/** The key of each row that is looked at. */
const ROW: Record<Level, string> = {
  study: 'study.studyKey',
  series: 'series.seriesKey',
  instance: 'instance.instanceId',
}
/** Such that a page is full before all that matches was looked at: along the keys of studies, sorted within each at most. */
const ORDER: Record<Level, string> = {
  study: 'study.StudyDate DESC, study.StudyTime DESC, study.studyKey DESC',
  series: 'study.studyKey DESC, series.SeriesNumber, series.seriesKey',
  instance: 'study.studyKey DESC, series.seriesKey, instance.InstanceNumber, instance.currentKey',
}

/** From studies downwards (CROSS JOIN keeps that order), unless the rows themselves are named. */
const fromOf = ({ level, match }: AttributeQuery): string => {
  const isNamed = [match.SeriesInstanceUID, match.SOPInstanceUID].some((uid) => uid !== undefined && !isUniversal(uid))
  return TABLES[level].join(isNamed ? ' JOIN ' : ' CROSS JOIN ')
}

const belongsTo = (column: Column, level: Level): boolean => LEVELS.indexOf(column.level) <= LEVELS.indexOf(level)

/** A study has a modality when one of its series has it (PS3.4 §C.3.4). */
const modalitiesCondition = (value: string): Condition | null => {
  const each = value.split(/[\\,]/).filter(Boolean)
  const conditions = each.map((modality) => matchCondition('Modality', 'text', modality))
  if (conditions.length === 0 || conditions.includes(null)) return null
  const known = conditions.filter((condition) => condition !== null)
  return {
    sql: `EXISTS (SELECT 1 FROM study_modality WHERE study_modality.studyKey = study.studyKey AND (${known.map(({ sql }) => sql).join(' OR ')}))`,
    values: known.flatMap(({ values }) => values),
  }
}

/** A series has an order's identifier when one of the items of its sequence has it. */
const requestCondition = (keyword: string, value: string): Condition | null => {
  const condition = matchCondition(`json_extract(request.value, '$.${keyword}')`, 'text', value)
  return (
    condition && {
      sql: `EXISTS (SELECT 1 FROM json_each(series.attributes, '$.RequestAttributesSequence') AS request WHERE ${condition.sql})`,
      values: condition.values,
    }
  )
}
const requestPaths = new Map(
  ['ScheduledProcedureStepID', 'RequestedProcedureID'].map((name) => [`RequestAttributesSequence.${name}`, name]),
)

/** Dates and the times that go with them. */
const dateTimePairs = [
  ['StudyDate', 'StudyTime'],
  ['SeriesDate', 'SeriesTime'],
  ['PerformedProcedureStepStartDate', 'PerformedProcedureStepStartTime'],
  ['ContentDate', 'ContentTime'],
] as const

/** Ranges of a date and of its time as one range, from a moment to a moment (PS3.4 §C.2.2.2.5.1); what else is asked is left as it is. */
const combinedRanges = ({ level, match }: AttributeQuery): { conditions: Condition[]; match: typeof match } => {
  const conditions: Condition[] = []
  const others = { ...match }
  for (const [date, time] of dateTimePairs) {
    const [dates, times] = [COLUMNS.get(date), COLUMNS.get(time)]
    const [days, hours] = [rangeEnds(match[date] ?? ''), rangeEnds(match[time] ?? '')]
    if (!dates || !times || !days || !hours || !belongsTo(dates, level)) continue
    // A time without its day is no moment: both are matched as they are.
    if ((hours.from && !days.from) || (hours.to && !days.to)) continue
    delete others[time]
    const moment = `${dates.sql} || coalesce(${times.sql}, '')`
    conditions.push({ sql: `${dates.sql} <> ''`, values: [] })
    if (days.from) conditions.push({ sql: `${moment} >= ?`, values: [days.from + hours.from] })
    if (days.to) conditions.push({ sql: `${moment} <= ?`, values: [`${days.to}${hours.to}\uffff`] })
  }
  return { conditions, match: others }
}

/** Ill-formed values match nothing; attributes that the index does not keep are not matched on (PS3.4 §C.2.2.1.3). */
const conditionOf = (keyword: string, value: string, level: Level): Condition | null => {
  if (keyword === 'ModalitiesInStudy') return modalitiesCondition(value)
  const ofRequest = requestPaths.get(keyword)
  if (ofRequest) return level === 'study' ? null : requestCondition(ofRequest, value)
  const column = COLUMNS.get(keyword)
  if (!column || !belongsTo(column, level)) return null
  // What selects many studies must not choose the order in which they are walked: unary + keeps it from their indexes.
  const isMany = level !== 'study' && (column.kind === 'range' || /[*?]/.test(value))
  return matchCondition(`${isMany ? '+' : ''}${column.match ?? column.sql}`, column.kind, value)
}

/** What `query` selects within `duration` ms, as SQL from its tables on; and the values in it. */
const selection = (query: AttributeQuery, duration: number): Condition => {
  const { level } = query
  const combined = query.combinesDateTime ? combinedRanges(query) : { conditions: [], match: query.match }
  const conditions = [
    untilThen(performance.now() + duration, ROW[level]),
    ...Object.entries(combined.match).flatMap(([keyword, value]) => conditionOf(keyword, value, level) ?? []),
    ...combined.conditions,
  ]
  const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ')
  return { sql: `FROM ${fromOf(query)} WHERE ${where}`, values: conditions.flatMap(({ values }) => values) }
}

/** Answers an attribute query. Throws {@link CacheError} `search-too-broad`. */
export const searchAttributes = (
  database: Database,
  query: AttributeQuery,
  duration: number = MAX_DURATION,
): AttributeRow[] => {
  const { level, limit, offset } = query
  const { sql: selected, values } = selection(query, duration)
  const columns = [...COLUMNS].filter(([, column]) => belongsTo(column, level))
  const rows = database
    .prepare(`
      SELECT ${columns.map(([keyword, { sql }]) => `${sql} AS ${keyword}`).join(', ')} ${selected}
      ORDER BY ${ORDER[level]} LIMIT ? OFFSET ?`)
    .all(...values, limit, offset) as Record<string, string | number | null>[]
  return rows.map((row) =>
    Object.fromEntries(columns.map(([keyword, column]) => [keyword, contentOf(row[keyword] ?? null, column)])),
  )
}

/** How many matches a query has behind its offset, as far as its limit. Throws {@link CacheError} `search-too-broad`. */
export const countMatches = (database: Database, query: AttributeQuery, duration: number = MAX_DURATION): number => {
  const { sql, values } = selection(query, duration)
  const counted = database.prepare(`SELECT count(*) FROM (SELECT 1 ${sql} LIMIT ? OFFSET ?)`).pluck()
  return Number(counted.get(...values, query.limit, query.offset))
}

const contentOf = (value: string | number | null, { list }: Column): AttributeRow[string] => {
  if (value === '' || value === null) return null
  if (!list || typeof value === 'number') return value
  return value.startsWith('[') ? (JSON.parse(value) as string[]) : value.split('\\')
}
