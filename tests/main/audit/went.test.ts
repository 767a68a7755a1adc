/** What goes is noted by study and receiver, not by object. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { gatherWent, type WentCount } from '../../../main/audit/index.ts'

const world = () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const noted: WentCount[] = []
  return { noted, gathering: gatherWent(async (count) => void noted.push(count)) }
}
const sent = { StudyInstanceUID: '1.2', to: 'WS2', address: '10.0.0.7', requestor: 'WS2', how: 'C-GET' }

it('notes what went of a study to one receiver once it is quiet, and others apart', async () => {
  const { noted, gathering } = world()
  for (let index = 0; index < 300; index += 1) gathering.went({ ...sent, objects: 1, failed: 0 })
  gathering.went({ ...sent, objects: 0, failed: 2 })
  gathering.went({ ...sent, to: 'WS3', objects: 1, failed: 0 })
  expect(noted).toEqual([])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(noted).toEqual([
    { ...sent, objects: 300, failed: 2 },
    { ...sent, to: 'WS3', objects: 1, failed: 0 },
  ])
})

it('notes what never is quiet once a minute, and the rest when it ends', async () => {
  const { noted, gathering } = world()
  for (let second = 0; second < 100; second += 1) {
    gathering.went({ ...sent, objects: 1, failed: 0 })
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(noted).toHaveLength(1)
  await gathering.close()
  expect(noted.reduce((sum, { objects }) => sum + objects, 0)).toBe(100)
})

it('is bounded: the oldest is noted early', async () => {
  const { noted, gathering } = world()
  for (let index = 0; index < 1_100; index += 1) {
    gathering.went({ ...sent, StudyInstanceUID: `1.${index}`, objects: 1, failed: 0 })
  }
  await vi.advanceTimersByTimeAsync(0)
  expect(noted.map(({ StudyInstanceUID }) => StudyInstanceUID).slice(0, 2)).toEqual(['1.0', '1.1'])
  expect(noted).toHaveLength(100)
})
