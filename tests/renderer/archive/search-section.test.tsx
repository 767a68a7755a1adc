/** What the answer of an archive says is here. */
import { fireEvent, screen } from '@testing-library/react'
import { createRef } from 'react'
import { expect, test } from 'vitest'
import type { RemoteStudy, Retrieval } from '../../../main/contract/archive.ts'
import { SearchSection } from '../../../renderer/archive/search-section.tsx'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { remoteStudies } from '../../helpers/sample-archive.ts'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

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

const search = () => show(<SearchSection PatientID={study.PatientID} firstField={createRef()} />)

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
  search()
  expect(await screen.findByRole('button', { name: 'Retrieve' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Open' })).toBe(null)
  // It comes, from wherever.
  here = 300
  await queryClient.invalidateQueries(trpc.studies.get.pathFilter())
  expect(await screen.findByRole('button', { name: 'Open' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Retrieve' })).toBe(null)
})

test('a search that the archive has more for than it takes says so beside what it found, and offers no more of it', async () => {
  const answer = { fault: 'too-many', detail: 'C-FIND: more than 500 studies', studies: [study], more: true }
  answerBy({ 'archive.search': () => answer, 'archive.retrievals': () => [] })
  search()
  expect(await screen.findByText(/more studies that match than one search takes/)).toBeTruthy()
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
  search()
  const line = await screen.findByText(/100 of 300/)
  expect(line.textContent).toMatch(/ · 100 kB\/s · about 3 mins left$/)
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  await expect.poll(() => cancelled.join()).toContain('"retrievalId":7')
  expect(screen.getByRole('button', { name: 'Retrieve' }).hasAttribute('disabled')).toBe(true)
})
