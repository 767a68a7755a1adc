/** The line at the bottom of the window. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StationStatus } from '../../../main/contract/station.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { useConnection } from '../../../renderer/services/connection.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { StatusBar } from '../../../renderer/shell/status-bar.tsx'
import { provideScreen } from '../screen.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const status: StationStatus = {
  ...{ version: '0.1.0', host: 'headless' },
  receiver: {
    ...{ listening: true, aeTitle: 'ASTREINTE', address: '::', port: 11112 },
    ...{ associations: 1, rate: 42.3, stored: 1, refused: 0 },
  },
  archive: {
    ...{ name: 'REGION', reachable: 'no', fault: 'timed-out', retrieving: 1 },
    outbox: { waiting: 2, sent: 0, archived: 0, failed: 0 },
  },
  cache: { bytes: 0, diskFreeBytes: 61, diskBytes: 100, studies: 1, instances: 1 },
  problems: [{ code: 'disk-full', since: '2026-03-14T02:10:00.000Z', detail: '' }],
}

const before = globalThis.fetch
beforeEach(() => {
  provideScreen()
  speak('en')
  useConnection.setState({ connection: 'open' })
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const data = (name: string) => (name === 'station.status' ? status : null)
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: data(name) } }))))
  }
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <StatusBar />
      </QueryClientProvider>
    </MantineProvider>,
  )
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

test('a figure has its unit, and what is read aloud is what is seen', async () => {
  const receiver = await screen.findByRole('button', { name: /^Receiver ASTREINTE:11112/ }, patient)
  expect(receiver.textContent).toContain('receiving, 42 objects/s')
  const archive = screen.getByRole('button', { name: /REGION/ })
  const said = 'does not answer · 2 waiting · 1 retrieval'
  expect([archive.textContent, archive.getAttribute('aria-label')]).toEqual([
    `REGION${said}`,
    expect.stringContaining(said),
  ])
})

test('who goes to where a problem is dealt with leaves no panel behind', async () => {
  fireEvent.click(await screen.findByRole('button', { name: '1 problem' }, patient))
  fireEvent.click(await screen.findByRole('button', { name: 'See what takes the space' }, patient))
  await expect.poll(() => screen.queryByRole('button', { name: 'See what takes the space' }), patient).toBe(null)
})
