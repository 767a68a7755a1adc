/**
 * Worker threads for jobs that may crash or never end: each job has a time limit, and a worker that fails is replaced. The queue is bounded;
 * what does not fit is turned away at once.
 */
import type { Worker } from 'node:worker_threads'

export interface WorkerPoolOptions<Answer> {
  /** Started when there is work. */
  size: number
  /** ms that a job may take in the worker; the time that a new worker needs to start is not part of it. */
  timeout: number
  maxQueued: number
  /** Makes a worker; it answers each message with one message. */
  spawn: () => Worker
  /** Whether the worker that gave `answer` can give no other. */
  isSpent?: (answer: Answer) => boolean
}

/** Why a job has no answer. */
export class WorkerPoolError extends Error {
  readonly code: 'queue-full' | 'timed-out' | 'worker-died' | 'closed'
  constructor(code: WorkerPoolError['code'], options?: ErrorOptions) {
    super(code, options)
    this.name = 'WorkerPoolError'
    this.code = code
  }
}

/** A worker that does not even start by then, ms, has failed. */
const START_LIMIT = 30_000

interface Task<Job, Answer> {
  job: Job
  resolve: (answer: Answer) => void
  reject: (error: Error) => void
}

interface Seat<Job, Answer> {
  worker: Worker
  isOnline: boolean
  task: Task<Job, Answer> | null
  timer: NodeJS.Timeout | undefined
}

export interface WorkerPool<Job, Answer> {
  /** Rejects with {@link WorkerPoolError}. */
  run(job: Job): Promise<Answer>
  close(): Promise<void>
}

export const createWorkerPool = <Job, Answer>({
  size,
  timeout,
  maxQueued,
  spawn,
  isSpent = () => false,
}: WorkerPoolOptions<Answer>): WorkerPool<Job, Answer> => {
  const seats = new Set<Seat<Job, Answer>>()
  const queue: Task<Job, Answer>[] = []
  let closed = false

  const settle = (seat: Seat<Job, Answer>): Task<Job, Answer> | null => {
    const { task } = seat
    clearTimeout(seat.timer)
    seat.task = null
    return task
  }

  const remove = (seat: Seat<Job, Answer>, error: WorkerPoolError): void => {
    if (!seats.delete(seat)) return
    settle(seat)?.reject(error)
    void seat.worker.terminate()
    dispatch()
  }

  /** Ends the worker when its job has no answer after `limit` ms. */
  const watch = (seat: Seat<Job, Answer>, limit: number): void => {
    clearTimeout(seat.timer)
    seat.timer = setTimeout(() => remove(seat, new WorkerPoolError('timed-out')), limit)
  }

  const open = (): Seat<Job, Answer> => {
    const seat: Seat<Job, Answer> = { worker: spawn(), isOnline: false, task: null, timer: undefined }
    seat.worker.unref()
    seat.worker.on('online', () => {
      seat.isOnline = true
      if (seat.task) watch(seat, timeout)
    })
    seat.worker.on('message', (answer: Answer) => {
      settle(seat)?.resolve(answer)
      if (isSpent(answer)) remove(seat, new WorkerPoolError('worker-died'))
      else dispatch()
    })
    seat.worker.on('error', (cause) => remove(seat, new WorkerPoolError('worker-died', { cause })))
    seat.worker.on('exit', () => remove(seat, new WorkerPoolError('worker-died')))
    seats.add(seat)
    return seat
  }

  const dispatch = (): void => {
    while (queue.length > 0 && !closed) {
      const free = [...seats].find((seat) => !seat.task) ?? (seats.size < size ? open() : undefined)
      if (!free) return
      const task = queue.shift()
      if (!task) return
      free.task = task
      watch(free, free.isOnline ? timeout : START_LIMIT + timeout)
      free.worker.postMessage(task.job)
    }
  }

  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new WorkerPoolError('closed'))
        if (queue.length >= maxQueued) return reject(new WorkerPoolError('queue-full'))
        queue.push({ job, resolve, reject })
        dispatch()
      }),
    async close() {
      closed = true
      for (const task of queue.splice(0)) task.reject(new WorkerPoolError('closed'))
      const workers = [...seats].map((seat) => {
        settle(seat)?.reject(new WorkerPoolError('closed'))
        return seat.worker
      })
      seats.clear()
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
