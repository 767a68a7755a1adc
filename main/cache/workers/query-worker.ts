/** The reading thread of the cache: one connection that reads the index. */
import { parentPort, workerData } from 'node:worker_threads'
import type { AttributeQuery } from '../cache.ts'
import { openIndexForReading } from '../index-database/open-index.ts'
import { teachMatching } from '../queries/attribute-match.ts'
import { countMatches, searchAttributes } from '../queries/attribute-search.ts'
import { countDamagedObjects, damagedObjects, mendableStudies } from '../queries/damaged-objects.ts'
import { InstanceQueries } from '../queries/instances.ts'
import { packDamage } from '../queries/pack-damage.ts'
import { SpaceQueries } from '../queries/space.ts'
import { StudyQueries } from '../queries/study-list.ts'
import { isLacking, totals } from '../queries/totals.ts'
import { versionedInstances } from '../queries/versions.ts'
import { answerCall, type CallMessage } from './worker-calls.ts'

export interface QueryWorkerData {
  index: string
  stationKey: Uint8Array
}

const { index, stationKey } = workerData as QueryWorkerData
const database = openIndexForReading(index, stationKey)
teachMatching(database)
const studies = new StudyQueries(database)
const instances = new InstanceQueries(database)
const space = new SpaceQueries(database)

const methods = {
  listStudies: (request: Parameters<StudyQueries['listStudies']>[0]) => studies.listStudies(request),
  countFiltered: (filter: Parameters<StudyQueries['countFiltered']>[0]) => studies.countFiltered(filter),
  countStudies: (input: Parameters<StudyQueries['countStudies']>[0]) => studies.countStudies(input),
  getStudy: (StudyInstanceUID: string) => studies.getStudy(StudyInstanceUID),
  imageHeaders: (SeriesInstanceUID: string, after?: number, StudyInstanceUID?: string) =>
    instances.imageHeaders(SeriesInstanceUID, after, StudyInstanceUID),
  imageHeader: (instanceKey: number) => instances.imageHeader(instanceKey),
  versionedInstances: () => versionedInstances(database),
  locate: (instanceKey: number) => instances.locate(instanceKey),
  findInstance: (uids: Parameters<InstanceQueries['findInstance']>[0]) => instances.findInstance(uids),
  findVersion: (content: Parameters<InstanceQueries['findVersion']>[0]) => instances.findVersion(content),
  listVersions: (SOPInstanceUID: string) => instances.listVersions(SOPInstanceUID),
  listInstanceKeys: (uids: Parameters<InstanceQueries['listInstanceKeys']>[0]) => instances.listInstanceKeys(uids),
  listInstances: (StudyInstanceUID: string, archive: string) => instances.listInstances(StudyInstanceUID, archive),
  listKeys: (after: number, limit: number) => instances.listKeys(after, limit),
  damagedObjects: (archive: string) => damagedObjects(database, archive),
  countDamagedObjects: () => countDamagedObjects(database),
  packDamage: () => packDamage(database),
  mendableStudies: (archive: string) => mendableStudies(database, archive),
  searchAttributes: (query: AttributeQuery) => searchAttributes(database, query),
  countMatches: (query: AttributeQuery) => countMatches(database, query),
  listByAge: (request: Parameters<SpaceQueries['listByAge']>[0]) => space.listByAge(request),
  studyUse: (request: Parameters<SpaceQueries['studyUse']>[0]) => space.studyUse(request),
  listBySize: (request: Parameters<SpaceQueries['listBySize']>[0]) => {
    const largest = space.listBySize(request)
    const rows = studies.rowsOf(largest.map(({ StudyInstanceUID }) => StudyInstanceUID))
    return largest.flatMap((use) => {
      const row = rows.find((each) => each.StudyInstanceUID === use.StudyInstanceUID)
      return row ? [{ row, use }] : []
    })
  },
  isLacking: () => isLacking(database),
  totals: () => totals(database),
  close: () => {
    database.close()
  },
}

export type QueryMethods = typeof methods

const port = parentPort
port?.on('message', (call: CallMessage) => void answerCall(port, methods, call))
