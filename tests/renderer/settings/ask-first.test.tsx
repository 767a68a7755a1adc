/** What nobody can take back is asked for first. */
import { fireEvent, screen } from '@testing-library/react'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { AskFirst } from '../../../renderer/settings/ask-first.tsx'
import { onScreen, show } from '../program.tsx'

onScreen()

const ask = (onConfirm: () => void) => {
  const words = { label: 'Use no longer', question: 'The key will be erased.', confirm: 'Erase the key' }
  show(<AskFirst {...words} isPending={false} onConfirm={onConfirm} />)
  fireEvent.click(screen.getByRole('button', { name: 'Use no longer' }))
  expect(screen.getByRole('alert').textContent).toBe('The key will be erased.')
}

test('nothing is lost by the first press, and who thinks better of it is where they were', () => {
  const confirmed = vi.fn()
  ask(confirmed)
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Use no longer' }))
  expect(confirmed).not.toHaveBeenCalled()
})

test('once it is done and there is nothing left to ask, the keyboard goes on where the setting begins', async () => {
  const words = { label: 'Use no longer', question: 'The key will be erased.', confirm: 'Erase the key' }
  function Whole() {
    const [isKept, setKept] = useState(true)
    return (
      <section>
        <input type="file" style={{ display: 'none' }} />
        <button type="button">Private key</button>
        {isKept && <AskFirst {...words} isPending={false} onConfirm={() => setKept(false)} />}
      </section>
    )
  }
  show(<Whole />)
  fireEvent.click(screen.getByRole('button', { name: 'Use no longer' }))
  fireEvent.click(screen.getByRole('button', { name: 'Erase the key' }))
  await expect.poll(() => document.activeElement).toBe(screen.getByRole('button', { name: 'Private key' }))
})

test('the second press does it', () => {
  const confirmed = vi.fn()
  ask(confirmed)
  const confirm = screen.getByRole('button', { name: 'Erase the key' })
  expect(document.activeElement).toBe(confirm)
  fireEvent.click(confirm)
  expect(confirmed).toHaveBeenCalledOnce()
  expect(screen.queryByRole('alert')).toBe(null)
})
