/** Choosing a folder to watch. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { WatchedFolderSetting } from '../../../renderer/settings/watched-folder-setting.tsx'
import { provideScreen } from '../screen.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const before = globalThis.fetch
const calls: string[] = []
beforeEach(() => {
  provideScreen()
  speak('en')
  const settings = { watchedFolder: { path: '/mnt/incoming', after: 'keep' } }
  queryClient.setQueryData(trpc.settings.get.queryKey({}), settings as never)
  const listing = { path: '/mnt/incoming', parent: '/mnt', entries: [], isShortened: false, places: [] }
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    calls.push(...names)
    const data = (name: string) => (name === 'importer.listFolder' ? listing : settings)
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: data(name) } }))))
  }
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

test('who began to choose another folder can leave it at that', async () => {
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <WatchedFolderSetting />
      </QueryClientProvider>
    </MantineProvider>,
  )
  fireEvent.click(screen.getByRole('button', { name: 'Choose a folder…' }))
  const path = await screen.findByRole('textbox', { name: 'Path of the folder' }, patient)
  await expect.poll(() => document.activeElement === path, patient).toBe(true)
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(screen.queryByRole('textbox')).toBe(null)
  expect(screen.getByText('/mnt/incoming')).toBeTruthy()
  expect(calls).not.toContain('settings.update')
})
