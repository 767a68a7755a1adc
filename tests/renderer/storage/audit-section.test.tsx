/** The audit log on the screen. */
import { fireEvent, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { AuditEntry } from '../../../main/contract/audit.ts'
import { AuditSection } from '../../../renderer/storage/audit-section.tsx'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

const entry = (seq: number, UserName: string): AuditEntry => ({
  ...{ seq, kind: 'opened', EventID: '110103', EventActionCode: 'R', EventOutcomeIndicator: 0 },
  EventDateTime: '2026-01-01T00:00:00.000Z',
  ActiveParticipant: [{ UserID: String(seq), UserName, UserIsRequestor: true }],
  ParticipantObject: [],
  detail: {},
})

const look = () => show(<AuditSection />)
const persons = () => []

test('shows what was noted since it was last looked at', async () => {
  const entries = [entry(1, 'Zoé Martin')]
  answerBy({ 'audit.entries': () => ({ entries: [...entries], isMore: false }), 'audit.persons': persons })
  const first = look()
  expect(await screen.findByText(/Zoé Martin/)).toBeTruthy()
  first.unmount()
  entries.unshift(entry(2, 'Élise Durand'))
  look()
  expect(await screen.findByText(/Élise Durand/)).toBeTruthy()
})

test('asks for the entries about one patient', async () => {
  const asked: string[] = []
  const entries = (input: string) => {
    asked.push(input)
    return { entries: [], isMore: false }
  }
  answerBy({ 'audit.entries': entries, 'audit.persons': persons })
  look()
  fireEvent.change(await screen.findByRole('textbox', { name: 'Patient' }), { target: { value: ' Zoé 7' } })
  await expect.poll(() => asked.at(-1)).toContain('"patient":"Zoé 7"')
})
