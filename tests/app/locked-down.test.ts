/** A window can do nothing but show its station. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type ShellProcess, startShell } from '../helpers/electron-app.ts'
import { countWindows } from './shell-under-test.ts'

let shell: ShellProcess
/** Another server of this machine, which a window has no business with. */
let stranger: Server
let strangerAddress: string
const asked: string[] = []

beforeAll(async () => {
  stranger = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*').end('reached')
  })
  await once(stranger.listen(0, '127.0.0.1'), 'listening')
  strangerAddress = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`
  shell = await startShell()
})
afterAll(async () => {
  stranger.close()
  await shell?.dispose()
})

test('its page is isolated, sandboxed and without Node', async () => {
  await shell.page()
  const preferences = await shell.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): object }
    return JSON.parse(JSON.stringify(contents.getLastWebPreferences()))
  }, null)
  expect(preferences).toMatchObject({
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
  })
})

test('the page sees nothing of the shell', async () => {
  const page = await shell.page()
  expect(await page.evaluate(() => ['require', 'process', 'electron'].filter((name) => name in globalThis))).toEqual([])
})

test('the secret is in an HttpOnly cookie of this session, and neither in the address nor on a command line', async () => {
  const page = await shell.page()
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(new URL(page.url()).hash).toBe('')
  const [cookie] = await page.context().cookies(page.url())
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  expect((await fetch(page.url())).status).toBe(401)
})

test('it does not go to another address', async () => {
  const page = await shell.page()
  const address = page.url()
  const tried = page.waitForEvent('requestfailed', (request) => request.isNavigationRequest())
  await page.evaluate((elsewhere) => {
    location.href = elsewhere
  }, `${strangerAddress}/navigation`)
  await tried
  expect(page.url()).toBe(address)
  expect(asked).toEqual([])
})

test('it opens no other window', async () => {
  const page = await shell.page()
  await page.evaluate(() => void window.open('/?window=second'))
  await eventually(
    () =>
      page
        .context()
        .pages()
        .filter((it) => it.url().includes('window=')).length === 1,
    'one page',
  )
  expect(await countWindows(shell)).toBe(1)
})

test('it opens the window of a report, which may do no more than itself', async () => {
  const page = await shell.page()
  const pages = (what: string) =>
    page
      .context()
      .pages()
      .filter((it) => it.url().includes(what))
  await page.evaluate(() => void window.open('/?window=report&report=0d8f2a60-5c5f-4a39-8f3e-6a1c7f0f2b11'))
  await eventually(() => pages('window=report').length === 1, 'a report window')
  const [report] = pages('window=report')
  if (!report) throw new Error('it is gone again')
  await report.waitForLoadState('networkidle')
  const address = report.url()
  const tried = report.waitForEvent('requestfailed', (request) => request.isNavigationRequest())
  await report.evaluate((elsewhere) => {
    window.open('/?window=third')
    location.href = elsewhere
  }, `${strangerAddress}/navigation`)
  await tried
  await eventually(() => pages('window=third').length === 0, 'no third window')
  expect({ address: report.url(), asked }).toEqual({ address, asked: [] })
  await report.close()
})

test('it reaches no other host, even where the page’s own policy would let it', async () => {
  const page = await shell.page()
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Page.setBypassCSP', { enabled: true })
  await page.reload()
  const outcome = await page.evaluate(
    (address) =>
      fetch(address).then(
        () => 'reached',
        () => 'refused',
      ),
    `${strangerAddress}/fetch`,
  )
  await devtools.send('Page.setBypassCSP', { enabled: false })
  await page.reload()
  expect({ outcome, asked }).toEqual({ outcome: 'refused', asked: [] })
})

test('it is granted neither place, camera, notifications nor the clipboard’s content', async () => {
  const page = await shell.page()
  const states = await page.evaluate(() =>
    Promise.all(
      ['geolocation', 'camera', 'notifications', 'clipboard-read'].map(async (name) => {
        const { state } = await navigator.permissions.query({ name: name as PermissionName })
        return state
      }),
    ),
  )
  expect(states).not.toContain('granted')
})
