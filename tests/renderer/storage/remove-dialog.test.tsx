/** What a person is told of a study before it is removed. */
import { fireEvent, screen, within } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import type { KeepReason, RemovalOutcome, StudyRoom } from '../../../main/contract/space.ts'
import { RemoveDialog } from '../../../renderer/storage/remove-dialog.tsx'
import { answerBy, onScreen, show } from '../program.tsx'
import { study } from '../viewer/study-fixtures.ts'

onScreen()
/** What the station answers to the removal. */
const outcome: RemovalOutcome = { kind: 'kept', reasons: ['not-confirmed'] }
beforeEach(() => answerBy({ 'studies.get': () => ({ study, series: [], priors: [] }), 'space.remove': () => outcome }))

const ask = (...reasons: KeepReason[]) => {
  const room: StudyRoom = { ...study, usedAt: study.lastReceivedAt, isPinned: false, reasons }
  show(<RemoveDialog study={room} onClose={() => undefined} />)
  return screen.findByRole('dialog')
}

test('whose it is stands there as everywhere: namesakes are told apart before one of them is lost', async () => {
  const dialog = within(await ask('not-archived'))
  const banner = within(await dialog.findByRole('region', { name: 'Patient' }))
  expect(banner.getByText(study.PatientID)).toBeTruthy()
  expect(banner.getByText(/1951/)).toBeTruthy()
  expect(dialog.getByRole('button', { name: 'Cancel' })).toBeTruthy()
})

test('where nothing can be removed there is nothing to cancel', async () => {
  const dialog = within(await ask('open', 'not-archived'))
  const [, last] = dialog.getAllByRole('button', { name: 'Close' })
  expect(last?.textContent).toBe('Close')
  expect(dialog.queryByRole('button', { name: 'Cancel' })).toBe(null)
})

test('what the archive cannot be asked about now is only removed by whoever says that it may be lost', async () => {
  const dialog = within(await ask())
  fireEvent.click(dialog.getByRole('button', { name: 'Remove' }))
  expect(await dialog.findByText(/cannot be asked now/)).toBeTruthy()
  const sure = dialog.getByRole('checkbox')
  const remove = dialog.getByRole('button', { name: 'Delete for good' })
  expect(remove).toHaveProperty('disabled', true)
  fireEvent.click(sure)
  expect(remove).toHaveProperty('disabled', false)
})
