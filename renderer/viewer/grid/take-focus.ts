/**
 * A viewport's element, once clicked, would keep the keys from the rest of the program: Cornerstone makes it focusable and calls
 * preventDefault on every key that reaches it. The cell around it takes the focus instead.
 */
import type { FocusEvent } from 'react'

/** For `onFocus` of a cell with `tabIndex={-1}`. */
export function takeFocusFromCanvas(event: FocusEvent<HTMLElement>): void {
  if (event.target !== event.currentTarget && event.target.hasAttribute('data-viewport')) event.currentTarget.focus()
}
