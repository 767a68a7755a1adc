/** What is said of what is stored. */
import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { DamagedObject, IntegrityState, PackDamage } from '../../../main/contract/integrity.ts'
import { IntegritySection } from '../../../renderer/storage/integrity-section.tsx'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

const resting: IntegrityState = {
  ...{ state: 'resting', checked: 0, total: 0, lastRound: null },
  ...{ roundStartedAt: null, damaged: 0 },
}
const damaged: DamagedObject = {
  ...{ instanceKey: 1, StudyInstanceUID: '1.2', SOPInstanceUID: '1.2.3', SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' },
  ...{
    PatientName: { Alphabetic: 'MARTIN^Élise' },
    PatientID: 'PAT7',
    StudyDate: '20260314',
    StudyDescription: 'CT head',
  },
  ...{ foundAt: '2026-03-14T02:10:00.000Z', reason: 'object-damaged', isArchived: false },
}
const none: PackDamage = { places: [], total: 0, missedPacks: 0 }
const look = (state: IntegrityState, objects: readonly DamagedObject[], packs = none) => {
  let isDismissed = false
  answerBy({
    'integrity.state': () => state,
    'integrity.damaged': () => objects,
    'integrity.packs': () => (isDismissed ? none : packs),
    'integrity.dismiss': () => {
      isDismissed = true
      return {}
    },
  })
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

test('what lies in packs and cannot be read is told with its study until somebody takes note of it', async () => {
  const { PatientName, StudyDate, StudyDescription, StudyInstanceUID, foundAt } = damaged
  const study = { PatientName, PatientID: 'PAT7', StudyDate, StudyDescription, StudyInstanceUID }
  const place = { packId: 'a', bytes: 526_000, foundAt }
  look(resting, [], {
    places: [
      { ...place, beginsAt: 64, study },
      { ...place, beginsAt: 9_000, study: null },
    ],
    ...{ total: 2, missedPacks: 1 },
  })
  expect(await screen.findByText(/^At 2 places of the cache/)).toBeTruthy()
  expect(screen.getByText('CT head')).toBeTruthy()
  expect(screen.getByText('No study that is here')).toBeTruthy()
  expect(screen.getByText(/^1 file of the cache is not there/)).toBeTruthy()
  fireEvent.click(screen.getByText('I have taken note'))
  await waitFor(() => expect(screen.queryByText(/^At 2 places/)).toBe(null))
})

test('namesakes with damaged objects are told apart', async () => {
  look({ ...resting, damaged: 2 }, [damaged, { ...damaged, instanceKey: 2, PatientID: 'PAT8' }])
  expect(await screen.findByRole('row', { name: /^MARTIN Élise PAT7/ })).toBeTruthy()
  expect(screen.getByRole('row', { name: /^MARTIN Élise PAT8/ })).toBeTruthy()
})
