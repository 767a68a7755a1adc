/** What no window shows: tray, menu, keychain and sleep. Electron offers no way to look at these from outside, so the stand-in tells. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { eventually, type ShellProcess, startShellOnStandIn } from '../helpers/electron-app.ts'
import { settleInSettings, statusOf } from './shell-under-test.ts'

let shell: ShellProcess
afterEach(() => shell.dispose())

interface TrayItem {
  label?: string
  enabled?: boolean
}
const trayOf = () =>
  shell.evaluate(({ Tray }) => {
    const [tray] = (Tray as unknown as { all: { tooltip: string; menu: { items: TrayItem[] } }[] }).all
    return { tooltip: tray?.tooltip, labels: tray?.menu.items.map(({ label }) => label ?? '-') }
  }, null)

test('the tray says where the station receives, in the language of the window', async () => {
  shell = await startShellOnStandIn()
  const { receiver } = await statusOf(await settleInSettings(shell))
  const line = `Receives: ${receiver.aeTitle}@${receiver.address}:${receiver.port}`
  await eventually(async () => (await trayOf()).tooltip === `Astreinte: ${line}`, 'the tray in English')
  expect((await trayOf()).labels).toEqual(['Open Astreinte', line, '-', 'Quit Astreinte'])
})

test('a language that another page claims changes nothing', async () => {
  shell = await startShellOnStandIn()
  await settleInSettings(shell)
  await eventually(async () => (await trayOf()).labels?.[0] === 'Open Astreinte', 'the tray in English')
  await shell.evaluate(({ ipcMain }) => ipcMain.emit('language', { sender: {} }, 'fr'), null)
  expect((await trayOf()).labels?.[0]).toBe('Open Astreinte')
})

test('with a keyring the key is sealed in the shell’s folder and opens the station again', async () => {
  shell = await startShellOnStandIn({ keyring: 'gnome_libsecret' })
  await settleInSettings(shell)
  const state = await shell.evaluate(({ app }) => app.getPath('userData'), null)
  expect(readFileSync(join(state, 'station-key.sealed')).length).toBeGreaterThanOrEqual(32)
  const keyFolder = join(shell.folder, 'state', 'astreinte', 'keys')
  expect(existsSync(keyFolder) ? readdirSync(keyFolder) : []).toEqual([])
  await shell.stop()
  const { folder } = shell
  shell = await startShellOnStandIn({ folder, keyring: 'gnome_libsecret' })
  const answer = await (await shell.page()).evaluate(async () =>
    (await fetch('/call/security.state?input=%7B%7D')).json(),
  )
  expect(answer.result.data).toMatchObject({ locked: null, keyStore: 'keychain' })
})
