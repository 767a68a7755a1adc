/** Puts the shell together: one window, the tray, the station's process, and what passes between them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog, ipcMain, session } from 'electron'
import { defaultKeyFile } from '../main/user-folders.ts'
import { hasKeychain, loadKey, saveKey } from './keychain.ts'
import { setApplicationMenu } from './menus/application-menu.ts'
import { createTray } from './menus/tray.ts'
import type { ProgramFiles, ShellOptions } from './options.ts'
import { readShellState, writeShellState } from './shell-state.ts'
import { createSleepGuard } from './sleep.ts'
import type { FromStation, StationReady, ToStation } from './station/messages.ts'
import { createStationWatcher } from './station/station-watcher.ts'
import { readUpdateSettings, watchForUpdates } from './updater/updater.ts'
import { guardSession } from './windows/guard.ts'
import { signIn } from './windows/sign-in.ts'
import { createWorkstationWindow } from './windows/workstation-window.ts'
import { type Words, wordsFor } from './words.ts'

export interface ShellFolders {
  data: string
  /** The shell's own: window place, sealed key, log. */
  state: string
}

/** Null: the keychain. A file where there is no keychain, or where another host of the same data folder keeps the key in one. */
async function chooseKeyFile(dataFolder: string): Promise<string | null> {
  const file = defaultKeyFile(dataFolder)
  return existsSync(file) || !(await hasKeychain()) ? file : null
}

/** Starts everything; Electron is ready. Returns what a second start of the program calls. */
export async function startShell(
  options: ShellOptions,
  files: ProgramFiles,
  folders: ShellFolders,
): Promise<{ show(): void }> {
  const stateFile = join(folders.state, 'shell.json')
  const sealedKey = join(folders.state, 'station-key.sealed')
  const windowSession = session.fromPartition('workstation')
  const sleep = createSleepGuard()
  const hasDevTools = !app.isPackaged
  let state = readShellState(stateFile)
  let origin: string | null = null
  let receiver: string | null = null
  let words: Words = wordsFor(app.getLocale())
  let isQuitting = false

  const remember = (change: Partial<typeof state>) => {
    state = { ...state, ...change }
    writeShellState(stateFile, state)
  }
  guardSession(windowSession, () => origin)

  const workstation = createWorkstationWindow({
    session: windowSession,
    preload: files.preload,
    icon: files.icon,
    hasDevTools,
    origin: () => origin,
    place: () => state.window,
    onClose: (window) => {
      remember({ window })
      if (!isQuitting && !state.toldAboutClosing) void tellAboutClosing()
    },
    onHopeless: (reason) =>
      void report(words.windowFailedTitle, `${words.windowFailedDetail}\n\n${reason}`, () => workstation.follow()),
  })

  async function tellAboutClosing() {
    remember({ toldAboutClosing: true })
    const { stillReceivesTitle: message, stillReceivesDetail: detail, understood } = words
    await dialog.showMessageBox({ type: 'info', message, detail, buttons: [understood] })
  }
  async function report(message: string, detail: string, again: () => void) {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message,
      detail,
      buttons: [words.again, words.quit.replace('…', '')],
      defaultId: 0,
      cancelId: 0,
    })
    if (response === 0) again()
    else await quit()
  }
  async function quit() {
    isQuitting = true
    await watcher.stop()
    app.quit()
  }
  async function askToQuit() {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: words.quitTitle,
      detail: words.quitDetail,
      buttons: [words.quit.replace('…', ''), words.cancel],
      defaultId: 1,
      cancelId: 1,
    })
    if (response === 0) await quit()
  }

  const tray = createTray(
    files.trayIcon,
    { open: () => workstation.show(), quit: () => void askToQuit() },
    { words, receiver },
  )
  const refreshWords = () => {
    tray.update({ words, receiver })
    setApplicationMenu(words, { quit: () => void askToQuit(), hasDevTools })
  }
  refreshWords()
  ipcMain.on('language', (event, language) => {
    if (event.sender !== workstation.current()?.webContents || typeof language !== 'string') return
    words = wordsFor(language)
    refreshWords()
  })

  async function onReady(ready: StationReady, isRestart: boolean) {
    origin = await signIn(windowSession, ready.entry)
    receiver = ready.receiver && `${ready.receiver.aeTitle}@${ready.receiver.host}:${ready.receiver.port}`
    tray.update({ words, receiver })
    if (isRestart) workstation.follow()
    else workstation.show()
  }
  async function answerKey(id: number, key: Promise<string | null>, answer: (message: ToStation) => void) {
    answer(
      await key.then(
        (found) => ({ kind: 'key', id, key: found }) as const,
        (error) => ({ kind: 'key-failed', id, message: String(error) }) as const,
      ),
    )
  }
  function onMessage(message: FromStation, answer: (message: ToStation) => void) {
    if (message.kind === 'show-window') workstation.show()
    else if (message.kind === 'hold-sleep') sleep.hold(message.id)
    else if (message.kind === 'release-sleep') sleep.release(message.id)
    else if (message.kind === 'load-key') void answerKey(message.id, loadKey(sealedKey), answer)
    else if (message.kind === 'save-key')
      void answerKey(
        message.id,
        saveKey(sealedKey, message.key).then(() => null),
        answer,
      )
  }

  const watcher = createStationWatcher({
    modulePath: files.station,
    start: {
      dataFolder: folders.data,
      rendererFolder: files.rendererFolder,
      resourcesFolder: files.resourcesFolder,
      logFile: join(folders.state, 'logs', 'station.log'),
      keyFile: await chooseKeyFile(folders.data),
      windowWithoutSandbox: app.commandLine.hasSwitch('no-sandbox'),
      ...(options.dicomPort === undefined ? {} : { dicomPort: options.dicomPort }),
      ...(options.httpPort === undefined ? {} : { httpPort: options.httpPort }),
    },
    onReady: (ready, isRestart) => void onReady(ready, isRestart),
    onMessage,
    onDied: () => sleep.releaseAll(),
    onGivenUp: (reason) =>
      void report(words.stationFailedTitle, `${words.stationFailedDetail}\n\n${reason}`, () => watcher.start()),
  })

  // Closing the last window does not quit: the station goes on receiving.
  app.on('window-all-closed', () => undefined)
  app.on('activate', () => workstation.show())
  app.on('before-quit', (event) => {
    if (isQuitting) return
    event.preventDefault()
    void askToQuit()
  })
  watchForUpdates(
    () => readUpdateSettings(windowSession, origin),
    (install) => void offerUpdate(install),
  )
  async function offerUpdate(install: () => void) {
    const { updateReadyTitle: message, updateReadyDetail: detail, installNow, later } = words
    const buttons = [installNow, later]
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message,
      detail,
      buttons,
      defaultId: 1,
      cancelId: 1,
    })
    if (response !== 0) return
    isQuitting = true
    await watcher.stop()
    install()
  }
  watcher.start()
  return { show: () => workstation.show() }
}
