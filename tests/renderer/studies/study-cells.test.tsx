/** What the list says of a study by a sign. */
import { MantineProvider } from '@mantine/core'
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StudyRow } from '../../../main/contract/studies.ts'
import { speak } from '../../../renderer/services/i18n.ts'
import { StudyCell } from '../../../renderer/studies/study-cells.tsx'
import { provideScreen } from '../screen.ts'
import { study } from '../viewer/study-fixtures.ts'

beforeEach(() => {
  provideScreen()
  speak('en')
})
afterEach(cleanup)

const sign = (changes: Partial<StudyRow>): string | null => {
  const { container } = render(
    <MantineProvider>
      <span data-cell>
        <StudyCell id="state" row={{ ...study, ...changes }} now={0} />
      </span>
    </MantineProvider>,
  )
  const { textContent } = container.querySelector('[data-cell]') as HTMLElement
  cleanup()
  return textContent
}

test('a contradiction is told while the study is still received: that may take long, and somebody reads already', () => {
  const receiving = { receiving: true, openedAt: null }
  expect([
    sign({ ...receiving, conflictingAttributes: ['PatientSex'], conflictingInstances: 1 }),
    sign({ ...receiving, conflictingInstances: 1 }),
    sign(receiving),
    sign({ receiving: false, openedAt: null }),
    sign({ receiving: false, openedAt: '2026-03-14T02:10:00.000Z' }),
  ]).toEqual([
    'The identity differs between the objects of this study',
    'Some objects exist in more than one version',
    'Being received',
    'Never opened',
    '',
  ])
})
