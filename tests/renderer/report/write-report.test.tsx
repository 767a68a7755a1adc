import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDesk } from '../../../renderer/report/report-desk.ts'
import { openSession } from '../../../renderer/report/session.ts'
import { WriteReport } from '../../../renderer/report/write-report.tsx'
import { queryClient } from '../../../renderer/services/client.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { provideScreen } from '../screen.ts'
import { paragraph, section } from './contents.ts'
import { draft, openLine } from './fake-line.ts'

const nothing = () => undefined
const evidence = {
  goToMeasurement: nothing,
  goToImage: nothing,
  wantMeasurement: nothing,
  wantImage: nothing,
  focusImages: nothing,
}
let line: ReturnType<typeof openLine>

beforeEach(() => {
  provideScreen()
  speak('fr')
  line = openLine()
})
afterEach(() => {
  cleanup()
  queryClient.clear()
  line.close()
})

test('the text shown is the session’s, also where it changed before the editor was there', async () => {
  const session = openSession(draft)
  session.writeSections([section('findings', [paragraph('écrit ailleurs')])])
  const shown = render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <WriteReport
          summary={draft}
          session={session}
          desk={createDesk({ tell: nothing, refuse: nothing })}
          evidence={evidence}
          isOwnWindow={false}
          giveUp={async () => undefined}
        />
      </QueryClientProvider>
    </MantineProvider>,
  )
  expect(await screen.findByText('écrit ailleurs')).toBeTruthy()
  shown.unmount()
  await session.close()
})
