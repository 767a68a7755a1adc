import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { createWorkerPool, type WorkerPool } from '../../../main/pixels/worker-pool.ts'

let pool: WorkerPool<string, string>
let spawned = 0
const open = (
  options: { size?: number; timeout?: number; maxQueued?: number; isSpent?: (answer: string) => boolean } = {},
) => {
  spawned = 0
  const spawn = () => {
    spawned++
    return new Worker(new URL('./hanging-worker.mjs', import.meta.url))
  }
  pool = createWorkerPool({ size: 1, timeout: 60_000, maxQueued: 10, spawn, ...options })
}
afterEach(() => pool.close())

test('jobs are answered in turn by one worker', async () => {
  open()
  expect(await Promise.all(['a', 'b', 'c'].map((job) => pool.run(job)))).toEqual(['done a', 'done b', 'done c'])
  expect(spawned).toBe(1)
})

test.each(['die', 'throw'])('a worker that does “%s” fails its own job only', async (harm) => {
  open()
  const jobs = [pool.run('a'), pool.run(harm), pool.run('b')]
  expect(
    (await Promise.allSettled(jobs)).map((result) =>
      result.status === 'fulfilled' ? result.value : result.reason.code,
    ),
  ).toEqual(['done a', 'worker-died', 'done b'])
})

test('a worker that is spent gives its answer and no other', async () => {
  open({ isSpent: (answer) => answer === 'done b' })
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((job) => pool.run(job)))).toEqual([
    'done a',
    'done b',
    'done c',
    'done d',
  ])
  expect(spawned).toBe(2)
})

test('a worker that hangs is stopped and replaced', async () => {
  // Long enough for the worker that takes its place to start on a busy machine.
  open({ timeout: 3_000 })
  const hanging = pool.run('hang')
  const next = pool.run('b')
  await expect(hanging).rejects.toMatchObject({ code: 'timed-out' })
  expect([await next, spawned]).toEqual(['done b', 2])
})

test('more than the queue holds is turned away at once', async () => {
  open({ maxQueued: 1 })
  const jobs = [pool.run('a'), pool.run('b'), pool.run('c')]
  await expect(jobs[2]).rejects.toMatchObject({ code: 'queue-full' })
  expect(await Promise.all(jobs.slice(0, 2))).toEqual(['done a', 'done b'])
})

test('closing ends what runs and what waits', async () => {
  open()
  const jobs = [pool.run('hang'), pool.run('a')]
  const settled = Promise.allSettled(jobs)
  await pool.close()
  expect((await settled).map((result) => result.status === 'rejected' && result.reason.code)).toEqual([
    'closed',
    'closed',
  ])
  await expect(pool.run('x')).rejects.toMatchObject({ code: 'closed' })
})
