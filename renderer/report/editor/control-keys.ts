/** The keys that every field control shares. */
import type { KeyboardEvent } from 'react'
import { foldText } from '../../shell/palette.tsx'
import type { Leave } from './field-view.tsx'

/** Handles Tab, Enter and Escape; true when the key was one of them. */
export function leavesField(event: KeyboardEvent, leave: Leave): boolean {
  if (event.nativeEvent.isComposing) return false
  if (event.key === 'Tab' && !event.ctrlKey && !event.altKey) {
    // With no field left the focus goes on by itself, out of the report.
    if (leave.toField(event.shiftKey ? -1 : 1)) event.preventDefault()
    return true
  }
  if ((event.key === 'Enter' || event.key === 'Escape') && !event.ctrlKey && !event.metaKey) {
    event.preventDefault()
    event.stopPropagation()
    leave.toText('after')
    return true
  }
  return false
}

/** Handles the arrows, which lead into the text, and Delete, which empties: of fields without text in which a caret could go. */
export function leavesOrEmpties(event: KeyboardEvent, leave: Leave, empty: () => void): void {
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    event.preventDefault()
    leave.toText(event.key === 'ArrowLeft' ? 'before' : 'after')
  }
  if (event.key === 'Delete' || event.key === 'Backspace') {
    event.preventDefault()
    empty()
  }
}

/** The letter or digit that a key types; null for every other key. */
export const typedLetter = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): string | null =>
  key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey ? foldText(key) : null

/** The option that begins with what was typed, without accents and case; after `after` when one letter is typed again. */
export function optionBeginning<T extends { label: string }>(
  options: readonly T[],
  typed: string,
  after = -1,
): T | null {
  const begins = ({ label }: T) => foldText(label).startsWith(typed)
  return options.slice(after + 1).find(begins) ?? options.find(begins) ?? null
}
