import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Report } from '../../../main/contract/report.ts'
import { ReadReport } from '../../../renderer/report/read-report.tsx'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { provideScreen } from '../screen.ts'
import { paragraph, section } from './contents.ts'
import { draft } from './fake-line.ts'

const before = globalThis.fetch
const nothing = () => undefined
const evidence = {
  goToMeasurement: nothing,
  goToImage: nothing,
  wantMeasurement: nothing,
  wantImage: nothing,
  focusImages: nothing,
}

beforeEach(() => {
  provideScreen()
  speak('fr')
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

test('a report that was signed since it was last asked for is asked for again, and shown as it was signed', async () => {
  const signed: Report = {
    ...draft,
    seq: 2,
    state: 'final',
    content: { ...draft.content, sections: [section('findings', [paragraph('texte signé')])] },
  }
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    const answers = names.map((name) => ({ result: { data: name === 'reports.get' ? signed : null } }))
    return new Response(JSON.stringify(answers))
  }
  const known: readonly unknown[] = trpc.reports.get.queryKey({ reportId: draft.reportId })
  queryClient.setQueryData(known, draft)
  render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <ReadReport summary={signed} evidence={evidence} onOpen={nothing} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  expect(await screen.findByText('texte signé')).toBeTruthy()
})
