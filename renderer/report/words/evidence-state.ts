/** Whether what a report quotes is still so. */
import type { Measurement } from '../../../main/contract/measurement.ts'
import type { Run } from '../../../main/contract/report.ts'

type MeasurementRun = Extract<Run, { kind: 'measurement' }>

export type EvidenceState = { kind: 'current' | 'gone' } | { kind: 'stale'; now: Measurement }

/** Compares a quoted measurement with those of the study; `measurements` null: not known yet, so nothing is said against it. */
export function evidenceState(run: MeasurementRun, measurements: readonly Measurement[] | null): EvidenceState {
  if (measurements === null) return { kind: 'current' }
  const now = measurements.find(({ measurementId }) => measurementId === run.measurementId)
  if (!now) return { kind: 'gone' }
  return now.revision === run.revision ? { kind: 'current' } : { kind: 'stale', now }
}

/** A measurement as a report quotes it. */
export const quoteMeasurement = ({
  measurementId,
  revision,
  kind,
  StudyInstanceUID,
  image,
  values,
}: Measurement): MeasurementRun => ({
  kind: 'measurement',
  measurementId,
  revision,
  measured: kind,
  StudyInstanceUID,
  image,
  values,
})

/** The study of a quoted measurement; undefined where an early quotation of one in a reformatted plane names none. */
export const studyOf = ({ StudyInstanceUID, image }: MeasurementRun): string | undefined =>
  StudyInstanceUID ?? image?.StudyInstanceUID
