/** Selections that reach over several sections: what is deleted is each section's part, the sections stay. */
import { type EditorState, TextSelection, type Transaction } from '@tiptap/pm/state'

/** Where the text of each section begins and ends. */
function sectionRanges({ doc }: EditorState): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = []
  doc.forEach((section, at) => {
    ranges.push({ from: at + 2, to: at + section.nodeSize - 2 })
  })
  return ranges
}

const isAcross = ({ selection: { $from, $to } }: EditorState): boolean => $from.index(0) !== $to.index(0)

/** Deletes the selection's part of each section; null when the selection is within one. */
export function deleteAcross(state: EditorState): Transaction | null {
  if (!isAcross(state)) return null
  const { from, to } = state.selection
  const { tr } = state
  for (const range of sectionRanges(state).reverse()) {
    const [start, end] = [Math.max(from, range.from), Math.min(to, range.to)]
    if (start < end) tr.delete(start, end)
  }
  return tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size)), 1))
}

/** Selects the section that holds the caret, then, when it is selected already, everything. */
export function selectAll(state: EditorState): Transaction {
  const { from, to } = state.selection
  const ranges = sectionRanges(state)
  const own = ranges.find((range) => from >= range.from && to <= range.to)
  const [first, last] = [ranges[0], ranges.at(-1)]
  const isWhole = !own || (own.from === from && own.to === to)
  const start = isWhole ? (first?.from ?? from) : own.from
  const end = isWhole ? (last?.to ?? to) : own.to
  return state.tr.setSelection(TextSelection.between(state.doc.resolve(start), state.doc.resolve(end)))
}
