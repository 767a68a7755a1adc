/** Who gets the focus when what had it goes away. */
import { afterEach, expect, test } from 'vitest'
import { takeLostFocus } from '../../../renderer/ui/take-lost-focus.ts'

afterEach(() => document.body.replaceChildren())

const buttons = () => {
  const [gone, back, other] = ['gone', 'back', 'other'].map((name) => {
    const button = document.createElement('button')
    button.textContent = name
    document.body.append(button)
    return button
  }) as [HTMLButtonElement, HTMLButtonElement, HTMLButtonElement]
  gone.focus()
  gone.remove()
  return { back, other }
}

test('is taken when nothing has it', () => {
  const { back } = buttons()
  takeLostFocus(back)
  expect(document.activeElement).toBe(back)
})

test('stays where somebody went meanwhile: the next key is meant for that', () => {
  const { back, other } = buttons()
  other.focus()
  takeLostFocus(back)
  expect(document.activeElement).toBe(other)
})
