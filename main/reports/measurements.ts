/** The measurements of the station: kept apart from any window, with every revision that a report may quote. */
import type { Records } from '../cache/index.ts'
import type { Measurement, MeasurementContent } from '../contract/measurement.ts'

export interface Measurements {
  list(StudyInstanceUID: string): Promise<Measurement[]>
  save(content: MeasurementContent): Promise<{ revision: number }>
  remove(measurementId: string): Promise<void>
  /** Calls back with the study whose measurements changed; returns a function that ends it. */
  onChange(listener: (StudyInstanceUID: string) => void): () => void
}

/** Measurements kept in `records`. */
export function createMeasurements(
  { measurements }: Pick<Records, 'measurements'>,
  now: () => Date = () => new Date(),
): Measurements {
  const listeners = new Set<(StudyInstanceUID: string) => void>()
  const tell = (StudyInstanceUID: string): void => {
    for (const listener of listeners) listener(StudyInstanceUID)
  }
  return {
    list: (StudyInstanceUID) => measurements.list(StudyInstanceUID),
    async save(content) {
      const saved = await measurements.save(content, now().toISOString())
      tell(content.StudyInstanceUID)
      return saved
    },
    async remove(measurementId) {
      const StudyInstanceUID = await measurements.remove(measurementId, now().toISOString())
      if (StudyInstanceUID !== null) tell(StudyInstanceUID)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
