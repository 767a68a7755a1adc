/** C-FIND: matches of the index, one pending response each (PS3.4 §C.4.1). Nothing of a query is ever logged. */
import { type AttributeQuery, type AttributeRow, type Cache, CacheError } from '../../cache/cache.ts'
import { type DataSetContent, isLatin1, WriteError } from '../../dataset/index.ts'
import { DimseStatus, elements, type Keyword } from '../../dicom/index.ts'
import type { OperationRequest } from '../../dimse/index.ts'
import { decodeIdentifier, encodeIdentifier, type OperationAnswer, type OperationControl } from '../../dimse/index.ts'
import type { Level } from './levels.ts'
import { queryLimits } from './limits.ts'
import { type Query, readQuery } from './query.ts'

const indexLevels: Record<Level, AttributeQuery['level']> = {
  PATIENT: 'study',
  STUDY: 'study',
  SERIES: 'series',
  IMAGE: 'instance',
}

/** Every row that matches, page by page; rows that come again because others were stored meanwhile are left out. */
export async function* matchingRows(
  cache: Pick<Cache, 'searchAttributes'>,
  level: AttributeQuery['level'],
  match: Record<string, string>,
): AsyncGenerator<AttributeRow> {
  const seen = new Set<string>()
  for (let offset = 0; ; offset += queryLimits.page) {
    const rows = await cache.searchAttributes({ level, match, limit: queryLimits.page, offset })
    for (const row of rows) {
      const key = `${row.StudyInstanceUID} ${row.SeriesInstanceUID ?? ''} ${row.SOPInstanceUID ?? ''}`
      if (seen.has(key)) continue
      seen.add(key)
      yield row
    }
    if (rows.length < queryLimits.page) return
  }
}

const numberOf = (value: AttributeRow[string] | undefined): number => (typeof value === 'number' ? value : 0)

/** The patients of the studies that match, each with the number of what is here of it. */
async function matchingPatients(studies: AsyncIterable<AttributeRow>, signal: AbortSignal): Promise<AttributeRow[]> {
  const patients = new Map<string, AttributeRow>()
  for await (const study of studies) {
    if (signal.aborted) break
    const key = JSON.stringify([study.PatientID, study.IssuerOfPatientID])
    const patient = patients.get(key) ?? { ...study }
    patients.set(key, {
      ...patient,
      NumberOfPatientRelatedStudies: numberOf(patient.NumberOfPatientRelatedStudies) + 1,
      NumberOfPatientRelatedSeries:
        numberOf(patient.NumberOfPatientRelatedSeries) + numberOf(study.NumberOfStudyRelatedSeries),
      NumberOfPatientRelatedInstances:
        numberOf(patient.NumberOfPatientRelatedInstances) + numberOf(study.NumberOfStudyRelatedInstances),
    })
    if (patients.size > queryLimits.maxMatches) break
  }
  return [...patients.values()]
}

type Value = Exclude<DataSetContent[Keyword], undefined>

/** Text of several values is written as such. */
const contentOf = (value: AttributeRow[string] | undefined): Value =>
  typeof value === 'string' && value.includes('\\') ? value.split('\\') : (value ?? null)

/** Who asks in Latin-1 may know nothing else: it is answered so where that holds all of a match. */
const characterSetOf = (values: Partial<Record<Keyword, Value>>, { characterSet }: Query): DataSetContent =>
  characterSet === 'ISO_IR 100' &&
  Object.values(values)
    .flat()
    .every((value) => typeof value !== 'string' || isLatin1(value))
    ? { SpecificCharacterSet: 'ISO_IR 100' }
    : {}

/** One match as an identifier; a value that its VR cannot hold is left empty. */
function encodeMatch(row: AttributeRow, query: Query, aeTitle: string, TransferSyntaxUID: string): Uint8Array {
  const values: Partial<Record<Keyword, Value>> = {}
  for (const keyword of query.returned) values[keyword] = contentOf(row[keyword])
  delete values.SpecificCharacterSet
  values.QueryRetrieveLevel = query.level
  values.RetrieveAETitle = aeTitle
  if ('InstanceAvailability' in values) values.InstanceAvailability = 'ONLINE'
  for (;;) {
    try {
      return encodeIdentifier({ ...values, ...characterSetOf(values, query) }, TransferSyntaxUID)
    } catch (error) {
      const keyword = error instanceof WriteError ? (error.keyword as Keyword) : null
      if (!keyword || !(keyword in elements) || values[keyword] === null) throw error
      values[keyword] = null
    }
  }
}

/** Nobody takes a part for the whole: PS3.4 Table C.4-1. */
const tooMany: OperationAnswer = {
  status: DimseStatus.OutOfResources,
  ErrorComment: 'too many matches, narrow the query',
}

/** Performs a C-FIND; one that the index cannot answer in time ends as one with too many matches. */
export async function find(...request: Parameters<typeof answerQuery>): Promise<OperationAnswer> {
  try {
    return await answerQuery(...request)
  } catch (error) {
    if (error instanceof CacheError && error.code === 'search-too-broad') return tooMany
    throw error
  }
}

async function answerQuery(
  cache: Pick<Cache, 'searchAttributes'>,
  aeTitle: string,
  request: OperationRequest,
  control: OperationControl,
): Promise<OperationAnswer> {
  const { TransferSyntaxUID, SOPClassUID } = request
  const identifier = decodeIdentifier(request.dataSet, TransferSyntaxUID)
  if (!identifier) return { status: DimseStatus.CannotUnderstand, ErrorComment: 'identifier cannot be read' }
  const query = readQuery(identifier, SOPClassUID)
  if (!query) return { status: DimseStatus.IdentifierDoesNotMatchSOPClass }
  const rows = matchingRows(cache, indexLevels[query.level], query.match as Record<string, string>)
  const matches = query.level === 'PATIENT' ? await matchingPatients(rows, control.signal) : rows
  const status = query.hasUnsupportedKeys ? DimseStatus.PendingWithWarning : DimseStatus.Pending
  let count = 0
  for await (const row of matches) {
    if (control.signal.aborted) return { status: DimseStatus.Cancel }
    count += 1
    if (count > queryLimits.maxMatches) {
      return tooMany
    }
    await control.respond({ status, dataSet: encodeMatch(row, query, aeTitle, TransferSyntaxUID) })
  }
  return { status: control.signal.aborted ? DimseStatus.Cancel : DimseStatus.Success }
}
