/** What a person is told of a study before it is removed. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KeepReason, StudyRoom } from '../../../main/contract/space.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { RemoveDialog } from '../../../renderer/storage/remove-dialog.tsx'
import { provideScreen } from '../screen.ts'
import { study } from '../viewer/study-fixtures.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const before = globalThis.fetch
beforeEach(() => {
  provideScreen()
  speak('en')
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const data = (name: string) => (name === 'studies.get' ? { study, series: [], priors: [] } : null)
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: data(name) } }))))
  }
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

const ask = (...reasons: KeepReason[]) => {
  const room: StudyRoom = { ...study, usedAt: study.lastReceivedAt, isPinned: false, reasons }
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <RemoveDialog study={room} onClose={() => undefined} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  return screen.findByRole('dialog', {}, patient)
}

test('whose it is stands there as everywhere: namesakes are told apart before one of them is lost', async () => {
  const dialog = within(await ask('not-archived'))
  const banner = within(await dialog.findByRole('region', { name: 'Patient' }, patient))
  expect(banner.getByText(study.PatientID)).toBeTruthy()
  expect(banner.getByText(/1951/)).toBeTruthy()
  expect(dialog.getByRole('button', { name: 'Cancel' })).toBeTruthy()
})

test('where nothing can be removed there is nothing to cancel', async () => {
  const dialog = within(await ask('open', 'not-archived'))
  const [, last] = dialog.getAllByRole('button', { name: 'Close' })
  expect(last?.textContent).toBe('Close')
  expect(dialog.queryByRole('button', { name: 'Cancel' })).toBe(null)
})
