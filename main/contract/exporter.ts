/** Exporting studies to a folder or a ZIP archive with a DICOMDIR (PS3.10, PS3.11), with or without who they are of (PS3.15 Annex E). */
import { z } from 'zod'
import { mutation, query } from './define.ts'

/** The Basic Application Level Confidentiality Profile with these options (PS3.15 §E.3). */
export const deidentificationOptions = z.object({
  /** What stands in the place of patients' names and identifiers, before a number for each patient. */
  pseudonym: z
    .string()
    .min(1)
    .max(12)
    .regex(/^[A-Za-z0-9_-]+$/),
  retainUIDs: z.boolean(),
  /** Removed, all moved by the same number of days for each patient, or kept. */
  dates: z.enum(['removed', 'modified', 'full']),
  /** Descriptions stay, without the words that identify. */
  cleanDescriptors: z.boolean(),
  /** Age, sex, size and weight stay. */
  retainPatientCharacteristics: z.boolean(),
  retainDeviceIdentity: z.boolean(),
  retainInstitutionIdentity: z.boolean(),
})
export type DeidentificationOptions = z.infer<typeof deidentificationOptions>

export const exportRequest = z.object({
  StudyInstanceUIDs: z.array(z.string().max(64)).min(1).max(1_000),
  /** Folder of this computer that the export is put into. */
  folder: z.string().min(1).max(4096),
  /** What the new folder or archive is called there. */
  name: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u),
  form: z.enum(['folder', 'zip']),
  /** Null: as the objects are. */
  deidentification: deidentificationOptions.nullable(),
})
export type ExportRequest = z.infer<typeof exportRequest>

export const exportState = z.object({
  exportId: z.string(),
  /** Where it is, or is being, put. */
  path: z.string(),
  form: exportRequest.shape.form,
  isDeidentified: z.boolean(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /**
   * Why it failed. `file-too-large`: the file system there takes no file of that size; `gone`: what it was written to went away; `object-lost`:
   * an object that could be read could not any more while it was written; `interrupted`: the station ended in the middle of it.
   */
  fault: z
    .enum([
      'disk-full',
      'file-too-large',
      'not-writable',
      'gone',
      'exists',
      'nothing-to-export',
      'object-lost',
      'interrupted',
      'internal',
    ])
    .nullable(),
  /** Something of it may be left, under a name that ends in `.partial`; it is removed once it can be reached. */
  isLeft: z.boolean(),
  /** With `disk-full`: bytes that it takes (a ZIP archive at most), and that are free there without it; null where nobody can tell. */
  room: z.object({ needed: z.number().int(), free: z.number().int() }).nullable(),
  objects: z.number().int(),
  finished: z.number().int(),
  bytes: z.number().int(),
  /** Bytes a second over the last few seconds. */
  rate: z.number(),
  /** Of the studies that were asked for, how many are no longer here. */
  goneStudies: z.number().int(),
  /** Objects that were left out, by reason: `object-damaged`, `object-missing`, `pixels-elsewhere`, `not-rewritable`, `not-deidentifiable`. */
  leftOut: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** Objects in compressions that the general purpose profiles of PS3.11 do not know: not every reader shows them. */
  unusualSyntaxes: z.number().int(),
})
export type ExportState = z.infer<typeof exportState>

/** What a person should know before, of a de-identified export above all: what is in pixels is never judged by a program. */
export const exportPlan = z.object({
  objects: z.number().int(),
  bytes: z.number().int(),
  /**
   * Objects that may show the patient's name in their pixels: BurnedInAnnotation is YES, or of a kind that often has it and does not say NO.
   * The values of pixels are never changed.
   */
  mayShowNames: z.number().int(),
  /** Objects that may hold what was written beside the picture in a stream that is not looked into: videos, unknown compressions. */
  beyondReach: z.number().int(),
})
export type ExportPlan = z.infer<typeof exportPlan>

const exportId = z.object({ exportId: z.string().max(64) })

export const exporter = {
  plan: query(exportRequest.pick({ StudyInstanceUIDs: true }), exportPlan),
  start: mutation(exportRequest, z.object({ exportId: z.string() })),
  exports: query(z.object({}), z.array(exportState)),
  /** Stops, and removes what was written. */
  cancel: mutation(exportId, z.object({})),
  /** Forgets one that is over; what was exported stays. */
  dismiss: mutation(exportId, z.object({})),
}
