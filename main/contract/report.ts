/**
 * Reports: sections of text with fields and evidence in them, written as a log of changes, signed once. The editor maps to and from this
 * model, documents (SR, KO, PDF) are made of it; HTML is never stored.
 */
import { z } from 'zod'
import { coded } from './coded.ts'
import { mutation, query } from './define.ts'
import { imageReference, measuredValue } from './measurement.ts'
import { pinOutcome } from './profile.ts'
import { language } from './settings.ts'
import { studyIdentity } from './studies.ts'

const uid = z.string().max(64)
const key = z.string().min(1).max(64)

/** A field of a template, inline in the text. */
export const fieldDefinition = z.object({
  fieldId: key,
  label: z.string().max(200),
  /** What it says in a structured report; null: it is part of the text only. */
  concept: coded.nullable(),
  mandatory: z.boolean(),
  type: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('text') }),
    /** `unit` is a UCUM code, empty for a pure number. */
    z.object({
      kind: z.literal('number'),
      unit: z.string().max(32),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      decimals: z.number().int().min(0).max(6),
    }),
    z.object({
      kind: z.literal('choice'),
      several: z.boolean(),
      options: z
        .array(z.object({ optionId: key, label: z.string().max(200), code: coded.nullable() }))
        .min(1)
        .max(50),
    }),
    /** Value YYYYMMDD. */
    z.object({ kind: z.literal('date') }),
  ]),
})
export type FieldDefinition = z.infer<typeof fieldDefinition>

export const fieldValue = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string().max(2_000) }),
  z.object({ kind: z.literal('number'), value: z.number() }),
  z.object({ kind: z.literal('choice'), optionIds: z.array(key).min(1).max(50) }),
  z.object({ kind: z.literal('date'), date: z.string().regex(/^[0-9]{8}$/) }),
])
export type FieldValue = z.infer<typeof fieldValue>

export const run = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    text: z.string().max(20_000),
    marks: z.array(z.enum(['bold', 'italic'])).max(2),
  }),
  /** Null: not filled in yet. */
  z.object({ kind: z.literal('field'), fieldId: key, value: fieldValue.nullable() }),
  /** A measurement as it was when it was put into the text; stale when the measurement has another revision or is gone. */
  z.object({
    kind: z.literal('measurement'),
    measurementId: z.uuid(),
    revision: z.number().int().positive(),
    measured: z.enum(['length', 'ellipse']),
    /** Of the measurement, which in a reformatted plane has no image; absent in quotations of earlier versions. */
    StudyInstanceUID: uid.optional(),
    image: imageReference.nullable(),
    values: z.array(measuredValue).max(8),
  }),
  z.object({ kind: z.literal('keyImage'), keyImageId: z.uuid() }),
])
export type Run = z.infer<typeof run>

/** A paragraph, or an item of a list (`level` from 0). */
export const block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paragraph'), runs: z.array(run).max(2_000) }),
  z.object({
    kind: z.literal('item'),
    ordered: z.boolean(),
    level: z.number().int().min(0).max(5),
    runs: z.array(run).max(2_000),
  }),
])
export type Block = z.infer<typeof block>

export const section = z.object({
  sectionId: key,
  /** Of CID 7001, such as 59776-5 Findings. */
  code: coded,
  title: z.string().max(200),
  /** Must hold text when the report is signed. */
  mandatory: z.boolean(),
  blocks: z.array(block).max(2_000),
})
export type Section = z.infer<typeof section>

/** A frame marked for the report (PS3.16 TID 2010); `title` of CID 7010. */
export const keyImage = z.object({
  keyImageId: z.uuid(),
  image: imageReference,
  title: coded,
  note: z.string().max(1_000),
  /** The window it was shown in and how that was meant (VOILUTFunction, PS3.3 §C.11.2.1.2; absent: as the image says); null: its own. */
  window: z
    .object({
      center: z.number(),
      width: z.number(),
      function: z.enum(['LINEAR', 'LINEAR_EXACT', 'SIGMOID']).optional(),
    })
    .nullable(),
  /** Shown with black and white the other way round than the image says. */
  invert: z.literal(true).optional(),
})
export type KeyImage = z.infer<typeof keyImage>

