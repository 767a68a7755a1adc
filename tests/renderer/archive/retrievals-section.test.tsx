/** Whose studies come from the archive. */
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { Retrieval } from '../../../main/contract/archive.ts'
import { RetrievalsSection } from '../../../renderer/archive/retrievals-section.tsx'
import { answerBy, onScreen, show } from '../program.tsx'
import { study } from '../viewer/study-fixtures.ts'

onScreen()

const { StudyInstanceUID, PatientName, PatientID } = study
const running: Retrieval = {
  ...{ retrievalId: 1, StudyInstanceUID, PatientName, StudyDescription: 'CT', state: 'running', fault: null },
  ...{ detail: '', expected: 300, received: 10, bytes: 1, rate: 0, brought: { objects: 10, bytes: 1 } },
  startedAt: '2026-01-01T00:00:00.000Z',
}

test('as soon as something is here, namesakes are told apart', async () => {
  answerBy({ 'archive.retrievals': () => [running], 'studies.get': () => ({ study, series: [], priors: [] }) })
  show(<RetrievalsSection onSearch={() => undefined} />)
  expect(await screen.findByText(PatientID)).toBeTruthy()
})
