/** What comes is noted by study, not by object; refusals are counted and bounded. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { gather, type Noted } from '../../../main/audit/index.ts'
import type { ReceiverEvent } from '../../../main/contract/station.ts'

const world = () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const studies: [string, number, number][] = []
  const notes: Noted[] = []
  const gathering = gather(
    async (StudyInstanceUID, { objects, versions }) => void studies.push([StudyInstanceUID, objects, versions]),
    (event) => void notes.push(event),
  )
  const came = (StudyInstanceUID: string, kind: 'stored' | 'duplicate' | 'version' = 'stored') =>
    gathering.came([{ kind, StudyInstanceUID }])
  return { gathering, studies, notes, came }
}

const rejected = (callingAETitle: string): ReceiverEvent => ({
  at: '',
  callingAETitle,
  remoteAddress: '10.0.0.1',
  outcome: 'rejected',
  stored: 0,
  duplicates: 0,
  versions: 0,
  failed: 0,
  reasons: [{ code: 'called-ae-unknown', count: 1, detail: '' }],
})

it('notes a study once it is quiet, with how many objects and versions came', async () => {
  const { studies, came } = world()
  for (let index = 0; index < 300; index += 1) came('1.2')
  came('1.2', 'version')
  came('1.2', 'duplicate')
  came('1.3', 'duplicate')
  expect(studies).toEqual([])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(studies).toEqual([['1.2', 301, 1]])
  came('1.2')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(studies.at(-1)).toEqual(['1.2', 1, 0])
})

it('notes a study that is never quiet once a minute', async () => {
  const { studies, came } = world()
  for (let second = 0; second < 150; second += 1) {
    came('1.2')
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(studies.length).toBe(2)
})

it('notes the rest when it ends', async () => {
  const { gathering, studies, came } = world()
  came('1.2')
  await gathering.close()
  expect(studies).toEqual([['1.2', 1, 0]])
})

it('counts equal refusals as one, tells others apart, and bounds them', async () => {
  const { gathering, notes } = world()
  for (let index = 0; index < 1_000; index += 1) gathering.ended(rejected('SAME'))
  gathering.ended({ ...rejected('OK'), outcome: 'completed', stored: 3 })
  gathering.ended({ ...rejected('CUT'), outcome: 'aborted', failed: 2 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(
    notes.map(({ ActiveParticipant, EventID, detail }) => [ActiveParticipant[0]?.UserID, EventID, detail]),
  ).toEqual([
    ['SAME', '110113', { outcome: 'rejected', reason: 'called-ae-unknown', times: 1_000 }],
    ['CUT', '110104', { outcome: 'aborted', reason: 'called-ae-unknown', failed: 2 }],
  ])
  notes.length = 0
  for (let index = 0; index < 1_000; index += 1) gathering.ended(rejected(`AE${index}`))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(notes.length).toBe(51)
  expect(notes.at(-1)?.detail.times).toBe(950)
})