/** How a marked frame was shown. */
export type ImageLook = Pick<KeyImage, 'window' | 'invert'>

export const reportContent = z.object({
  sections: z.array(section).max(40),
  /** Definitions of every field that the sections use, as the template had them. */
  fields: z.array(fieldDefinition).max(200),
  keyImages: z.array(keyImage).max(200),
})
export type ReportContent = z.infer<typeof reportContent>

/** One step of writing; `report-changes.ts` says what it does to the content. */
export const reportChange = z.discriminatedUnion('kind', [
  /** In a section, from block `at`, `removed` blocks give place to `inserted`. */
  z.object({
    kind: z.literal('blocks'),
    sectionId: key,
    at: z.number().int().min(0),
    removed: z.number().int().min(0),
    inserted: z.array(block).max(2_000),
  }),
  /** Adds a key image, or replaces the one with its id. */
  z.object({ kind: z.literal('keyImageSet'), keyImage }),
  z.object({ kind: z.literal('keyImageRemoved'), keyImageId: z.uuid() }),
])
export type ReportChange = z.infer<typeof reportChange>

export const template = z.object({
  templateId: key,
  version: z.number().int().positive(),
  language,
  /** As people choose it. */
  name: z.string().max(200),
  /** Document title of CID 7000. */
  documentTitle: coded,
  /** Modalities and BodyPartExamined values that it is meant for; empty: any. */
  modalities: z.array(z.string().max(16)).max(20),
  bodyParts: z.array(z.string().max(16)).max(40),
  content: reportContent.omit({ keyImages: true }),
})
export type ReportTemplate = z.infer<typeof template>

/** Who and what a report is about, as the study said when the report was begun; compared again at signing. */
export const reportSubject = z.object({
  StudyInstanceUID: uid,
  ...studyIdentity.shape,
})
export type ReportSubject = z.infer<typeof reportSubject>

export const signer = z.object({
  familyName: z.string(),
  givenName: z.string(),
  prefix: z.string(),
  RPPS: z.string(),
  organisation: z.object({ name: z.string(), FINESS: z.string() }),
})
export type Signer = z.infer<typeof signer>

/** A document made of a signed report; its UIDs are fixed with the signature. */
export const reportDocument = z.object({
  kind: z.enum(['measurements', 'report', 'keyObjects', 'pdf']),
  SOPClassUID: uid,
  SOPInstanceUID: uid,
  SeriesInstanceUID: uid,
})
export type ReportDocument = z.infer<typeof reportDocument>

/** The report was given out: provisionally (any number of times while a draft), or finally, once. */
export const issue = z.object({
  as: z.enum(['preliminary', 'final']),
  /** Number of the last change that it contains. */
  seq: z.number().int(),
  at: z.string(),
  signer,
  documents: z.array(reportDocument),
})
export type Issue = z.infer<typeof issue>

/** See the table of states in `main/reports/states.ts`. */
export const reportState = z.enum(['draft', 'preliminary', 'final', 'cancelled'])
export type ReportState = z.infer<typeof reportState>

/** How far the documents of the last issue are: nothing issued; all in the outbox; accepted; proven in the archive; one was refused. */
export const transferState = z.enum(['none', 'waiting', 'sent', 'archived', 'failed'])
export type TransferState = z.infer<typeof transferState>

export const reportSummary = z.object({
  reportId: z.uuid(),
  StudyInstanceUID: uid,
  kind: z.enum(['report', 'addendum']),
  /** The final report that an addendum adds to. */
  predecessorReportId: z.uuid().nullable(),
  state: reportState,
  templateId: z.string(),
  documentTitle: coded,
  language,
  author: signer.nullable(),
  createdAt: z.string(),
  changedAt: z.string(),
  /** Number of changes so far. */
  seq: z.number().int(),
  issues: z.array(issue),
  transfer: transferState,
})
export type ReportSummary = z.infer<typeof reportSummary>

