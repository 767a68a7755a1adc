/**
 * Ways in besides the network listener: intakes of what lies on this computer or was dropped on a window, and the demo studies (sent to our own
 * receiver).
 *
 * An *intake* is what a person gave to import: files, folders, discs, ZIP archives. It is looked at first (who and what is in it, what is
 * here already, what contradicts a known patient), and taken when a person says so.
 *
 * Files that were dropped or chosen in a window have no path: the window offers them by name and length, hears which bytes are wanted
 * (`wantedReads`) and gives each by `POST /import/offered` with {@link offeredRead} as its query.
 *
 * `POST /import/document` takes the bytes of a JPEG, PNG, PDF or MP4 file (at most 256 MiB) with {@link addedDocument} as its query and makes them
 * an object of that study; what cannot be kept without loss is refused with `not-a-document`, a video that is to be shown turned or mirrored,
 * which DICOM cannot say, with `turned-video`.
 */
import { z } from 'zod'
import { events, mutation, query } from './define.ts'
import { personName } from './studies.ts'

export const demo = z.object({
  id: z.enum(['phantom', 'mr']),
  /** Objects that will be sent. */
  instances: z.number().int(),
  /** Whether its study is in the cache already, complete. */
  loaded: z.boolean(),
  running: z.boolean(),
  /** Attribution that its licence asks to be shown. */
  attribution: z.string(),
})
export type Demo = z.infer<typeof demo>

/** What became of one dropped file. */
export const importOutcome = z.object({
  outcome: z.enum(['stored', 'duplicate', 'version', 'refused']),
  /** With `refused`: `not-dicom`, or a refusal reason of the cache. */
  reason: z.string().optional(),
})
export type ImportOutcome = z.infer<typeof importOutcome>

/** Why something was not taken: `not-dicom`, `nested-archive`, `encrypted`, `link`, …, or a refusal reason of the cache. */
const refusedFile = z.object({ name: z.string(), reason: z.string() })

/** Patient attributes that a person must be told about when they differ. */
const identity = z.object({
  PatientName: personName,
  PatientID: z.string(),
  IssuerOfPatientID: z.string(),
  PatientBirthDate: z.string(),
  PatientSex: z.string(),
})

export const intakeStudy = z.object({
  StudyInstanceUID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  AccessionNumber: z.string(),
  Modalities: z.array(z.string()),
  series: z.number().int(),
  instances: z.number().int(),
  /** Of these, how many are in the cache already, by their SOP Instance UID. */
  here: z.number().int(),
  bytes: z.number().int(),
})
export type IntakeStudy = z.infer<typeof intakeStudy>

/** One patient as the files say; files that say anything else are another one. */
export const intakePatient = identity.extend({
  studies: z.array(intakeStudy),
  /** What contradicts this: the same study or the same identifier with other attributes, here or elsewhere in the intake. */
  conflicts: z.array(
    z.object({
      with: z.enum(['cache', 'intake']),
      reason: z.enum(['same-study', 'same-identifier']),
      other: identity,
      /** The attributes that differ. */
      keywords: z.array(z.enum(['PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex'])),
    }),
  ),
})
export type IntakePatient = z.infer<typeof intakePatient>

export const intake = z.object({
  intakeId: z.string(),
  /** What was given: paths on this computer, or names of dropped archives. */
  given: z.array(z.string()),
  /** `interrupted`: it stopped by itself, see `interruption`. */
  state: z.enum(['looking', 'ready', 'running', 'done', 'cancelled', 'interrupted']),
  /** With `interrupted`; after `window-gone` it cannot be gone on with: the window that held the files was closed or loaded anew. */
  interruption: z.enum(['disk-full', 'window-gone']).nullable(),
  files: z.number().int(),
  bytes: z.number().int(),
  /** DICOM objects among the files, in all and in bytes. */
  objects: z.number().int(),
  objectBytes: z.number().int(),
  /** Objects whose head did not tell whose they are: they tell when they are taken. */
  unidentified: z.number().int(),
  patients: z.array(intakePatient),
  /** More patients and studies than are listed. */
  isShortened: z.boolean(),
  /** A DICOMDIR was found: `used`, or not believed, because it contradicts the files. */
  directory: z.enum(['none', 'used', 'not-believed']),
  /** Files that a DICOMDIR names and that are not there. */
  missing: z.array(z.string()),
  missingTotal: z.number().int(),
  /** DICOM objects beside a DICOMDIR that it does not name; they are among `objects`. */
  unnamed: z.number().int(),
  /** Files that are not DICOM or cannot be read, the first 500 by name. */
  refused: z.array(refusedFile),
  refusedTotal: z.number().int(),
  progress: z.object({
    finished: z.number().int(),
    total: z.number().int(),
    bytes: z.number().int(),
    /** Bytes a second over the last few seconds. */
    rate: z.number(),
    counts: z.object({
      stored: z.number().int(),
      duplicate: z.number().int(),
      version: z.number().int(),
      refused: z.number().int(),
    }),
  }),
})
export type Intake = z.infer<typeof intake>

