/** One way to write each content: what the editor can show exactly, and what two contents are compared by. */
import type { Block, Run, Section } from '../../../main/contract/report.ts'

/** Longest text of one run (contract/report.ts). */
export const MOST_CHARACTERS = 20_000

/** A paragraph without anything: what a section without blocks looks like in the editor. */
export const emptyParagraph: Block = { kind: 'paragraph', runs: [] }

const markOrder = ['bold', 'italic'] as const

type TextRun = Extract<Run, { kind: 'text' }>

const withOrderedMarks = (run: TextRun): TextRun => ({
  ...run,
  marks: markOrder.filter((mark) => run.marks.includes(mark)),
})

const haveSameMarks = (one: TextRun, other: TextRun): boolean => one.marks.join() === other.marks.join()

/** Never between the two halves of a character beyond the basic plane. */
function cut(text: string): string[] {
  const parts: string[] = []
  for (let from = 0; from < text.length; ) {
    const end = from + MOST_CHARACTERS
    const isPair = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
    const to = isPair ? end - 1 : end
    parts.push(text.slice(from, to))
    from = to
  }
  return parts
}

/** Neighbouring texts with the same marks become one, empty ones vanish, marks stand in one order. */
export function normalRuns(runs: readonly Run[]): Run[] {
  const joined: Run[] = []
  for (const run of runs) {
    if (run.kind !== 'text') {
      joined.push(run)
      continue
    }
    if (run.text === '') continue
    const text = withOrderedMarks(run)
    const last = joined.at(-1)
    if (last?.kind === 'text' && haveSameMarks(last, text))
      joined.splice(-1, 1, { ...last, text: last.text + text.text })
    else joined.push(text)
  }
  return joined.flatMap((run) =>
    run.kind === 'text' && run.text.length > MOST_CHARACTERS
      ? cut(run.text).map((text): Run => ({ ...run, text }))
      : [run],
  )
}

/** The blocks as the editor gives them back: at least one, each with normal runs. */
export const normalBlocks = (blocks: readonly Block[]): Block[] =>
  blocks.length === 0 ? [emptyParagraph] : blocks.map((block) => ({ ...block, runs: normalRuns(block.runs) }))

export const normalSections = (sections: readonly Section[]): Section[] =>
  sections.map((section) => ({ ...section, blocks: normalBlocks(section.blocks) }))
