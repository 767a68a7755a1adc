/** The columns that the study list can have: the person chooses which, in which order and how wide (`settings.studyColumns`). */
import type { Settings } from '../../main/contract/settings.ts'
import { studySortColumn } from '../../main/contract/studies.ts'

export const studySortColumns = studySortColumn.options
/** A column by which the station can sort (contract/studies.ts). */
export type StudySort = (typeof studySortColumns)[number]

export const columnIds = [
  'state',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyDate',
  'ModalitiesInStudy',
  'StudyDescription',
  'BodyPartExamined',
  'InstitutionName',
  'ReferringPhysicianName',
  'AccessionNumber',
  'NumberOfStudyRelatedSeries',
  'NumberOfStudyRelatedInstances',
  'report',
  'outbox',
  'lastReceivedAt',
  'sender',
  'bytes',
] as const
export type ColumnId = (typeof columnIds)[number]

export interface ColumnLayout {
  id: ColumnId
  /** px */
  width: number
  visible: boolean
}

/** Widths and visibility at first; the order is that of {@link columnIds}. */
const atFirst: Record<ColumnId, { width: number; visible: boolean; min: number }> = {
  state: { width: 40, visible: true, min: 40 },
  PatientName: { width: 176, visible: true, min: 90 },
  PatientID: { width: 110, visible: false, min: 60 },
  PatientBirthDate: { width: 164, visible: true, min: 84 },
  PatientSex: { width: 50, visible: false, min: 40 },
  StudyDate: { width: 148, visible: true, min: 84 },
  ModalitiesInStudy: { width: 56, visible: true, min: 48 },
  StudyDescription: { width: 142, visible: true, min: 100 },
  BodyPartExamined: { width: 110, visible: false, min: 60 },
  InstitutionName: { width: 80, visible: true, min: 70 },
  ReferringPhysicianName: { width: 150, visible: false, min: 70 },
  AccessionNumber: { width: 110, visible: false, min: 60 },
  NumberOfStudyRelatedSeries: { width: 66, visible: false, min: 50 },
  NumberOfStudyRelatedInstances: { width: 172, visible: true, min: 76 },
  report: { width: 160, visible: true, min: 60 },
  outbox: { width: 112, visible: false, min: 60 },
  lastReceivedAt: { width: 94, visible: true, min: 76 },
  sender: { width: 120, visible: false, min: 60 },
  bytes: { width: 86, visible: false, min: 60 },
}

export const minWidth = (id: ColumnId): number => atFirst[id].min
const MAX_WIDTH = 800

export const isSortable = (id: ColumnId): id is ColumnId & StudySort =>
  (studySortColumns as readonly string[]).includes(id)
/** The columns that hold numbers: written to the right. */
export const isNumeric = (id: ColumnId): boolean => id === 'bytes' || id === 'NumberOfStudyRelatedSeries'
/** What a first click sorts downwards: dates and counts, newest and largest first. */
export const startsDescending = (sort: StudySort): boolean =>
  sort === 'StudyDate' || sort === 'lastReceivedAt' || sort === 'NumberOfStudyRelatedInstances'

const isColumnId = (id: string): id is ColumnId => (columnIds as readonly string[]).includes(id)

/** The layout that the settings hold, completed: columns of a newer version come at the end, unknown ones go. */
export function layoutFrom(saved: Settings['studyColumns']): ColumnLayout[] {
  const known = saved.flatMap(({ id, width, visible }, index) =>
    isColumnId(id) && saved.findIndex((other) => other.id === id) === index
      ? [{ id, width: Math.round(Math.min(Math.max(width, minWidth(id)), MAX_WIDTH)), visible }]
      : [],
  )
  const missing = columnIds.filter((id) => !known.some((column) => column.id === id))
  return [...known, ...missing.map((id) => ({ id, width: atFirst[id].width, visible: atFirst[id].visible }))]
}

/** The column that takes the width left over: the description, else the name. */
export const stretchedColumn = (columns: readonly { id: string }[]): string | undefined =>
  (['StudyDescription', 'PatientName'] as const).find((id) => columns.some((column) => column.id === id)) ??
  columns.at(-1)?.id

/** On a wide screen these grow too, px, as long as nobody gave them a width of their own. */
const widest: Partial<Record<ColumnId, number>> = { PatientName: 300, InstitutionName: 220 }

/** CSS `grid-template-columns` of the header and of each row. */
export function gridTemplate(columns: readonly { id: ColumnId; width: number }[]): string {
  const stretched = stretchedColumn(columns)
  return columns
    .map(({ id, width }) => {
      if (id === stretched) return `minmax(${width}px, 1fr)`
      const most = widest[id]
      return most !== undefined && width === atFirst[id].width ? `minmax(${width}px, ${most}px)` : `${width}px`
    })
    .join(' ')
}
