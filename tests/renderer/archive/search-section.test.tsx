/** What the answer of an archive says is here. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RemoteStudy, Retrieval } from '../../../main/contract/archive.ts'
import { SearchSection } from '../../../renderer/archive/search-section.tsx'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { remoteStudies } from '../../helpers/sample-archive.ts'
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

const study: RemoteStudy = {
  ...(remoteStudies(1)[0] as RemoteStudy),
  NumberOfStudyRelatedInstances: 300,
  receivedInstances: 0,
}
const brought: Retrieval = {
  ...{ retrievalId: 1, StudyInstanceUID: study.StudyInstanceUID, PatientName: {}, StudyDescription: '' },
  ...{ state: 'done', fault: null, detail: '', expected: 300, received: 300, bytes: 1, rate: 0 },
  brought: { objects: 0, bytes: 0 },
  startedAt: '2026-01-01T00:00:00.000Z',
}

function answerBy(answers: Record<string, (body: string) => unknown>): void {
  globalThis.fetch = async (input, init) => {
    const body = String(init?.body ?? '')
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: answers[name]?.(body) ?? null } }))))
  }
}

const show = () =>
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <SearchSection PatientID={study.PatientID} firstField={createRef()} />
      </QueryClientProvider>
    </MantineProvider>,
  )

test('a study that was brought back once and removed since is not said to be here, and can be brought back again', async () => {
  let here: number | null = null
  const answers: Record<string, () => unknown> = {
    'archive.search': () => ({ fault: null, detail: '', studies: [study], more: false }),
    'archive.retrievals': () => [brought],
    'studies.get': () => here && { study: { ...study, NumberOfStudyRelatedInstances: here }, series: [], priors: [] },
  }
  answerBy(answers)
  const retrievals: readonly unknown[] = trpc.archive.retrievals.queryKey({})
  queryClient.setQueryData(retrievals, [brought])
  show()
  expect(await screen.findByRole('button', { name: 'Retrieve' }, patient)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Open' })).toBe(null)
  // It comes, from wherever.
  here = 300
  await queryClient.invalidateQueries(trpc.studies.get.pathFilter())
  expect(await screen.findByRole('button', { name: 'Open' }, patient)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Retrieve' })).toBe(null)
})

test('a search that the archive has more for than it takes says so beside what it found, and offers no more of it', async () => {
  const answer = { fault: 'too-many', detail: 'C-FIND: more than 500 studies', studies: [study], more: true }
  answerBy({ 'archive.search': () => answer, 'archive.retrievals': () => [] })
  show()
  expect(await screen.findByText(/more studies that match than one search takes/, undefined, patient)).toBeTruthy()
  expect(screen.getByRole('table', { name: 'Studies of the archive' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Show more' })).toBe(null)
})

test('a study on its way can be stopped where it was asked for', async () => {
  const running: Retrieval = {
    ...{ ...brought, state: 'running', received: 100, retrievalId: 7 },
    // The first 50 were here before.
    ...{ rate: 100_000, brought: { objects: 50, bytes: 5_000_000 } },
  }
  const cancelled: string[] = []
  answerBy({
    'archive.search': () => ({ fault: null, detail: '', studies: [study], more: false }),
    'archive.retrievals': () => [running],
    'archive.cancelRetrieval': (body) => {
      cancelled.push(body)
      return {}
    },
  })
  show()
  const line = await screen.findByText(/100 of 300/, undefined, patient)
  expect(line.textContent).toMatch(/ · 100 kB\/s · about 3 mins left$/)
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  await expect.poll(() => cancelled.join(), patient).toContain('"retrievalId":7')
  expect(screen.getByRole('button', { name: 'Retrieve' }).hasAttribute('disabled')).toBe(true)
})
