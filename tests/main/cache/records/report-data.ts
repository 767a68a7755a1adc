/** Reports to put into records, and changes of them. */
import { randomUUID } from 'node:crypto'
import type { NewReport } from '../../../../main/cache/records/report-store.ts'
import type { ReportChange, ReportContent } from '../../../../main/contract/report.ts'

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
