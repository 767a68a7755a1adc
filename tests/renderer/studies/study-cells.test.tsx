/** What the list says of a study by a sign. */
import { cleanup } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { StudyRow } from '../../../main/contract/studies.ts'
import { StudyCell } from '../../../renderer/studies/study-cells.tsx'
import { onScreen, show } from '../program.tsx'
import { study } from '../viewer/study-fixtures.ts'

onScreen()

const sign = (changes: Partial<StudyRow>): string | null => {
  const { container } = show(
    <span data-cell>
      <StudyCell id="state" row={{ ...study, ...changes }} now={0} />
    </span>,
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
