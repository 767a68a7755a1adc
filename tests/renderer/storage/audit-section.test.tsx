/** The audit log on the screen. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AuditEntry } from '../../../main/contract/audit.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { AuditSection } from '../../../renderer/storage/audit-section.tsx'
import { provideScreen } from '../screen.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const before = globalThis.fetch
beforeEach(() => {
  provideScreen()
  speak('en')
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

const entry = (seq: number, UserName: string): AuditEntry => ({
  ...{ seq, kind: 'opened', EventID: '110103', EventActionCode: 'R', EventOutcomeIndicator: 0 },
  EventDateTime: '2026-01-01T00:00:00.000Z',
  ActiveParticipant: [{ UserID: String(seq), UserName, UserIsRequestor: true }],
  ParticipantObject: [],
  detail: {},
})

const look = () =>
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <AuditSection />
      </QueryClientProvider>
    </MantineProvider>,
  )

test('shows what was noted since it was last looked at', async () => {
  const entries = [entry(1, 'Zoé Martin')]
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const data = (name: string) => (name === 'audit.entries' ? { entries: [...entries], isMore: false } : [])
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: data(name) } }))))
  }
  const first = look()
  expect(await screen.findByText(/Zoé Martin/, {}, patient)).toBeTruthy()
  first.unmount()
  entries.unshift(entry(2, 'Élise Durand'))
  look()
  expect(await screen.findByText(/Élise Durand/, {}, patient)).toBeTruthy()
})

test('asks for the entries about one patient', async () => {
  const asked: string[] = []
  globalThis.fetch = async (input) => {
    const url = new URL(String(input), 'http://station')
    asked.push(url.searchParams.get('input') ?? '')
    const names = url.pathname.replace('/call/', '').split(',')
    const data = (name: string) => (name === 'audit.entries' ? { entries: [], isMore: false } : [])
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: data(name) } }))))
  }
  look()
  fireEvent.change(await screen.findByRole('textbox', { name: 'Patient' }, patient), { target: { value: ' Zoé 7' } })
  await expect.poll(() => asked.at(-1), patient).toContain('"patient":"Zoé 7"')
})
