import { afterEach, expect, it } from 'vitest'
import { createByteCache } from '../../../main/http/thumbnails.ts'
import { memoryCache } from './memory-cache.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer | null = null
afterEach(async () => {
  await server?.close()
})

async function start(services: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  server = await startTestServer(services)
  return server
}

it('renders a series once for each revision, also when many ask at the same time', async () => {
  const rendered: string[] = []
  const renderThumbnail = async (uid: string) => {
    rendered.push(uid)
    await new Promise((resolve) => setImmediate(resolve))
    return Uint8Array.of(rendered.length)
  }
  const { ask } = await start({ cache: memoryCache([]), renderThumbnail })
  const get = async (path: string) => new Uint8Array(await (await ask(path)).arrayBuffer())
  const same = await Promise.all([get('/thumbnails/1.2?revision=1'), get('/thumbnails/1.2?revision=1')])
  expect(same.map((each) => each[0])).toEqual([1, 1])
  expect((await get('/thumbnails/1.2?revision=1'))[0]).toBe(1)
  expect((await get('/thumbnails/1.2?revision=2'))[0]).toBe(2)
  expect(rendered).toEqual(['1.2', '1.2'])
})

it('asks again for a series that had nothing to show', async () => {
  const pictures = [null, Uint8Array.of(1)]
  const renderThumbnail = async () => pictures.shift() ?? null
  const { ask } = await start({ cache: memoryCache([]), renderThumbnail })
  const statuses = [await ask('/thumbnails/1.2?revision=1'), await ask('/thumbnails/1.2?revision=1')]
  expect(statuses.map(({ status }) => status)).toEqual([404, 200])
})

it('renders one image of a series apart from its middle one', async () => {
  const asked: unknown[] = []
  const renderThumbnail = async (_: string, image: unknown) => {
    asked.push(image)
    return Uint8Array.of(asked.length)
  }
  const { ask } = await start({ cache: memoryCache([]), renderThumbnail })
  for (const more of ['', '&instance=7&frame=2', '&instance=7', '&instance=7&frame=2', '']) {
    await ask(`/thumbnails/1.2?revision=1${more}`)
  }
  expect(asked).toEqual([null, { instanceKey: 7, frame: 2 }, { instanceKey: 7, frame: 0 }])
  const look = '&instance=7&center=-40.5&width=1e-7&function=SIGMOID&invert=1'
  for (const more of [look, '&instance=7&invert=1', look]) await ask(`/thumbnails/1.2?revision=1${more}`)
  expect(asked.slice(3)).toEqual([
    {
      instanceKey: 7,
      frame: 0,
      look: { window: { center: -40.5, width: 1e-7, function: 'SIGMOID' }, invert: true },
    },
    { instanceKey: 7, frame: 0, look: { window: null, invert: true } },
  ])
  const wrong = [
    ...['instance=x', 'instance=1&frame=-1', 'instance='],
    ...[
      'center=1',
      'width=1',
      'center=x&width=1',
      'center=1&width=1e999',
      'center=1&width=2&function=X',
      'invert=2',
    ].map((question) => `instance=1&${question}`),
  ]
  const statuses = await Promise.all(wrong.map(async (one) => (await ask(`/thumbnails/1.2?${one}`)).status))
  expect(statuses).toEqual(wrong.map(() => 400))
})

it('refuses what is no series', async () => {
  const { ask } = await start({ cache: memoryCache([]), renderThumbnail: async () => null })
  const paths = ['/thumbnails/abc', '/thumbnails/1.2?revision=x', '/thumbnails/1..2']
  expect(await Promise.all(paths.map(async (path) => (await ask(path)).status))).toEqual([400, 400, 400])
})

it('keeps the latest used within its bytes', () => {
  const cache = createByteCache(10)
  const four = new Uint8Array(4)
  cache.set('a', four)
  cache.set('b', four)
  cache.get('a')
  cache.set('c', four)
  expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true])
  cache.set('d', new Uint8Array(11))
  expect(['a', 'c', 'd'].map((key) => cache.get(key) !== undefined)).toEqual([false, false, false])
})