/** What lies in a folder of this computer, for choosing what to import and where to export to. */
export const folderListing = z.object({
  path: z.string(),
  /** Null at the top. */
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), path: z.string(), isFolder: z.boolean(), bytes: z.number().int() })),
  /** More entries than are listed. */
  isShortened: z.boolean(),
  /** Places to begin at: the home folder, discs and other media. */
  places: z.array(z.object({ name: z.string(), path: z.string() })),
})
export type FolderListing = z.infer<typeof folderListing>

/** A path on this computer. */
const path = z.string().min(1).max(4096)
const intakeId = z.object({ intakeId: z.string().max(64) })

/** Where a picture, PDF or video belongs; as the query of its request. */
export const addedDocument = z.object({
  study: z.string().max(64),
  /** Files that are added together: those of one kind become one series. */
  batch: z.uuid(),
  number: z.coerce.number().int().min(1).max(10_000),
  title: z.string().max(64),
})
export type AddedDocument = z.infer<typeof addedDocument>

/** Bytes of an offered file that are wanted: from `start` up to, not including, `end`. */
const wantedRead = z.object({
  readId: z.string(),
  /** Of all that were offered to this intake, from 0. */
  file: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
})
export type WantedRead = z.infer<typeof wantedRead>

/** Which read is answered; as the query of its request. */
export const offeredRead = z.object({ intakeId: z.string().max(64), readId: z.string().max(64) })
export type OfferedRead = z.infer<typeof offeredRead>

export const importer = {
  /** Null: there is no such folder, or it cannot be read. An empty path begins at home. */
  listFolder: query(z.object({ path: z.string().max(4096) }), folderListing.nullable()),
  /** Begins to look at files, folders and archives; `ready` tells when all was seen. */
  look: mutation(z.object({ paths: z.array(path).min(1).max(1_000) }), z.object({ intakeId: z.string() })),
  /** Begins to look at what a window was given; `given`: names of what was dropped or chosen. */
  offer: mutation(z.object({ given: z.array(z.string().max(1_024)).max(1_000) }), z.object({ intakeId: z.string() })),
  /** More files of an offer, in the order of their numbers; `unreadable`: names of what the window could not even list. */
  addOffered: mutation(
    intakeId.extend({
      files: z.array(z.object({ name: z.string().max(4_096), bytes: z.number().int().min(0) })).max(500),
      unreadable: z.array(z.string().max(4_096)).max(500),
      /** Nothing more will come. */
      isAll: z.boolean(),
    }),
    z.object({}),
  ),
  /** The reads that wait for their bytes, all of them again with every telling. Ends when no more are wanted; the window that hears it holds the files. */
  wantedReads: events(intakeId, z.object({ reads: z.array(wantedRead) })),
  /** The window cannot read what is wanted. */
  cannotRead: mutation(offeredRead, z.object({})),
  intakes: query(z.object({}), z.array(intake)),
  intake: query(intakeId, intake.nullable()),
  /** Takes what was seen, or goes on after an interruption; only these studies, where some are named. */
  takeIntake: mutation(
    intakeId.extend({ StudyInstanceUIDs: z.array(z.string().max(64)).max(10_000).optional() }),
    z.object({ started: z.boolean() }),
  ),
  /** Stops; what was stored stays. */
  cancelIntake: mutation(intakeId, z.object({})),
  /** Forgets one that does not run. */
  dismissIntake: mutation(intakeId, z.object({})),
  demos: query(z.object({}), z.array(demo)),
  /** Starts sending the demo study to this station's receiver by C-STORE; progress comes as `demoProgress` events. */
  loadDemo: mutation(z.object({ id: demo.shape.id }), z.object({ started: z.boolean() })),
  cancelDemo: mutation(z.object({ id: demo.shape.id }), z.object({})),
}
