/** What a person must have been told before an export without the identity begins. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ExportDialog } from '../../../renderer/exporting/export-dialog.tsx'
import { askForExport, hideExportDialog } from '../../../renderer/exporting/exports.ts'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { provideScreen } from '../screen.ts'
import { study } from '../viewer/study-fixtures.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const before = globalThis.fetch
beforeEach(() => {
  provideScreen()
  speak('en')
})
afterEach(() => {
  hideExportDialog()
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

test('waits until it is known in how many pixels names may stand', async () => {
  const { StudyInstanceUID } = study
  const found = { study, series: [], priors: [] }
  const listing = { path: '/home', parent: null, entries: [], isShortened: false, places: [] }
  const answers: Record<string, unknown> = {
    'studies.get': found,
    'importer.listFolder': listing,
    'exporter.plan': { objects: 2, bytes: 10, mayShowNames: 1, beyondReach: 0 },
  }
  const planned = Promise.withResolvers<void>()
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    if (names.includes('exporter.plan')) await planned.promise
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: answers[name] ?? null } }))))
  }
  const known: [readonly unknown[], unknown][] = [
    [trpc.studies.get.queryKey({ StudyInstanceUID }), found],
    [trpc.importer.listFolder.queryKey({ path: '' }), listing],
  ]
  for (const [key, value] of known) queryClient.setQueryData(key, value)
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>
        <ExportDialog />
      </QueryClientProvider>
    </MantineProvider>,
  )
  askForExport(StudyInstanceUID)
  fireEvent.click(await screen.findByRole('switch', { name: /Remove the patient/ }, patient))
  const start = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Export without the identity' })
  expect(start().disabled).toBe(true)
  planned.resolve()
  await expect.poll(() => start().disabled, patient).toBe(false)
})
