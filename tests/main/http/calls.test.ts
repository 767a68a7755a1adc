import { createTRPCClient, createWSClient, httpBatchLink, splitLink, wsLink } from '@trpc/client'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { CacheError } from '../../../main/cache/cache.ts'
import type { RouterOf } from '../../../main/contract/define.ts'
import type { StationContract } from '../../../main/contract/index.ts'
import { createFeed, type Feed } from '../../../main/http/feed.ts'
import { CallError } from '../../../main/http/implement.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer | null = null
const ends: (() => void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) end()
  await server?.close()
})

const counts = { all: 1, today: 0, receivedRecently: 0, modalities: [], reports: [] }

async function start(
  feed: Feed = createFeed(),
  countStudies: (input: unknown, signal: AbortSignal) => unknown = () => counts,
) {
  server = await startTestServer(null, {
    handlers: {
      studies: { counts: countStudies, get: () => null } as never,
      station: { feed: (_: unknown, signal: AbortSignal) => feed.subscribe(signal) } as never,
    },
  })
  const { url, cookie } = server
  const socket = createWSClient({
    url: `${url.replace('http', 'ws')}/events`,
    WebSocket: class extends WebSocket {
      constructor(address: string) {
        super(address, { headers: { cookie, origin: url } })
      }
    } as unknown as typeof globalThis.WebSocket,
  })
  ends.push(() => void socket.close())
  return createTRPCClient<RouterOf<StationContract>>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: wsLink({ client: socket }),
        false: httpBatchLink({ url: `${url}/call`, headers: { cookie }, methodOverride: 'POST' }),
      }),
    ],
  })
}

const failure = (promise: Promise<unknown>): Promise<{ message: string; data: unknown }> =>
  promise.then(
    () => Promise.reject(new Error('it worked')),
    ({ message, data }) => ({ message, data }),
  )

const day = { today: '20260101', receivedSince: '' }

it('answers calls in a batch', async () => {
  const client = await start()
  const answers = [client.studies.counts.query(day), client.studies.get.query({ StudyInstanceUID: '1.2' })]
  expect(await Promise.all(answers)).toEqual([counts, null])
})

it('tells what answers a call that whoever asked has left', async () => {
  const leaving = new AbortController()
  let hasLeft = false
  const client = await start(createFeed(), async (_, signal) => {
    leaving.abort()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    hasLeft = true
    return counts
  })
  await expect(client.studies.counts.query(day, { signal: leaving.signal })).rejects.toThrow()
  await expect.poll(() => hasLeft).toBe(true)
})

it('checks what comes in', async () => {
  const client = await start()
  const { message, data } = await failure(client.studies.counts.query({ today: 7 } as never))
  expect(message).toBe('bad-request')
  expect(data).toEqual({ code: 'BAD_REQUEST', httpStatus: 400, path: 'studies.counts' })
})

it('checks what goes out, and does not tell it', async () => {
  const client = await start(createFeed(), () => ({ all: 'DUPONT^Jean' }))
  const { message, data } = await failure(client.studies.counts.query(day))
  expect(JSON.stringify({ message, data })).not.toContain('DUPONT')
  expect(message).toBe('internal-server-error')
})

it('tells a failure by its code alone', async () => {
  const errors = [
    new CallError('locked', 'DUPONT'),
    new CacheError('object-missing', 'DUPONT'),
    new Error('DUPONT at /home'),
  ]
  const client = await start(createFeed(), () => {
    throw errors.shift()
  })
  const messages = []
  for (let index = 0; index < 3; index++) messages.push((await failure(client.studies.counts.query(day))).message)
  expect(messages).toEqual(['locked', 'object-missing', 'internal-server-error'])
})

it('numbers the feed without gaps, hello first, for every window', async () => {
  const feed = createFeed()
  const client = await start(feed)
  const heard: { id: string; kind: string }[][] = [[], []]
  for (const list of heard) {
    const subscription = client.station.feed.subscribe(
      {},
      { onData: ({ id, data }) => void list.push({ id, kind: data.kind }) },
    )
    ends.push(() => subscription.unsubscribe())
  }
  await expect
    .poll(() => heard.map(([first]) => first))
    .toEqual([
      { id: '0', kind: 'hello' },
      { id: '0', kind: 'hello' },
    ])
  for (let index = 0; index < 50; index++) feed.publish({ kind: 'settingsChanged' })
  await expect.poll(() => heard.map((list) => list.length)).toEqual([51, 51])
  expect(heard[0]?.map(({ id }) => Number(id))).toEqual(Array.from({ length: 51 }, (_, index) => index))
})

it('ends when the server closes, with windows open', async () => {
  const client = await start()
  let isOpen = false
  const onStarted = () => {
    isOpen = true
  }
  const subscription = client.station.feed.subscribe({}, { onStarted })
  ends.push(() => subscription.unsubscribe())
  await expect.poll(() => isOpen).toBe(true)
  await server?.close()
})
