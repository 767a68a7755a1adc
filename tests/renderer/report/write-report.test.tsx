import { screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDesk } from '../../../renderer/report/report-desk.ts'
import { openSession } from '../../../renderer/report/session.ts'
import { WriteReport } from '../../../renderer/report/write-report.tsx'
import { onScreen, show } from '../program.tsx'
import { paragraph, section } from './contents.ts'
import { draft, openLine } from './fake-line.ts'
import { evidence, nothing } from './no-images.ts'

let line: ReturnType<typeof openLine>
onScreen('fr')
beforeEach(() => {
  line = openLine()
})
afterEach(() => line.close())

test('the text shown is the session’s, also where it changed before the editor was there', async () => {
  const session = openSession(draft)
  session.writeSections([section('findings', [paragraph('écrit ailleurs')])])
  const shown = show(
    <WriteReport
      summary={draft}
      session={session}
      desk={createDesk({ tell: nothing, refuse: nothing })}
      evidence={evidence}
      isOwnWindow={false}
      giveUp={async () => undefined}
    />,
  )
  expect(await screen.findByText('écrit ailleurs')).toBeTruthy()
  shown.unmount()
  await session.close()
})
