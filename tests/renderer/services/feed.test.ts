import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test } from 'vitest'
import type { StationEvent } from '../../../main/contract/station.ts'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { createFeedListener } from '../../../renderer/services/feed.ts'

const hello: StationEvent = { kind: 'hello', epoch: 'a' }
const patient = { timeout: 60_000 }
const stops: (() => void)[] = []

/** A screen that shows what the station answers to `queryKey`; each answer is given by hand. */
function show(queryKey: readonly unknown[]) {
  const answers: ((value: string) => void)[] = []
  const observer = new QueryObserver(queryClient, {
    queryKey,
    queryFn: () => new Promise<string>((resolve) => answers.push(resolve)),
  })
  stops.push(observer.subscribe(() => undefined))
  return {
    asked: () => answers.length,
    answer: (value: string) => answers.at(-1)?.(value),
    shown: () => observer.getCurrentResult().data,
  }
}

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  queryClient.clear()
})

const kinds = {
  settings: trpc.settings.get.queryKey({}),
  reports: trpc.reports.list.queryKey({ StudyInstanceUID: '1.2' }),
  measurements: trpc.measurements.list.queryKey({ StudyInstanceUID: '1.2' }),
  outbox: trpc.archive.outbox.queryKey({}),
}

test.each(Object.entries(kinds))(
  '%s that were asked for before the subscription began are asked for again',
  async (_, key) => {
    const screen = show(key)
    screen.answer('before')
    await expect.poll(screen.shown, patient).toBe('before')
    createFeedListener()({ id: '7', data: hello })
    await expect.poll(screen.asked, patient).toBe(2)
    screen.answer('after')
    await expect.poll(screen.shown, patient).toBe('after')
  },
)

test('an answer that was under way when something changed is asked for once more', async () => {
  const screen = show(kinds.measurements)
  const hear = createFeedListener()
  hear({ id: '7', data: { kind: 'measurementsChanged', StudyInstanceUID: '1.2' } })
  screen.answer('given before the change')
  await expect.poll(screen.asked, patient).toBe(2)
  screen.answer('given after it')
  await expect.poll(screen.shown, patient).toBe('given after it')
  expect(screen.asked()).toBe(2)
})

test('answers that are slower than events are shown all the same', async () => {
  const screen = show(kinds.measurements)
  const hear = createFeedListener()
  const change = (id: string) => hear({ id, data: { kind: 'measurementsChanged', StudyInstanceUID: '1.2' } })
  screen.answer('first')
  await expect.poll(screen.shown, patient).toBe('first')
  change('7')
  await expect.poll(screen.asked, patient).toBe(2)
  change('8')
  change('9')
  // What is under way is not asked for anew, and what it answers is not thrown away.
  expect(screen.asked()).toBe(2)
  screen.answer('second')
  await expect.poll(screen.shown, patient).toBe('second')
  await expect.poll(screen.asked, patient).toBe(3)
  screen.answer('third')
  await expect.poll(screen.shown, patient).toBe('third')
  expect(screen.asked()).toBe(3)
})

test('why a study stays in the cache is told anew when some of it went to the archive', async () => {
  const screen = show(trpc.space.studies.queryKey({ offset: 0, limit: 50 }))
  screen.answer('before')
  await expect.poll(screen.shown, patient).toBe('before')
  createFeedListener()({ id: '7', data: { kind: 'outboxChanged', StudyInstanceUIDs: ['1.2'] } })
  await expect.poll(screen.asked, patient).toBe(2)
})

test('what an export would hold is counted anew when a study grows', async () => {
  const screen = show(trpc.exporter.plan.queryKey({ StudyInstanceUIDs: ['1.2'] }))
  screen.answer('before')
  await expect.poll(screen.shown, patient).toBe('before')
  const event = { kind: 'studyChanged', StudyInstanceUID: '1.2', SeriesInstanceUIDs: [], receiving: false } as const
  createFeedListener()({ id: '7', data: { ...event, SeriesInstanceUIDs: [] } })
  await expect.poll(screen.asked, patient).toBe(2)
})
