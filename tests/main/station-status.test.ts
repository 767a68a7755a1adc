import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createProblems, noteDisk, noteIndexLag } from '../../main/station-problems.ts'
import { createTeller, LastKnown } from '../../main/station-status.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('tells at once, then once a second while there is something to tell', async () => {
  const told: number[] = []
  const start = Date.now()
  const teller = createTeller(async () => void told.push(Date.now() - start))
  for (let ms = 0; ms < 2_500; ms += 10) {
    teller.soon()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(told).toEqual([0, 1000, 2000])
  await vi.advanceTimersByTimeAsync(5_000)
  expect(told).toEqual([0, 1000, 2000, 3000])
})

it('does not tell twice at a time, nor after it was stopped', async () => {
  let running = 0
  let most = 0
  let times = 0
  const teller = createTeller(async () => {
    times += 1
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    running -= 1
  })
  for (let ms = 0; ms < 10_000; ms += 100) {
    teller.soon()
    await vi.advanceTimersByTimeAsync(100)
  }
  expect([most, times]).toEqual([1, 3])
  teller.stop()
  teller.soon()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(times).toBe(3)
})

it('keeps since when a problem holds, and tells of changes only', () => {
  let changes = 0
  const problems = createProblems(
    () => {
      changes += 1
    },
    () => new Date(0),
  )
  problems.set('disk-full', false)
  problems.set('disk-full', true)
  problems.set('disk-full', true)
  expect(problems.list()).toEqual([{ code: 'disk-full', since: '1970-01-01T00:00:00.000Z', detail: '' }])
  problems.set('disk-full', false)
  expect([problems.list(), changes]).toEqual([[], 2])
})

it('warns before the disk is full', () => {
  const problems = createProblems(() => undefined)
  const codes = (free: number, total: number, full = false) => {
    noteDisk(problems, { free, total, full })
    return problems.list().map(({ code }) => code)
  }
  const GiB = 1024 ** 3
  expect(codes(30 * GiB, 4000 * GiB)).toEqual([])
  expect(codes(19 * GiB, 4000 * GiB)).toEqual(['disk-nearly-full'])
  expect(codes(4 * GiB, 50 * GiB)).toEqual(['disk-nearly-full'])
  expect(codes(1, 50 * GiB, true)).toEqual(['disk-full'])
  expect(codes(6 * GiB, 50 * GiB)).toEqual([])
})

it('says while something that was received cannot be listed', () => {
  const problems = createProblems(
    () => undefined,
    () => new Date(0),
  )
  noteIndexLag(problems, { objects: 3, reason: 'SQLITE_IOERR_WRITE' })
  const detail = '{"objects":3,"reason":"SQLITE_IOERR_WRITE"}'
  expect(problems.list()).toEqual([{ code: 'index-behind', since: '1970-01-01T00:00:00.000Z', detail }])
  noteIndexLag(problems, null)
  expect(problems.list()).toEqual([])
})

it('is told as last known where something does not answer, and asks that once only', async () => {
  const known = new LastKnown(1)
  const answers: PromiseWithResolvers<number>[] = []
  const ask = () => {
    const answer = Promise.withResolvers<number>()
    answers.push(answer)
    return answer.promise
  }
  const first = known.ask(ask)
  answers[0]?.resolve(2)
  expect(await first).toBe(2)
  for (let time = 0; time < 3; time += 1) {
    const late = known.ask(ask)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await late).toBe(2)
  }
  expect(answers).toHaveLength(2)
  answers[1]?.resolve(3)
  await vi.advanceTimersByTimeAsync(0)
  const last = known.ask(ask)
  answers[2]?.resolve(4)
  expect([await last, answers.length]).toEqual([4, 3])
})
