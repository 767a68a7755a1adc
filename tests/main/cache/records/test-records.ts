/** Records for one test, and reports to put into them. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openRecords } from '../../../../main/cache/records/open-records.ts'
import { openStores, type RecordStores } from '../../../../main/cache/records/record-stores.ts'
import type { OpenedRecords } from '../../../../main/cache/records/records.ts'
import { openRecordsFile } from '../../../../main/cache/records/records-file.ts'
import type { NewReport } from '../../../../main/cache/records/report-store.ts'
import type { ReportChange, ReportContent } from '../../../../main/contract/report.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY, silent } from '../test-cache.ts'

const FINDINGS = { CodeValue: '59776-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Findings' }
const TITLE = { CodeValue: '18747-6', CodingSchemeDesignator: 'LN', CodeMeaning: 'CT Report' }

export const emptyContent: ReportContent = {
  sections: [{ sectionId: 'findings', code: FINDINGS, title: 'Résultats', mandatory: true, blocks: [] }],
  fields: [],
  keyImages: [],
}

export const newReport = (change: Partial<NewReport> = {}): NewReport => ({
  reportId: randomUUID(),
  StudyInstanceUID: '1.2',
  kind: 'report',
  predecessorReportId: null,
  templateId: 'ct-head',
  documentTitle: TITLE,
  language: 'fr',
  author: null,
  createdAt: '2026-02-03T10:00:00.000Z',
  subject: {
    StudyInstanceUID: '1.2',
    PatientName: { Alphabetic: 'BŒUF^Zoé' },
    PatientID: 'P1',
    IssuerOfPatientID: '',
    PatientBirthDate: '19700101',
    PatientSex: 'F',
    StudyDate: '20260203',
    StudyTime: '',
    StudyID: '',
    AccessionNumber: 'A1',
    StudyDescription: 'TDM cérébrale',
    ReferringPhysicianName: {},
  },
  content: emptyContent,
  ...change,
})

/** Puts one paragraph in the place of the first `removed` ones. */
export const typed = (text: string, removed = 1): ReportChange => ({
  kind: 'blocks',
  sectionId: 'findings',
  at: 0,
  removed,
  inserted: [{ kind: 'paragraph', runs: [{ kind: 'text', text, marks: [] }] }],
})
export const change = (text: string, removed = 1) => ({ changeId: randomUUID(), change: typed(text, removed) })

/** All text of a content. */
export const textOf = (content: ReportContent | undefined): string =>
  (content?.sections ?? [])
    .flatMap(({ blocks }) => blocks.flatMap(({ runs }) => runs.map((run) => (run.kind === 'text' ? run.text : ''))))
    .join('\n')

/** The stores on this thread; `reopen` closes them and reads the file again. */
export const testStores = (
  dataFolder = temporaryFolder(),
): RecordStores & { dataFolder: string; reopen(): RecordStores } => {
  let { database } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  onTestFinished(() => void database.close())
  return {
    ...openStores(database),
    dataFolder,
    reopen: () => {
      database.close()
      database = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY).database
      return openStores(database)
    },
  }
}

/** The records in their thread. */
export const testRecords = async (dataFolder = temporaryFolder()): Promise<OpenedRecords & { dataFolder: string }> => {
  const records = await openRecords({ dataFolder, stationKey: STATION_KEY, log: silent })
  onTestFinished(() => records.close())
  return Object.assign(records, { dataFolder })
}

export const recordsFile = (dataFolder: string): string => join(dataFolder, 'records.sqlite')
