/** Typing as the editor does it: at each key the paragraph that it stands in is replaced. */
import { randomUUID } from 'node:crypto'
import type { ReportChange } from '../../main/contract/report.ts'

/** The change that puts a paragraph of `text` in the place of the first of a section; `removed` 0 where there is none yet. */
export const typedParagraph = (
  text: string,
  { sectionId = 'findings', removed = 1 }: { sectionId?: string; removed?: number } = {},
): { changeId: string; change: ReportChange } => ({
  changeId: randomUUID(),
  change: {
    kind: 'blocks',
    sectionId,
    at: 0,
    removed,
    inserted: [{ kind: 'paragraph', runs: text === '' ? [] : [{ kind: 'text', text, marks: [] }] }],
  },
})
