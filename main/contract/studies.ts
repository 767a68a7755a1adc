/** The study list: what is in the cache, and how complete it is. */
import { z } from 'zod'
import { events, mutation, query } from './define.ts'

/** The three component groups of a person name as stored (PS3.5 §6.2), components still separated by `^`. */
export const personName = z.object({
  Alphabetic: z.string().optional(),
  Ideographic: z.string().optional(),
  Phonetic: z.string().optional(),
})
export type PersonName = z.infer<typeof personName>

/** How many instances a series or study has, from each point of view. */
export const completeness = z.object({
  /** Number the archive or the sender announced; null when nobody did. */
  expected: z.number().int().nullable(),
  /** Attribute that the number was read from; ImagesInAcquisition is the weakest, absent with null. */
  expectedFrom: z
    .enum(['NumberOfStudyRelatedInstances', 'NumberOfSeriesRelatedInstances', 'ImagesInAcquisition'])
    .optional(),
  /** Durably stored here. */
  received: z.number().int(),
  /** Of those, how many can be shown as an image or are not images by nature. */
  displayable: z.number().int(),
})
export type Completeness = z.infer<typeof completeness>

const origin = z.enum(['received', 'imported', 'retrieved', 'created'])

/** How far the furthest report of a study is that was not given up; `none`: this station knows of none. */
export const studyReportState = z.enum(['none', 'draft', 'preliminary', 'final'])
export type StudyReportState = z.infer<typeof studyReportState>

/** Who a study is of, and what it was made for, as the objects say; empty where they do not. */
export const studyIdentity = z.object({
  PatientName: personName,
  /** Birth name where the sender says it: PatientBirthName (0010,1005). */
  PatientBirthName: personName.optional(),
  PatientID: z.string(),
  IssuerOfPatientID: z.string(),
  PatientBirthDate: z.string(),
  PatientSex: z.string(),
  StudyDate: z.string(),
  StudyTime: z.string(),
  StudyID: z.string(),
  AccessionNumber: z.string(),
  StudyDescription: z.string(),
  ReferringPhysicianName: personName,
})

export const studyRow = z.object({
  StudyInstanceUID: z.string(),
  ...studyIdentity.shape,
  InstitutionName: z.string(),
  ModalitiesInStudy: z.array(z.string()),
  BodyPartExamined: z.string(),
  NumberOfStudyRelatedSeries: z.number().int(),
  NumberOfStudyRelatedInstances: z.number().int(),
  completeness,
  /** True while an association has stored into this study within the last seconds. */
  receiving: z.boolean(),
  /** ISO 8601 UTC instants of the first and last stored instance. */
  firstReceivedAt: z.string(),
  lastReceivedAt: z.string(),
  openedAt: z.string().nullable(),
  origin,
  /** Sender of the last received instance: its AE title, or empty. */
  sender: z.string(),
  /** Instances that exist here in more than one version. */
  conflictingInstances: z.number().int(),
  /** Patient identifying attributes that differ between the study's instances, by keyword (never merged silently). */
  conflictingAttributes: z.array(z.string()),
  /** Bytes in the cache. */
  bytes: z.number().int(),
  /** A person wants it kept; absent: nobody said so. */
  pinned: z.boolean().optional(),
  /** The furthest report of the study that was not given up; absent: none. */
  report: z.object({ state: z.enum(['draft', 'preliminary', 'final']), at: z.string() }).optional(),
  /** Its items in the outbox; absent: none were ever queued. */
  outbox: z
    .object({ waiting: z.number().int(), sent: z.number().int(), archived: z.number().int(), failed: z.number().int() })
    .optional(),
})
export type StudyRow = z.infer<typeof studyRow>

export const seriesRow = z.object({
  SeriesInstanceUID: z.string(),
  StudyInstanceUID: z.string(),
  Modality: z.string(),
  SeriesNumber: z.number().int().nullable(),
  SeriesDescription: z.string(),
  BodyPartExamined: z.string(),
  ProtocolName: z.string(),
  SeriesDate: z.string(),
  SeriesTime: z.string(),
  FrameOfReferenceUID: z.string(),
  /** SOP classes found in the series. */
  SOPClassUIDs: z.array(z.string()),
  NumberOfSeriesRelatedInstances: z.number().int(),
  /** All frames of all instances. */
  numberOfFrames: z.number().int(),
  completeness,
  /** Instances that cannot be shown, by reason. */
  notDisplayable: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** Changes whenever an instance was added or replaced: thumbnails and headers are cached by it. */
  revision: z.number().int(),
})
export type SeriesRow = z.infer<typeof seriesRow>

export const studySortColumn = z.enum([
  'PatientName',
  'PatientBirthDate',
  'StudyDate',
  'ModalitiesInStudy',
  'StudyDescription',
  'InstitutionName',
  'NumberOfStudyRelatedInstances',
  'lastReceivedAt',
  'AccessionNumber',
])

export const studyFilter = z.object({
  /** Free words: name, identifier, accession number, description; all words must match; case and accents do not count. */
  search: z.string().max(200).default(''),
  /** Any of these. */
  modalities: z.array(z.string().max(16)).max(32).default([]),
  /** Only studies whose report is one of these; absent or empty: any. */
  reports: z.array(studyReportState).max(4).optional(),
  /** Inclusive range of StudyDate, YYYYMMDD. */
  studyDateFrom: z.string().optional(),
  studyDateTo: z.string().optional(),
  /** Only studies with something received since this instant (ISO 8601). */
  receivedSince: z.string().optional(),
})
export type StudyFilter = z.infer<typeof studyFilter>

export const studies = {
  list: query(
    studyFilter.extend({
      sort: studySortColumn.default('lastReceivedAt'),
      descending: z.boolean().default(true),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.object({ total: z.number().int(), rows: z.array(studyRow) }),
  ),
  /** How many studies each quick filter of the list would show. */
  counts: query(
    z.object({ today: z.string(), receivedSince: z.string() }),
    z.object({
      all: z.number().int(),
      today: z.number().int(),
      receivedRecently: z.number().int(),
      modalities: z.array(z.object({ Modality: z.string(), count: z.number().int() })),
      /** Those that are of no study are left out. */
      reports: z.array(z.object({ state: studyReportState, count: z.number().int() })),
    }),
  ),
  /** How many studies each of these filters selects, such as those of smart lists. */
  countEach: query(z.object({ filters: z.array(studyFilter).max(50) }), z.array(z.number().int())),
  /** One study with its series and the other studies of the same patient (same PatientID and issuer), newest first. */
  get: query(
    z.object({ StudyInstanceUID: z.string().max(64) }),
    z.object({ study: studyRow, series: z.array(seriesRow), priors: z.array(studyRow) }).nullable(),
  ),
  /** Notes that a person opened the study. */
  opened: mutation(z.object({ StudyInstanceUID: z.string().max(64) }), z.object({})),
  /** For as long as this is subscribed to, a window shows these studies: they stay here. Tells nothing. */
  showing: events(z.object({ StudyInstanceUIDs: z.array(z.string().max(64)).max(500) }), z.object({})),
}