export const report = reportSummary.extend({ subject: reportSubject, content: reportContent })
export type Report = z.infer<typeof report>

/** Something that hinders signing (`error`) or that the signer must accept (`warning`). The UI has a sentence for each code. */
export const signingProblem = z.object({
  severity: z.enum(['error', 'warning']),
  code: z.enum([
    'section-empty',
    'field-empty',
    'field-out-of-range',
    'measurement-stale',
    'measurement-gone',
    'measurement-unsaved',
    /** Pixels that it measures had not come: figures that the text quotes are not all there. */
    'measurement-pending',
    'key-image-missing',
    'patient-changed',
    'study-missing',
    'study-incomplete',
    'study-receiving',
    /** What was received of it may not be on screen: the index could not take it yet. */
    'study-unlisted',
    'study-conflicting',
    /** Measurements or key images of another study that is of another patient, or is not here to be compared. */
    'cited-other-patient',
    'cited-study-missing',
  ]),
  sectionId: z.string().optional(),
  fieldId: z.string().optional(),
  measurementId: z.string().optional(),
  keyImageId: z.string().optional(),
})
export type SigningProblem = z.infer<typeof signingProblem>

const reportId = z.object({ reportId: z.uuid() })

export const reports = {
  /** Templates that can be chosen, best fit for the study first, and files that could not be read (by name, with the reason). */
  templates: query(
    z.object({ StudyInstanceUID: uid, language }),
    z.object({
      templates: z.array(template),
      unreadable: z.array(z.object({ file: z.string(), reason: z.string() })),
    }),
  ),
  /** Reports of a study, newest first, cancelled ones too. */
  list: query(z.object({ StudyInstanceUID: uid }), z.array(reportSummary)),
  get: query(reportId, report.nullable()),
  create: mutation(
    z.object({ StudyInstanceUID: uid, templateId: z.string().max(64), language }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('created'), report }),
      z.object({ kind: z.enum(['no-study', 'no-template']) }),
    ]),
  ),
  /** Begins an addendum to a final report, with a section 55107-7 of its own. */
  addendum: mutation(
    reportId,
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('created'), report }),
      z.object({ kind: z.enum(['not-final']) }),
    ]),
  ),
  /**
   * Appends changes after change number `after`; answers when they are durable. The same `changeId`s again are the same changes: a retry
   * after a lost answer is harmless. `conflict`: somebody else (another window) wrote in between; fetch and go on from there.
   */
  append: mutation(
    reportId.extend({
      after: z.number().int().min(0),
      changes: z
        .array(z.object({ changeId: z.uuid(), change: reportChange }))
        .min(1)
        .max(200),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('saved'), seq: z.number().int(), at: z.string() }),
      z.object({ kind: z.literal('conflict'), seq: z.number().int() }),
      z.object({ kind: z.enum(['immutable', 'not-found', 'does-not-fit']) }),
    ]),
  ),
  /** What hinders signing now. */
  check: query(reportId, z.array(signingProblem)),
  /** Gives up a draft; what was written stays in the log. */
  cancel: mutation(reportId, z.object({ kind: z.enum(['cancelled', 'immutable', 'not-found']) })),
  /**
   * Gives out the report as it is at change `after`, once in effect however often it is asked. Final is immutable from then on.
   * `accepted`: codes of the warnings that the signer has accepted; `confirmed`: these warnings one by one, so that none that came since
   * is accepted with them.
   */
  sign: mutation(
    reportId.extend({
      after: z.number().int().min(0),
      as: z.enum(['preliminary', 'final']),
      pin: z.string().max(12),
      accepted: z.array(signingProblem.shape.code).max(50),
      confirmed: z.array(signingProblem).max(1_000).optional(),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('signed'), report }),
      z.object({ kind: z.literal('pin'), outcome: pinOutcome }),
      z.object({ kind: z.literal('changed'), seq: z.number().int() }),
      z.object({ kind: z.literal('problems'), problems: z.array(signingProblem) }),
      z.object({ kind: z.enum(['no-profile', 'immutable', 'not-found']) }),
    ]),
  ),
}
