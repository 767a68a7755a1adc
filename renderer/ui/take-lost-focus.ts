/** Gives `element` the focus when nothing has it, as after what had it went away; who has moved on meanwhile keeps it. */
export function takeLostFocus(element: HTMLElement | null): void {
  const { activeElement, body } = document
  if (activeElement === null || activeElement === body) element?.focus()
}
