/** What a report's text is made of, run by run, with the section that each stands in. */
import type { Measurement } from '../contract/measurement.ts'
import type { Report, ReportContent, Run, Section } from '../contract/report.ts'

export type MeasurementRun = Extract<Run, { kind: 'measurement' }>

/** All runs in order. */
export const runsOf = (content: Pick<ReportContent, 'sections'>): { section: Section; run: Run }[] =>
  content.sections.flatMap((section) => section.blocks.flatMap((block) => block.runs.map((run) => ({ section, run }))))

/** The revisions of measurements that the text quotes, each once. */
export const quotedMeasurements = (content: ReportContent): { measurementId: string; revision: number }[] => {
  const quoted = new Map<string, { measurementId: string; revision: number }>()
  for (const { run } of runsOf(content)) {
    if (run.kind !== 'measurement') continue
    const { measurementId, revision } = run
    quoted.set(`${measurementId} ${revision}`, { measurementId, revision })
  }
  return [...quoted.values()]
}

/** Something of another study than the reported one that the report cites. */
export interface CitedStudy {
  StudyInstanceUID: string
  /** What cites it first. */
  by: { measurementId: string } | { keyImageId: string }
}

/** The other studies that quoted measurements and key images are of, each once; `kept`: the quoted revisions, which know their study. */
export const citedStudies = (
  { content, subject }: Pick<Report, 'content' | 'subject'>,
  kept: readonly Pick<Measurement, 'measurementId' | 'StudyInstanceUID'>[],
): CitedStudy[] => {
  const quoted = runsOf(content).flatMap(({ run }): CitedStudy[] => {
    if (run.kind !== 'measurement') return []
    const { measurementId, image } = run
    const known = kept.find((one) => one.measurementId === measurementId)
    const named = [image?.StudyInstanceUID, known?.StudyInstanceUID, run.StudyInstanceUID].filter(isNamed)
    return named.map((StudyInstanceUID) => ({ StudyInstanceUID, by: { measurementId } }))
  })
  const marked = content.keyImages.map(
    ({ keyImageId, image }): CitedStudy => ({ StudyInstanceUID: image.StudyInstanceUID, by: { keyImageId } }),
  )
  const others = [...quoted, ...marked].filter((one) => one.StudyInstanceUID !== subject.StudyInstanceUID)
  return [...Map.groupBy(others, (one) => one.StudyInstanceUID).values()].flatMap((alike) => alike[0] ?? [])
}

const isNamed = (StudyInstanceUID: string | undefined): StudyInstanceUID is string => StudyInstanceUID !== undefined
