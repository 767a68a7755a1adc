/** The browser host's window, with a real browser made headless: where it leads, what it leaves, who runs it. */
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAppWindow } from '../../build/app-window.mjs'
import { findChromium } from '../../build/chromium.mjs'
import { windowUser } from '../../build/window-user.mjs'
import { eventually } from '../helpers/electron-app.ts'

const code = 'ONE-TIME-CODE'
const isRoot = process.getuid?.() === 0
let folder: string
let browser: string
let servers: Server[] = []
let events: string[]
let window: ReturnType<typeof createAppWindow>

/** A page that notes who opens it; the code in its address must reach the page, and only it. */
async function startServer(): Promise<{ entry: string; opened: string[] }> {
  const opened: string[] = []
  const server = createServer((request, response) => {
    if (request.url !== '/favicon.ico') opened.push(`${request.method} ${request.url}`)
    const script = request.url === '/enter' ? "<script>fetch('/code-' + location.hash.slice(1))</script>" : ''
    response.setHeader('content-type', 'text/html').end(`<title>t</title>${script}`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  servers.push(server)
  return { entry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/enter#${code}`, opened }
}

/** The processes of the window, by the folder in their command lines. */
const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        const line = readFileSync(join('/proc', id, 'cmdline'), 'utf8')
        return line.includes('astreinte-window-') && line.includes(folder) ? [{ id: Number(id), line }] : []
      } catch {
        return []
      }
    })

const open = (options: { user: ReturnType<typeof windowUser>; withoutSandbox: boolean }) => {
  window = createAppWindow({
    browser,
    ...options,
    onClosed: () => events.push('closed'),
    onFailed: () => events.push('failed'),
  })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-browser-'))
  chmodSync(folder, 0o755)
  browser = join(folder, 'browser')
  // The folder's name is an argument by which the test finds the window's processes among others.
  writeFileSync(browser, `#!/bin/sh\nexec ${findChromium()} --headless=new --test-name=${folder} "$@"\n`, {
    mode: 0o755,
  })
  events = []
  servers = []
})
afterEach(async () => {
  window.close()
  for (const server of servers) server.close()
  await eventually(() => processes().length === 0, 'the browser to end')
  rmSync(folder, { recursive: true })
})

test('it opens on the one-time address without showing it to other programs', async () => {
  const { entry, opened } = await startServer()
  open({ user: null, withoutSandbox: isRoot })
  await window.show(entry)
  await eventually(() => opened.includes(`GET /code-${code}`), 'the page to be opened')
  const lines = processes().map(({ line }) => line)
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter((line) => line.includes(code))).toEqual([])
  const own = /--user-data-dir=([^\0]+)\/profile/.exec(lines.join('\0'))?.[1] ?? ''
  const modes = [own, join(own, 'open.html')].map((path) => statSync(path).mode & 0o777)
  expect(modes).toEqual([0o700, 0o600])
})

test('shown again it is raised, not opened a second time; at a new address the same window follows', async () => {
  const first = await startServer()
  const second = await startServer()
  open({ user: null, withoutSandbox: isRoot })
  await window.show(first.entry)
  await eventually(() => first.opened.length >= 2, 'the page to be opened')
  const before = [...first.opened]
  await window.show(first.entry)
  await window.show(second.entry)
  await eventually(() => second.opened.includes(`GET /code-${code}`), 'the window to follow')
  expect(first.opened).toEqual(before)
  expect(new Set(processes().flatMap(({ line }) => /--user-data-dir=[^\0]+/.exec(line) ?? [])).size).toBe(1)
})

test('closed by a person, it says so and leaves nothing behind', async () => {
  const { entry, opened } = await startServer()
  open({ user: null, withoutSandbox: isRoot })
  await window.show(entry)
  await eventually(() => opened.length >= 2, 'the page to be opened')
  const [main] = processes().filter(({ line }) => !line.includes('--type='))
  const own = /--user-data-dir=([^\0]+)\/profile/.exec(main?.line ?? '')?.[1] ?? ''
  // The browser makes a second folder, for temporary files: inside the one that is removed.
  expect(readlinkSync(join(own, 'profile', 'SingletonSocket')).startsWith(own)).toBe(true)
  process.kill(main?.id ?? Number.NaN, 'SIGTERM')
  await eventually(() => events.length > 0, 'the closing to be noticed')
  expect(events).toEqual(['closed'])
  await eventually(() => !existsSync(own), 'its folder to go')
})

test('a browser that cannot start is reported', async () => {
  writeFileSync(browser, '#!/bin/sh\necho no display >&2\nexit 1\n', { mode: 0o755 })
  const { entry } = await startServer()
  open({ user: null, withoutSandbox: false })
  await window.show(entry)
  await eventually(() => events.length > 0, 'the failure to be noticed')
  expect(events).toEqual(['failed'])
})

test.runIf(isRoot)('root’s window runs as a user without an account, in the browser’s sandbox', async () => {
  const { entry, opened } = await startServer()
  const user = windowUser(true)
  open({ user, withoutSandbox: false })
  await window.show(entry)
  await eventually(() => opened.includes(`GET /code-${code}`), 'the page to be opened')
  const seen = processes()
  const owners = new Set(seen.map(({ id }) => /^Uid:\t(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]))
  expect([...owners]).toEqual([String(user?.uid)])
  expect(seen.filter(({ line }) => line.includes('--no-sandbox'))).toEqual([])
})
