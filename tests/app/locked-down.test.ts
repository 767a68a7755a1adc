/** A window can do nothing but show its station. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type ShellProcess, startShell } from '../helpers/electron-app.ts'
import { countWindows } from './shell-under-test.ts'

let shell: ShellProcess
beforeAll(async () => {
  shell = await startShell()
})
afterAll(() => shell?.dispose())

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
  await page.evaluate(() => {
    location.href = 'http://127.0.0.1:9/elsewhere'
  })
  await eventually(async () => (await page.evaluate(() => document.readyState)) === 'complete', 'the page to stay')
  expect(page.url()).toBe(address)
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

test('it reaches no other host', async () => {
  const page = await shell.page()
  const outcome = await page.evaluate(() =>
    fetch('http://127.0.0.1:9/', { mode: 'no-cors' }).then(
      () => 'reached',
      () => 'refused',
    ),
  )
  expect(outcome).toBe('refused')
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
