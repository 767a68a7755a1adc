/** Opens a data folder after a power cut, as the next start would, and tells what of it is not as it was promised. */
import { existsSync, readdirSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import { openForReading, openIndexForReading } from '../../../main/cache/index-database/open-index.ts'
import { auditHeadAt } from '../../../main/cache/records/audit-head.ts'
import { openStores } from '../../../main/cache/records/record-stores.ts'
import { openRecordsFile, recordsKey } from '../../../main/cache/records/records-file.ts'
import { Store } from '../../../main/cache/store/store.ts'
import { textOf } from '../../main/cache/records/report-data.ts'
import { StoredObjects } from '../stored-objects.ts'
import { KEPT_STUDY, OBJECTS, objectOf } from './promises.ts'

/** What must be there. */
export interface Expected {
  /** Numbers of objects; others may be there, whole. */
  stored: Set<number>
  /** The study of the even numbers must not be there. */
  isRemoved: boolean
  /** The highest key of an instance that anybody was told: it is never given again. */
  instanceKey: number
  document: number
  /** The document when the records were copied. */
  documentCopied: number
  /** What {@link notedIn} must find. */
  noted: Record<string, string>
  /** The study keys that may be there; null: any, as new ones are being made. */
  keys: readonly string[] | null
  report: number
  reportId: string
  copied: number
  audit: number
  /** The records are damaged; they held the report at this number. */
  isDamaged: boolean
  reportBeforeDamage: number
}

/** What is broken in a data folder; empty when all is kept. */
export async function brokenData(dataFolder: string, stationKey: Uint8Array, expected: Expected): Promise<string[]> {
  const problems = brokenKeys(dataFolder, expected)
  try {
    problems.push(...(await brokenObjects(dataFolder, stationKey, expected)))
  } catch (error) {
    problems.push(`the cache does not open: ${error}`)
  }
  try {
    problems.push(...brokenRecords(dataFolder, stationKey, expected), ...brokenCopy(dataFolder, stationKey, expected))
  } catch (error) {
    problems.push(`the records do not open: ${error}`)
  }
  return problems
}

function brokenKeys(dataFolder: string, { keys: allowed }: Expected): string[] {
  const { keys } = dataFolderAt(dataFolder)
  const names = existsSync(keys) ? readdirSync(keys, { recursive: true, encoding: 'utf8' }) : []
  const back = names.filter((name) => {
    const key = /([0-9a-f]{32})\.key$/.exec(name)?.[1]
    return key !== undefined && !/^0+$/.test(key) && allowed !== null && !allowed.includes(key)
  })
  return back.map(() => 'a destroyed key is back')
}

async function brokenObjects(dataFolder: string, stationKey: Uint8Array, expected: Expected): Promise<string[]> {
  const nothing = () => undefined
  const store = new Store({
    ...{ dataFolder, stationKey, reserve: 2 ** 50, packLimit: 1024 ** 3 },
    ...{ onIndexed: nothing, onDiskFull: nothing, onProblem: nothing },
  })
  const { indexRebuilt, unreadablePacks, missingPacks } = store.recovery
  await store.close()
  // Records that were never answered may be there in part: such stretches are kept, and told as damaged.
  const isClean = indexRebuilt !== 'damaged' && unreadablePacks + missingPacks === 0
  const problems = isClean ? [] : [`recovery: ${JSON.stringify(store.recovery)}`]
  const stored = new StoredObjects(dataFolder, stationKey)
  for (let number = 1; number <= OBJECTS; number += 1) {
    const found = await stored.compare(objectOf(number))
    const isGone = expected.isRemoved && number % 2 === 0
    if (found === 'absent' ? !expected.stored.has(number) : found === 'equal' && !isGone) continue
    problems.push(`object ${number} is ${found}`)
  }
  problems.push(...stored.differences({ isDamageAllowed: true }))
  const { rows, total, ofStudies, ofSeries } = stored.counts()
  if (new Set([rows, total, ofStudies, ofSeries]).size > 1) problems.push('the counts differ')
  await stored.close()
  const index = openIndexForReading(dataFolderAt(dataFolder).index, stationKey)
  const next = Number(index.prepare('SELECT nextInstanceKey FROM total').pluck().get())
  const noted = notedIn(index)
  index.close()
  for (const [name, value] of Object.entries(expected.noted))
    if (noted[name] !== value) problems.push(`${name} is ${noted[name]}, not ${value}`)
  if (next <= expected.instanceKey) problems.push(`key ${next} would be given again`)
  return problems
}

/** What a person did, and what others told of a study: no pack holds it. */
function notedIn(index: Database): Record<string, string> {
  const first = (sql: string, ...values: unknown[]): string =>
    String(
      index
        .prepare(sql)
        .pluck()
        .get(...values),
    )
  return {
    opened: first('SELECT openedAt FROM study WHERE StudyInstanceUID = ?', KEPT_STUDY),
    awaited: first('SELECT statedInstances FROM study WHERE StudyInstanceUID = ?', KEPT_STUDY),
    proof: first("SELECT archivedAt FROM archive_proof WHERE archive = 'archive'"),
    withdrawn: first("SELECT count(*) FROM archive_proof WHERE archive = 'lost'"),
  }
}

function brokenRecords(dataFolder: string, stationKey: Uint8Array, expected: Expected): string[] {
  const folder = dataFolderAt(dataFolder)
  const { database, recovery } = openRecordsFile(folder, stationKey)
  const isKept = readdirSync(dataFolder).some((name) => name.startsWith('records-damaged-'))
  const { reports, audit, notes } = openStores(database, auditHeadAt(folder.auditHead, stationKey))
  const report = Number(textOf(reports.get(expected.reportId)?.content) || 0)
  const document = Number(notes.loadDocument('number') ?? 0)
  const fault = audit.headFault() ?? audit.verifyFrom(null, 1000).fault
  const entries = audit.verifyFrom(null, 1000).place.seq
  database.close()
  const isLost = recovery.kind === 'set-aside' && !expected.isDamaged
  const least = expected.isDamaged ? expected.copied : expected.report
  const leastDocument = expected.isDamaged ? expected.documentCopied : expected.document
  return [
    ...(isLost ? [`records: ${JSON.stringify(recovery)}`] : []),
    ...(isKept || report >= expected.reportBeforeDamage ? [] : ['the damaged records were not kept']),
    ...(report < least ? [`report ${report} of ${least}`] : []),
    ...(document < leastDocument ? [`document ${document} of ${leastDocument}`] : []),
    ...(fault ? [`the audit log: ${fault.reason}`] : []),
    ...(entries < expected.audit ? [`audit entry ${entries} of ${expected.audit}`] : []),
  ]
}

/** The copy, once it is there, is whole. */
function brokenCopy(dataFolder: string, stationKey: Uint8Array, { reportId, copied }: Expected): string[] {
  const { recordsCopy } = dataFolderAt(dataFolder)
  // A backup holds the records alone.
  if (!existsSync(recordsCopy))
    return copied > 0 && !/backup/.test(dataFolder) ? ['the copy of the records is missing'] : []
  try {
    const database = openForReading(recordsCopy, recordsKey(stationKey))
    const isWhole = database.pragma('quick_check(1)', { simple: true }) === 'ok'
    const report = Number(textOf(openStores(database).reports.get(reportId)?.content) || 0)
    database.close()
    return isWhole && report >= copied ? [] : ['the copy of the records is old or damaged']
  } catch (error) {
    return [`the copy of the records does not open: ${(error as { code?: string }).code}`]
  }
}
