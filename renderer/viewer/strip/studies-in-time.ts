/** The order of a patient's studies in time. */
import type { StudyRow } from '../../../main/contract/studies.ts'

type Dated = Pick<StudyRow, 'StudyInstanceUID' | 'StudyDate' | 'StudyTime'>

/** The open study and the others, newest first; those without a date last. */
export function studiesInTime<S extends Dated>(study: S, others: readonly S[]): readonly S[] {
  return [study, ...others].sort(
    (a, b) =>
      b.StudyDate.localeCompare(a.StudyDate) ||
      b.StudyTime.localeCompare(a.StudyTime) ||
      a.StudyInstanceUID.localeCompare(b.StudyInstanceUID),
  )
}

/** The study next before (`older`) or after (`newer`) the open one; undefined at the ends. */
export function neighbourInTime<S extends Dated>(study: S, others: readonly S[], to: 'older' | 'newer'): S | undefined {
  const studies = studiesInTime(study, others)
  return studies[studies.indexOf(study) + (to === 'older' ? 1 : -1)]
}
