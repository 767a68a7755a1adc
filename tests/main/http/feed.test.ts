import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { StationEvent, StationStatus } from '../../../main/contract/station.ts'
import { createFeed } from '../../../main/http/feed.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function listen(feed: ReturnType<typeof createFeed>) {
  const gone = new AbortController()
  const heard: { id: string; data: StationEvent }[] = []
  const end = (async () => {
    for await (const event of feed.subscribe(gone.signal)) heard.push(event)
  })()
  return { heard, gone, end }
}
const settle = () => vi.advanceTimersByTimeAsync(0)

it('tells a burst of one study at once and then ten times a second at most, losing no series', async () => {
  const feed = createFeed()
  const { heard } = listen(feed)
  for (let ms = 0; ms < 1000; ms++) {
    feed.studyChanged('1.2', [`1.2.${ms % 7}`], true)
    await vi.advanceTimersByTimeAsync(1)
  }
  await vi.advanceTimersByTimeAsync(200)
  const told = heard.map(({ data }) => data).filter((data) => data.kind === 'studyChanged')
  expect(told.length).toBeGreaterThanOrEqual(9)
  expect(told.length).toBeLessThanOrEqual(11)
  expect(told[0]).toEqual({
    kind: 'studyChanged',
    StudyInstanceUID: '1.2',
    SeriesInstanceUIDs: ['1.2.0'],
    receiving: true,
  })
  expect(told[1]?.SeriesInstanceUIDs.length).toBe(7)
})

it('does not let one study hold up another', async () => {
  const feed = createFeed()
  const { heard } = listen(feed)
  feed.studyChanged('1', ['1.1'], true)
  feed.studyChanged('2', ['2.1'], false)
  await settle()
  expect(heard.map(({ data }) => data.kind)).toEqual(['hello', 'studyChanged', 'studyChanged'])
})

it('tells a status only when it differs', async () => {
  const feed = createFeed()
  const { heard } = listen(feed)
  const status = { version: '1', problems: [] } as unknown as StationStatus
  feed.statusChanged(status)
  feed.statusChanged({ ...status, problems: [] })
  feed.statusChanged({ ...status, version: '2' })
  await settle()
  expect(heard.map(({ id, data }) => [id, data.kind])).toEqual([
    ['0', 'hello'],
    ['1', 'statusChanged'],
    ['2', 'statusChanged'],
  ])
})

it('lets a window that comes later start at the present number', async () => {
  const feed = createFeed()
  feed.publish({ kind: 'settingsChanged' })
  const { heard } = listen(feed)
  await settle()
  feed.publish({ kind: 'settingsChanged' })
  await settle()
  expect(heard.map(({ id }) => id)).toEqual(['1', '2'])
  expect(heard[0]?.data).toEqual({ kind: 'hello', epoch: feed.epoch })
})

it('drops the oldest for a window that does not read, so that it sees the gap', async () => {
  const feed = createFeed()
  const events = feed.subscribe(new AbortController().signal)[Symbol.asyncIterator]()
  await events.next()
  for (let index = 0; index < 1_500; index++) feed.publish({ kind: 'settingsChanged' })
  const { value } = await events.next()
  expect(Number(value?.id)).toBe(501)
})

it('ends a window that goes, and all when it closes', async () => {
  const feed = createFeed()
  const [one, other] = [listen(feed), listen(feed)]
  await settle()
  one.gone.abort()
  await one.end
  feed.close()
  await other.end
  expect([one.heard.length, other.heard.length]).toEqual([1, 1])
})
