import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-renderer-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<title>index</title>')
  writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'export {}')
  writeFileSync(join(folder, '.secret'), 'x')
  server = await startTestServer(null, { rendererFolder: folder })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const get = async (path: string, accept = 'text/html,*/*') => {
  const answer = await server.ask(path, { headers: { accept } })
  return [answer.status, answer.headers.get('content-type')?.split(';')[0], (await answer.text()).slice(0, 20)]
}

it('serves the files, not kept by caches, also while the data folder is locked', async () => {
  expect(await get('/')).toEqual([200, 'text/html', '<title>index</title>'])
  expect(await get('/assets/main-1a2b.js', '*/*')).toEqual([200, 'application/javascript', 'export {}'])
  expect((await server.ask('/assets/main-1a2b.js')).headers.get('cache-control')).toBe('no-store')
})

it('serves the page for a place in the program, and nothing for a missing file', async () => {
  expect(await get('/study/1')).toEqual([200, 'text/html', '<title>index</title>'])
  expect((await get('/study/1.2.840.10008'))[0]).toBe(200)
  expect((await get('/assets/gone.js'))[0]).toBe(404)
  expect((await get('/study/1', 'application/json'))[0]).toBe(404)
  expect((await server.ask('/study/1', { method: 'POST' })).status).toBe(404)
})

it('serves nothing from outside the folder, and no hidden file', async () => {
  const paths = ['/.secret', '/..%2f..%2fetc%2fpasswd', '/assets/..%2f.secret', '/%2e%2e/%2e%2e/etc/passwd']
  for (const path of paths) {
    const [status, , text] = await get(path, '*/*')
    expect([path, [200].includes(status as number), text]).toEqual([path, false, expect.not.stringContaining('root:')])
  }
})
