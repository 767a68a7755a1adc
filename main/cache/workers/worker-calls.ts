/** Calls from the main thread into a worker: synchronous functions there, promises here. */
import type { MessagePort } from 'node:worker_threads'
import { CacheError } from '../cache.ts'
import { asCacheError } from '../store/store-errors.ts'

// biome-ignore lint/suspicious/noExplicitAny: the argument types of a method are only known to its callers.
export type Methods = Record<string, (...args: any[]) => unknown>

/** The same methods as seen from the other thread. */
export type Remote<M extends Methods> = {
  [K in keyof M]: (...args: Parameters<M[K]>) => Promise<Awaited<ReturnType<M[K]>>>
}

export interface CallMessage {
  type: 'call'
  id: number
  method: string
  args: unknown[]
}
export type ResultMessage =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; code: CacheError['code']; message: string }

/** Runs a call and posts its result. */
export const answerCall = async (
  port: Pick<MessagePort, 'postMessage'>,
  methods: Methods,
  call: CallMessage,
): Promise<void> => {
  try {
    const value = await methods[call.method]?.(...call.args)
    port.postMessage({ type: 'result', id: call.id, value } satisfies ResultMessage)
  } catch (error) {
    const { code, message } = asCacheError(error)
    port.postMessage({ type: 'error', id: call.id, code, message } satisfies ResultMessage)
  }
}

/**
 * The calling side: `remote` posts calls, `receive` takes their results, `fail` rejects all that wait. A call goes out once what `before` gives
 * for its method has ended, if anything.
 */
export const createCaller = <M extends Methods>(
  post: (message: CallMessage) => void,
  before: (method: string) => Promise<unknown> | null = () => null,
) => {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let nextId = 1
  let closed: CacheError | null = null
  const call = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closed)
      const id = nextId++
      waiting.set(id, { resolve, reject })
      const send = (): void => post({ type: 'call', id, method, args })
      const wait = before(method)
      if (wait) wait.then(send, send).catch(reject)
      else send()
    })
  return {
    remote: new Proxy({} as Remote<M>, {
      get: (_, method) => (typeof method === 'string' ? (...args: unknown[]) => call(method, args) : undefined),
    }),
    receive: (message: ResultMessage): void => {
      const waiter = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.type === 'result') waiter?.resolve(message.value)
      else waiter?.reject(new CacheError(message.code, message.message))
    },
    /** Takes no further calls; those under way still get their results. */
    close: (): void => {
      closed ??= new CacheError('closed', 'The cache is closed.')
    },
    fail: (error: CacheError): void => {
      closed = error
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
  }
}
