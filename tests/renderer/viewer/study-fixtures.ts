/** A small study as the station describes it: rows and headers with plausible values. */
import type { ImageHeader, NotDisplayableReason } from '../../../main/contract/image.ts'
import type { SeriesRow, StudyRow } from '../../../main/contract/studies.ts'
import type { DisplaySet } from '../../../renderer/viewer/engine/engine.ts'
import type { SeriesContents } from '../../../renderer/viewer/strip/strip-items.ts'

export const CT = '1.2.840.10008.5.1.4.1.1.2'
export const BASIC_TEXT_SR = '1.2.840.10008.5.1.4.1.1.88.11'

export const study: StudyRow = {
  StudyInstanceUID: '1.2.3',
  PatientName: { Alphabetic: 'MARTIN^Élise' },
  PatientID: 'P0042',
  IssuerOfPatientID: 'CHU',
  PatientBirthDate: '19510407',
  PatientSex: 'F',
  StudyDate: '20250301',
  StudyTime: '214205',
  StudyID: '1',
  AccessionNumber: 'A17',
  StudyDescription: 'TDM CRANE',
  ReferringPhysicianName: {},
  InstitutionName: 'CH Gray',
  ModalitiesInStudy: ['CT'],
  BodyPartExamined: 'HEAD',
  NumberOfStudyRelatedSeries: 1,
  NumberOfStudyRelatedInstances: 3,
  completeness: { expected: null, received: 3, displayable: 3 },
  receiving: false,
  firstReceivedAt: '2025-03-01T21:42:05Z',
  lastReceivedAt: '2025-03-01T21:43:05Z',
  openedAt: null,
  origin: 'received',
  sender: 'SCANNER',
  conflictingInstances: 0,
  conflictingAttributes: [],
  bytes: 1,
}

export const seriesRow = (change: Partial<SeriesRow> = {}): SeriesRow => ({
  SeriesInstanceUID: '1.2.3.1',
  StudyInstanceUID: '1.2.3',
  Modality: 'CT',
  SeriesNumber: 1,
  SeriesDescription: 'SANS IV',
  BodyPartExamined: 'HEAD',
  ProtocolName: '',
  SeriesDate: '20250301',
  SeriesTime: '214205',
  FrameOfReferenceUID: '1.2.3.9',
  SOPClassUIDs: [CT],
  NumberOfSeriesRelatedInstances: 3,
  numberOfFrames: 3,
  completeness: { expected: null, received: 3, displayable: 3 },
  notDisplayable: [],
  revision: 1,
  ...change,
})

export const header = (instanceKey: number, change: Partial<ImageHeader> = {}): ImageHeader => ({
  instanceKey,
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.1',
  SOPInstanceUID: `1.2.3.1.${instanceKey}`,
  SOPClassUID: CT,
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  Modality: 'CT',
  notDisplayable: null,
  InstanceNumber: instanceKey,
  NumberOfFrames: 1,
  Rows: 512,
  Columns: 512,
  ImagePositionPatient: [-120, -120, instanceKey * 2],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  PixelSpacing: [0.5, 0.5],
  WindowCenter: [50],
  WindowWidth: [350],
  ...change,
})

interface SetOptions {
  id?: string
  count?: number
  notDisplayable?: Record<number, NotDisplayableReason>
  noMpr?: DisplaySet['noMpr']
  gaps?: number[]
  SeriesInstanceUID?: string
}

/** A display set of `count` single-frame instances with keys from 1. */
export function displaySet({
  id = 'A',
  count = 3,
  notDisplayable = {},
  noMpr = null,
  gaps = [],
  SeriesInstanceUID = '1.2.3.1',
}: SetOptions = {}): DisplaySet {
  const headers = Array.from({ length: count }, (_, index) =>
    header(index + 1, { SeriesInstanceUID, notDisplayable: notDisplayable[index] ?? null }),
  )
  return {
    displaySetId: id,
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID,
    Modality: 'CT',
    SeriesNumber: 1,
    label: 'SANS IV',
    frames: headers.map(({ instanceKey, SOPInstanceUID, InstanceNumber = null, notDisplayable: reason }) => ({
      instanceKey,
      SOPInstanceUID,
      InstanceNumber,
      frame: 0,
      notDisplayable: reason,
    })),
    headers: new Map(headers.map((entry) => [entry.instanceKey, entry])),
    noMpr,
    gaps,
  }
}

/** A series with one display set. */
export const imagesOf = (set: DisplaySet, change: Partial<SeriesRow> = {}): SeriesContents => ({
  series: seriesRow({
    SeriesInstanceUID: set.SeriesInstanceUID,
    completeness: { expected: null, received: set.frames.length, displayable: set.frames.length },
    ...change,
  }),
  headers: [...set.headers.values()],
  displaySets: [set],
})
