/** How long a sentence of the reading room stays. */
import { notifications } from '@mantine/notifications'
import { act, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { NoticeBar } from '../../../renderer/viewer/notice-bar.tsx'
import { onScreen, show } from '../program.tsx'

onScreen()
beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  act(() => notifications.clean())
  vi.useRealTimers()
})

test('what the program tells in the same place takes nothing of the time to read it', () => {
  const dismiss = vi.fn()
  const notice = { tone: 'quiet', text: 'Measurement deleted.' } as const
  show(<NoticeBar notice={notice} onDismiss={dismiss} />)
  expect(screen.getByRole('status').textContent).toContain(notice.text)
  act(() => void notifications.show({ id: 'told', message: 'Study removed.' }))
  act(() => void vi.advanceTimersByTime(30_000))
  expect(dismiss).not.toHaveBeenCalled()
  act(() => void notifications.hide('told'))
  act(() => void vi.advanceTimersByTime(8_000))
  expect(dismiss).not.toHaveBeenCalled()
  act(() => void vi.advanceTimersByTime(2_000))
  expect(dismiss).toHaveBeenCalledOnce()
})
