/** What the rest of the program does to an open editor. */
import type { Editor } from '@tiptap/core'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import type { Measurement } from '../../../main/contract/measurement.ts'
import type { Section } from '../../../main/contract/report.ts'
import { hunkBetween } from '../content/changes.ts'
import { normalBlocks } from '../content/normal.ts'
import { evidenceState, quoteMeasurement } from '../words/evidence-state.ts'
import { focusField } from './field-focus.ts'
import { REPLACED } from './guard.ts'
import { toggleList } from './keys.ts'
import { blockToNode, nodeToBlock } from './mapping.ts'
import type { MeasurementRun } from './setting.ts'

/** A place in a report. */
export interface ReportPlace {
  sectionId?: string | undefined
  fieldId?: string | undefined
  measurementId?: string | undefined
  keyImageId?: string | undefined
}

export interface EditorHandle {
  /** Gives the text the focus, the caret where it was. */
  focus(): void
  hasFocus(): boolean
  insertMeasurement(measurement: Measurement): void
  citeKeyImage(keyImageId: string): void
  /** Takes over what changed of every quoted measurement; answers how many. */
  updateMeasurements(measurements: readonly Measurement[]): number
  toggleList(ordered: boolean): void
  toggleMark(mark: 'bold' | 'italic'): void
  undo(): void
  redo(): void
  /** Goes to a place; false when it is not in the text. */
  goTo(place: ReportPlace): boolean
  /** Shows sections that were written elsewhere. */
  replaceSections(sections: readonly Section[]): void
}

/** Inserts behind a selected chip or field, and with a space where letters stand before it. */
function insertAtom(editor: Editor, type: string, attrs: Record<string, unknown>): void {
  const { state, view } = editor
  const { selection } = state
  const at = selection instanceof NodeSelection ? selection.to : selection.from
  const tr = selection instanceof NodeSelection ? state.tr : state.tr.deleteSelection()
  const before = tr.doc.resolve(at).nodeBefore
  const isAfterLetter =
    before?.isText === true && /\S$/.test(before.text ?? '') && !/[(«\u00a0]$/.test(before.text ?? '')
  const nodes = [...(isAfterLetter ? [state.schema.text(' ')] : []), state.schema.node(type, attrs)]
  tr.insert(at, nodes)
  const end = at + nodes.reduce((size, { nodeSize }) => size + nodeSize, 0)
  view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(end), -1)).scrollIntoView())
}

function updateMeasurements({ state, view }: Editor, measurements: readonly Measurement[]): number {
  const { tr } = state
  let updated = 0
  state.doc.descendants((node, at) => {
    if (node.type.name !== 'measurement') return
    const now = evidenceState(node.attrs.run as MeasurementRun, measurements)
    if (now.kind !== 'stale') return
    tr.setNodeMarkup(at, null, { run: quoteMeasurement(now.now) })
    updated += 1
  })
  if (updated > 0) view.dispatch(tr)
  return updated
}

/** Where something stands: a field or chip rather than the section that is named with it. */
function findPlace({ state }: Editor, place: ReportPlace): { at: number; kind: 'section' | 'atom' } | null {
  let section: number | null = null
  let atom: number | null = null
  state.doc.descendants((node, at) => {
    if (node.type.name === 'section' && node.attrs.sectionId === place.sectionId) section ??= at
    const isAtom =
      (place.fieldId !== undefined && node.attrs.fieldId === place.fieldId) ||
      (place.keyImageId !== undefined && node.attrs.keyImageId === place.keyImageId) ||
      (place.measurementId !== undefined && node.attrs.run?.measurementId === place.measurementId)
    if (isAtom) atom ??= at
  })
  if (atom !== null) return { at: atom, kind: 'atom' }
  return section === null ? null : { at: section, kind: 'section' }
}

function goTo(editor: Editor, place: ReportPlace): boolean {
  const found = findPlace(editor, place)
  if (!found) return false
  const { state, view } = editor
  if (found.kind === 'atom' && state.doc.nodeAt(found.at)?.type.name === 'field') return focusField(view, found.at)
  const selection =
    found.kind === 'atom'
      ? NodeSelection.create(state.doc, found.at)
      : TextSelection.near(state.doc.resolve(found.at + (state.doc.nodeAt(found.at)?.nodeSize ?? 2) - 1), -1)
  view.dispatch(state.tr.setSelection(selection).scrollIntoView())
  view.focus()
  return true
}

/** Replaces only what differs, so that the caret stays where it is. */
function replaceSections({ state, view }: Editor, sections: readonly Section[]): void {
  const { tr } = state
  state.doc.forEach((section, at) => {
    const wanted = sections.find(({ sectionId }) => sectionId === section.attrs.sectionId)
    // A section without blocks is shown with an empty paragraph, which is left where it is, the caret in it.
    const hunk = wanted && hunkBetween(section.children.map(nodeToBlock), normalBlocks(wanted.blocks))
    if (!hunk) return
    const start = section.children.slice(0, hunk.at).reduce((to, { nodeSize }) => to + nodeSize, at + 1)
    const end = section.children
      .slice(hunk.at, hunk.at + hunk.removed)
      .reduce((to, { nodeSize }) => to + nodeSize, start)
    const nodes = hunk.inserted.map((block) => state.schema.nodeFromJSON(blockToNode(block)))
    tr.replaceWith(tr.mapping.map(start), tr.mapping.map(end), nodes)
  })
  if (tr.docChanged) view.dispatch(tr.setMeta(REPLACED, true).setMeta('addToHistory', false))
}

/** The handle of `editor`. */
export const createHandle = (editor: Editor): EditorHandle => ({
  focus: () => editor.view.focus(),
  hasFocus: () => editor.view.dom.contains(document.activeElement),
  insertMeasurement: (measurement) => insertAtom(editor, 'measurement', { run: quoteMeasurement(measurement) }),
  citeKeyImage: (keyImageId) => insertAtom(editor, 'keyImage', { keyImageId }),
  updateMeasurements: (measurements) => updateMeasurements(editor, measurements),
  toggleList: (ordered) => {
    editor.view.dispatch(toggleList(editor.state, ordered))
    editor.view.focus()
  },
  toggleMark: (mark) => editor.chain().focus().toggleMark(mark).run(),
  undo: () => editor.chain().focus().undo().run(),
  redo: () => editor.chain().focus().redo().run(),
  goTo: (place) => goTo(editor, place),
  replaceSections: (sections) => replaceSections(editor, sections),
})
