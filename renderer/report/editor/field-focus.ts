/** Going from field to field, and between a field and the text around it. */

import { TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/** Marks the element of a field that takes the focus. */
export const CONTROL = 'data-field-control'

function fieldPositions({ state }: EditorView): number[] {
  const positions: number[] = []
  state.doc.descendants((node, at) => {
    if (node.type.name === 'field') positions.push(at)
  })
  return positions
}

const elementAt = (view: EditorView, at: number): HTMLElement | null => {
  const node = view.nodeDOM(at)
  return node instanceof HTMLElement ? node : null
}

/** The field that has the focus now; -1 when none has. */
const focusedField = (view: EditorView, positions: readonly number[]): number =>
  positions.find((at) => elementAt(view, at)?.contains(document.activeElement)) ?? -1

/** Gives the field at `at` the focus; false when there is none. */
export function focusField(view: EditorView, at: number): boolean {
  const control = elementAt(view, at)?.querySelector<HTMLElement>(`[${CONTROL}]`)
  if (!control) return false
  // The caret is kept behind the field: what is inserted by command comes there.
  view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(at + 1))))
  control.focus()
  if (control instanceof HTMLInputElement) control.select()
  control.scrollIntoView({ block: 'nearest' })
  return true
}

/** Goes to the next or previous field, from a field or from the caret; false when there is none in that direction. */
export function goToField(view: EditorView, step: 1 | -1): boolean {
  const positions = fieldPositions(view)
  const focused = focusedField(view, positions)
  const from = focused >= 0 ? focused : view.state.selection.head
  const next =
    step > 0 ? positions.find((at) => (focused >= 0 ? at > from : at >= from)) : positions.findLast((at) => at < from)
  return next !== undefined && focusField(view, next)
}

/** Puts the caret before or after the field at `at`, in the text. */
export function leaveField(view: EditorView, at: number, side: 'before' | 'after'): void {
  const { doc, tr } = view.state
  const place = side === 'before' ? at : at + (doc.nodeAt(at)?.nodeSize ?? 1)
  view.dispatch(tr.setSelection(TextSelection.create(doc, place)).scrollIntoView())
  view.focus()
}
