/** What is said of what is stored. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { DamagedObject, IntegrityState } from '../../../main/contract/integrity.ts'
import { queryClient } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { IntegritySection } from '../../../renderer/storage/integrity-section.tsx'
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

const resting: IntegrityState = {
  ...{ state: 'resting', checked: 0, total: 0, lastRound: null },
  ...{ roundStartedAt: null, damaged: 0 },
}
const damaged: DamagedObject = {
  ...{ instanceKey: 1, StudyInstanceUID: '1.2', SOPInstanceUID: '1.2.3', SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' },
  ...{ PatientName: { Alphabetic: 'MARTIN^Élise' }, StudyDate: '20260314', StudyDescription: 'CT head' },
  ...{ foundAt: '2026-03-14T02:10:00.000Z', reason: 'object-damaged', isArchived: false },
}
function answer(state: IntegrityState, objects: readonly DamagedObject[]): void {
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const data = (name: string) => (name === 'integrity.state' ? state : objects)
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: data(name) } }))))
  }
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <IntegritySection />
      </QueryClientProvider>
    </MantineProvider>,
  )
}

test.each([
  [null, 'No damaged object has been found so far.'],
  [{ finishedAt: '2026-03-14T02:10:00.000Z', checked: 12 }, 'No damaged object.'],
])('with the last complete check %o, none damaged is told as: %s', async (lastRound, expected) => {
  answer({ ...resting, lastRound }, [])
  expect(await screen.findByText(expected, {}, patient)).toBeTruthy()
})

test('more damaged objects than the list takes are counted', async () => {
  answer({ ...resting, damaged: 501 }, [damaged])
  expect(await screen.findByText('500 more damaged objects are not shown.', {}, patient)).toBeTruthy()
})
