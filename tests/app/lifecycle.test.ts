/** The shell's life: one instance, a window that may close while the station receives, a station and a page that may die. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually, type ShellLaunch, type ShellProcess, startShell } from '../helpers/electron-app.ts'
import {
  answerBoxes,
  answersEcho,
  closeWindow,
  countWindows,
  isInSettings,
  settleInSettings,
  shownBoxes,
  statusOf,
} from './shell-under-test.ts'

let shell: ShellProcess
const start = async (launch: ShellLaunch = {}) => {
  shell = await startShell(launch)
  await answerBoxes(shell, 1)
}
beforeEach(() => start())
afterEach(() => shell.dispose())

test('a second start shows the window of the first, and ends', async () => {
  await shell.page()
  await closeWindow(shell)
  expect(await shell.startAgain()).toBe(0)
  await shell.page()
  expect(await countWindows(shell)).toBe(1)
})

test('the station receives on while the window is closed, and the person is told so once', async () => {
  const status = await statusOf(await settleInSettings(shell))
  await closeWindow(shell)
  expect(await answersEcho(status)).toBe(true)
  expect(await shownBoxes(shell)).toEqual(['Astreinte goes on receiving'])
  await shell.startAgain()
  await shell.page()
  await closeWindow(shell)
  expect(await shownBoxes(shell)).toHaveLength(1)
  expect(await answersEcho(status)).toBe(true)
})

test('the window opens where it was', async () => {
  await shell.page()
  const place = { x: 60, y: 70, width: 1100, height: 750 }
  await shell.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), place)
  await closeWindow(shell)
  await shell.startAgain()
  await shell.page()
  const bounds = await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds(), null)
  expect(bounds).toEqual(place)
})

test('a station that dies is started again: new address, same place, and the screen says so', async () => {
  const page = await settleInSettings(shell)
  const address = new URL(page.url()).origin
  await shell.evaluate((electron) => {
    const { forked } = electron.utilityProcess as unknown as { forked?: { pid: number }[] }
    const pid =
      forked?.at(-1)?.pid ?? electron.app.getAppMetrics().find(({ name }) => name === 'Astreinte station')?.pid
    process.kill(pid ?? Number.NaN, 'SIGKILL')
  }, null)
  await eventually(async () => new URL((await shell.page()).url()).origin !== address, 'the window to follow')
  const after = await shell.page()
  await isInSettings(after)
  expect((await statusOf(after)).problems.map(({ code }) => code)).toContain('station-restarted')
  await after.getByText('The station had stopped and was started again.').first().waitFor()
  await expect(fetch(address)).rejects.toThrow()
})

test('a page that crashes comes back to the same place', async () => {
  const page = await settleInSettings(shell)
  const crashed = new Promise((resolve) => page.once('crash', resolve))
  await shell.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    null,
  )
  await crashed
  await isInSettings(await shell.page())
  expect(await countWindows(shell)).toBe(1)
})

test('quitting asks first and says what stops; staying stops nothing', async () => {
  const status = await statusOf(await settleInSettings(shell))
  await shell.evaluate(({ app }) => app.quit(), null)
  await eventually(async () => (await shownBoxes(shell)).includes('Quit Astreinte?'), 'the question')
  expect(await answersEcho(status)).toBe(true)
})

test('going back to unsaved words while quitting has a station again, and the window follows it', async () => {
  const page = await settleInSettings(shell)
  const address = new URL(page.url()).origin
  await answerBoxes(shell, 0)
  await shell.evaluate(({ app, BrowserWindow, dialog }) => {
    const quit = app.quit.bind(app)
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    dialog.showMessageBoxSync = (() => 1) as never
    // As a window does that has words to lose: it does not close, and nothing is quit.
    app.quit = () => void contents?.emit('will-prevent-unload', { preventDefault: () => undefined })
    quit()
  }, null)
  await eventually(async () => new URL((await shell.page()).url()).origin !== address, 'the new address')
  expect(await answersEcho(await statusOf(await shell.page()))).toBe(true)
})

test('quitting ends the station and the program in order', async () => {
  const status = await statusOf(await shell.page())
  await answerBoxes(shell, 0)
  void shell.evaluate(({ app }) => app.quit(), null).catch(() => undefined)
  expect(await shell.ended).toBe(0)
  await expect(answersEcho(status)).rejects.toThrow()
})

test('without a keyring the key lies in a file that only its owner reads, outside the data folder', async () => {
  await shell.page()
  const state = await shell.evaluate(({ app }) => app.getPath('userData'), null)
  expect(existsSync(join(state, 'station-key.sealed'))).toBe(false)
  const keys = join(shell.folder, 'state', 'astreinte', 'keys')
  const modes = readdirSync(keys).map((name) => statSync(join(keys, name)).mode & 0o777)
  expect(modes).toEqual([0o600])
})
