import { expect, it } from 'vitest'
import { createIndexWait } from '../../../../main/cache/workers/index-wait.ts'

/** A store that answers when it is told to, and a clock that strikes when it is told to. */
const waitOf = () => {
  const asked: PromiseWithResolvers<void>[] = []
  const timers: (() => void)[] = []
  const told: boolean[] = []
  const wait = createIndexWait({
    index: () => {
      const question = Promise.withResolvers<void>()
      asked.push(question)
      return question.promise
    },
    onStalled: (isStalled) => void told.push(isStalled),
    after: (_, work) => {
      timers.push(work)
      return () => void timers.splice(timers.indexOf(work), 1)
    },
  })
  return { wait, asked, timers, told }
}

it('lets a query go out when the store has indexed, or could not', async () => {
  const { wait, asked, timers, told } = waitOf()
  const first = wait.upToDate()
  asked[0]?.resolve()
  await first
  const second = wait.upToDate()
  asked[1]?.reject(new Error('closed'))
  await second
  expect([timers, told]).toEqual([[], []])
})

it('lets queries go on without a store that does not answer, says so, and waits again once it does', async () => {
  const { wait, asked, timers, told } = waitOf()
  const waiting = [wait.upToDate(), wait.upToDate()]
  for (const strike of [...timers]) strike()
  await Promise.all(waiting)
  expect(told).toEqual([true])
  // Nobody waits again, and the store is not asked over and over.
  await wait.upToDate()
  expect(asked).toHaveLength(2)
  asked[0]?.resolve()
  await expect.poll(() => told).toEqual([true, false])
  const next = wait.upToDate()
  expect(asked).toHaveLength(3)
  asked[2]?.resolve()
  await next
  expect(told).toEqual([true, false])
})
