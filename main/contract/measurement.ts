/**
 * Measurements as they are kept: what was measured, on which pixels, by which calibration. The viewer makes them, reports quote them, and
 * documents encode them (PS3.16 TID 1400 ff.). A measurement lives in the station, apart from any window.
 */
import { z } from 'zod'
import { mutation, query } from './define.ts'

const vector3 = z.tuple([z.number(), z.number(), z.number()])
const uid = z.string().max(64)

/** One figure; `unit` is a UCUM code: `mm`, `mm2`, `[hnsf'U]`, `{pixels}`, `{pixels}2`, or empty for values without one. */
export const measuredValue = z.object({
  quantity: z.enum(['length', 'area', 'mean', 'standardDeviation', 'minimum', 'maximum']),
  value: z.number(),
  unit: z.string().max(32),
})
export type MeasuredValue = z.infer<typeof measuredValue>

/** The frame that was measured; `frame` counts from 1 as ReferencedFrameNumber does, null in objects of a single frame. */
export const imageReference = z.object({
  SOPClassUID: uid,
  SOPInstanceUID: uid,
  SeriesInstanceUID: uid,
  StudyInstanceUID: uid,
  frame: z.number().int().positive().nullable(),
})
export type ImageReference = z.infer<typeof imageReference>

export const measurementContent = z.object({
  measurementId: z.uuid(),
  StudyInstanceUID: uid,
  SeriesInstanceUID: uid,
  kind: z.enum(['length', 'ellipse']),
  /** Null when it was drawn in a reformatted plane, which is no stored image. */
  image: imageReference.nullable(),
  FrameOfReferenceUID: uid.nullable(),
  /** Handles in the patient's coordinates, mm (PS3.3 §C.7.6.2.1.1); in an image without geometry as the viewer places them. */
  points: z.array(vector3).min(2).max(64),
  /** The shape in the image, column and row at sub-pixel resolution (PS3.3 §C.10.5.1.2): two points, or the ellipse's two axes. */
  graphic: z
    .object({ GraphicType: z.enum(['POLYLINE', 'ELLIPSE']), GraphicData: z.array(z.number()).min(4).max(64) })
    .nullable(),
  values: z.array(measuredValue).max(8),
  /** Pixels that it measures had not come: `values` holds what its geometry says, and the others follow in a later revision. */
  figuresPending: z.literal(true).optional(),
  /** Where millimetres come from; `none`: values are in pixels. */
  calibration: z.enum(['patient', 'detector', 'corrected', 'region', 'none']),
  /** What the viewer needs to draw it again: its own JSON. */
  view: z.string().max(8_192),
})
export type MeasurementContent = z.infer<typeof measurementContent>

/** `revision` counts from 1 and rises whenever geometry or values changed; a report quotes one revision. */
export const measurement = measurementContent.extend({
  revision: z.number().int().positive(),
  createdAt: z.string(),
  changedAt: z.string(),
})
export type Measurement = z.infer<typeof measurement>

export const measurements = {
  /** Those of a study that were not removed, oldest first. */
  list: query(z.object({ StudyInstanceUID: uid }), z.array(measurement)),
  /** Keeps a new measurement, or a change of one (also one that was removed: it is back). Answers its revision once durable. */
  save: mutation(measurementContent, z.object({ revision: z.number().int() })),
  /** Takes it out of the list; earlier revisions stay kept, as reports may quote them. */
  remove: mutation(z.object({ measurementId: z.uuid() }), z.object({})),
}
