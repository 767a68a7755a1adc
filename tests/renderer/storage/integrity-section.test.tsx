/** What is said of what is stored. */
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { DamagedObject, IntegrityState } from '../../../main/contract/integrity.ts'
import { IntegritySection } from '../../../renderer/storage/integrity-section.tsx'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

const resting: IntegrityState = {
  ...{ state: 'resting', checked: 0, total: 0, lastRound: null },
  ...{ roundStartedAt: null, damaged: 0 },
}
const damaged: DamagedObject = {
  ...{ instanceKey: 1, StudyInstanceUID: '1.2', SOPInstanceUID: '1.2.3', SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' },
  ...{ PatientName: { Alphabetic: 'MARTIN^Élise' }, StudyDate: '20260314', StudyDescription: 'CT head' },
  ...{ foundAt: '2026-03-14T02:10:00.000Z', reason: 'object-damaged', isArchived: false },
}
const look = (state: IntegrityState, objects: readonly DamagedObject[]) => {
  answerBy({ 'integrity.state': () => state, 'integrity.damaged': () => objects })
  show(<IntegritySection />)
}

test.each([
  [null, 'No damaged object has been found so far.'],
  [{ finishedAt: '2026-03-14T02:10:00.000Z', checked: 12 }, 'No damaged object.'],
])('with the last complete check %o, none damaged is told as: %s', async (lastRound, expected) => {
  look({ ...resting, lastRound }, [])
  expect(await screen.findByText(expected)).toBeTruthy()
})

test('more damaged objects than the list takes are counted', async () => {
  look({ ...resting, damaged: 501 }, [damaged])
  expect(await screen.findByText('500 more damaged objects are not shown.')).toBeTruthy()
})
