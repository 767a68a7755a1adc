import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { Report } from '../../../main/contract/report.ts'
import { ReadReport } from '../../../renderer/report/read-report.tsx'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { answerBy, onScreen, show } from '../program.tsx'
import { paragraph, section } from './contents.ts'
import { draft } from './fake-line.ts'
import { evidence, nothing } from './no-images.ts'

onScreen('fr')

test('a report that was signed since it was last asked for is asked for again, and shown as it was signed', async () => {
  const signed: Report = {
    ...draft,
    seq: 2,
    state: 'final',
    content: { ...draft.content, sections: [section('findings', [paragraph('texte signé')])] },
  }
  answerBy({ 'reports.get': () => signed })
  const known: readonly unknown[] = trpc.reports.get.queryKey({ reportId: draft.reportId })
  queryClient.setQueryData(known, draft)
  show(<ReadReport summary={signed} evidence={evidence} onOpen={nothing} />)
  expect(await screen.findByText('texte signé')).toBeTruthy()
})
