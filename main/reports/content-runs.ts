/** What a report's text is made of, run by run, with the section that each stands in. */
import type { ReportContent, Run, Section } from '../contract/report.ts'

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
