/** Which objects a document refers to, by study and series (Hierarchical SOP Instance Reference Macro, PS3.3 Table C.17-3). */
import type { DataSetContent } from '../../dataset/index.ts'
import type { DocumentReference } from './issued-report.ts'

const group = <T>(values: readonly T[], key: (value: T) => string): [string, T[]][] => {
  const groups = new Map<string, T[]>()
  for (const value of values) {
    const members = groups.get(key(value))
    if (members) members.push(value)
    else groups.set(key(value), [value])
  }
  return [...groups]
}

const sopReference = ({ SOPClassUID, SOPInstanceUID }: DocumentReference): DataSetContent => ({
  ReferencedSOPClassUID: SOPClassUID,
  ReferencedSOPInstanceUID: SOPInstanceUID,
})

const once = (references: readonly DocumentReference[]): DocumentReference[] => [
  ...new Map(references.map((reference) => [reference.SOPInstanceUID, reference])).values(),
]

/** The references as items, one a study, each object once, in the order given. */
export const hierarchicalReferences = (references: readonly DocumentReference[]): DataSetContent[] =>
  group(once(references), ({ StudyInstanceUID }) => StudyInstanceUID).map(([StudyInstanceUID, ofStudy]) => ({
    StudyInstanceUID,
    ReferencedSeriesSequence: group(ofStudy, ({ SeriesInstanceUID }) => SeriesInstanceUID).map(
      ([SeriesInstanceUID, ofSeries]) => ({ SeriesInstanceUID, ReferencedSOPSequence: ofSeries.map(sopReference) }),
    ),
  }))

/** Evidence of the study's own procedure apart from what belongs to other studies (PS3.3 §C.17.2.3). Empty ones are absent. */
export const evidence = (StudyInstanceUID: string, references: readonly DocumentReference[]): DataSetContent => {
  const isOwn = (reference: DocumentReference) => reference.StudyInstanceUID === StudyInstanceUID
  const own = hierarchicalReferences(references.filter(isOwn))
  const other = hierarchicalReferences(references.filter((reference) => !isOwn(reference)))
  return {
    ...(own.length > 0 ? { CurrentRequestedProcedureEvidenceSequence: own } : {}),
    ...(other.length > 0 ? { PertinentOtherEvidenceSequence: other } : {}),
  }
}
