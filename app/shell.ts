/** Puts the shell together: one window, the tray, the station's process, and what passes between them. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { app, ipcMain, type Session, session } from 'electron'
import { defaultKeyFile } from '../main/user-folders.ts'
import { createDialogs, type Dialogs } from './dialogs.ts'
import { answerKeyRequest, hasKeychain } from './keychain.ts'
import { setApplicationMenu } from './menus/application-menu.ts'
import { createTray, type StationTray } from './menus/tray.ts'
import type { ProgramFiles, ShellOptions } from './options.ts'
import { readShellState, type ShellState, writeShellState } from './shell-state.ts'
import { createSleepGuard, type SleepGuard } from './sleep.ts'
import type { FromStation, StationReady, StationStart, ToStation } from './station/messages.ts'
import { createStationWatcher, type StationWatcher } from './station/station-watcher.ts'
import { readUpdateSettings, watchForUpdates } from './updater/updater.ts'
import { guardSession } from './windows/guard.ts'
import { signIn } from './windows/sign-in.ts'
import { createWorkstationWindow, type WorkstationWindow } from './windows/workstation-window.ts'
import { type Words, wordsFor } from './words.ts'

export interface ShellFolders {
  data: string
  /** The shell's own: window place, sealed key, log. */
  state: string
}

/** A file where there is no keychain, or where another host of the same data folder keeps the key in one; null: the keychain. */
async function chooseKeyFile(dataFolder: string): Promise<string | null> {
  const file = defaultKeyFile(dataFolder)
  return existsSync(file) || !(await hasKeychain()) ? file : null
}

/** What a station is started with, but for whether it died before. */
export async function stationStart(
  { dicomPort, httpPort }: ShellOptions,
  { rendererFolder, resourcesFolder }: ProgramFiles,
  folders: ShellFolders,
): Promise<Omit<StationStart, 'kind' | 'afterCrash'>> {
  return {
    dataFolder: folders.data,
    rendererFolder,
    resourcesFolder,
    logFile: join(folders.state, 'logs', 'station.log'),
    keyFile: await chooseKeyFile(folders.data),
    windowWithoutSandbox: app.commandLine.hasSwitch('no-sandbox'),
    ...(dicomPort === undefined ? {} : { dicomPort }),
    ...(httpPort === undefined ? {} : { httpPort }),
  }
}

export class Shell {
  readonly #files: ProgramFiles
  readonly #folders: ShellFolders
  readonly #session: Session = session.fromPartition('workstation')
  readonly #sleep: SleepGuard = createSleepGuard()
  readonly #dialogs: Dialogs = createDialogs(() => this.#words)
  readonly #window: WorkstationWindow
  readonly #tray: StationTray
  readonly #station: StationWatcher
  #state: ShellState
  #words: Words = wordsFor(app.getLocale())
  #origin: string | null = null
  #receiver: string | null = null
  #isQuitting = false

  constructor(files: ProgramFiles, folders: ShellFolders, start: Omit<StationStart, 'kind' | 'afterCrash'>) {
    this.#files = files
    this.#folders = folders
    this.#state = readShellState(this.#stateFile)
    guardSession(this.#session, () => this.#origin)
    this.#window = this.#createWindow()
    this.#tray = createTray(files.trayIcon, { open: () => this.show(), quit: () => void this.#askToQuit() })
    this.#station = createStationWatcher({
      modulePath: files.station,
      start,
      onReady: (ready, isRestart) => void this.#onReady(ready, isRestart),
      onMessage: (message, answer) => void this.#onMessage(message, answer),
      onDied: () => this.#sleep.releaseAll(),
      onGivenUp: (reason, roomNeeded) => void this.#onStationFailed(reason, roomNeeded),
    })
    this.#speak(app.getLocale())
    this.#listen()
    this.#station.start()
  }

  /** Opens the window, or raises it. Before the station is ready there is nothing to show: it opens by itself then. */
  show(): void {
    if (this.#origin) this.#window.show()
  }

  get #stateFile(): string {
    return join(this.#folders.state, 'shell.json')
  }

  #remember(change: Partial<ShellState>): void {
    this.#state = { ...this.#state, ...change }
    writeShellState(this.#stateFile, this.#state)
  }

  #createWindow(): WorkstationWindow {
    return createWorkstationWindow({
      session: this.#session,
      preload: this.#files.preload,
      icon: this.#files.icon,
      hasDevTools: !app.isPackaged,
      origin: () => this.#origin,
      place: () => this.#state.window,
      onClose: (window) => {
        const { toldAboutClosing } = this.#state
        this.#remember({ window, toldAboutClosing: toldAboutClosing || !this.#isQuitting })
        if (!toldAboutClosing && !this.#isQuitting) void this.#dialogs.tellAboutClosing()
      },
      mayLeaveWords: () => {
        const mayLeave = this.#dialogs.confirmsLosingWords()
        if (!mayLeave && this.#isQuitting) this.#stay()
        return mayLeave
      },
      onHopeless: (reason) => void this.#onWindowFailed(reason),
    })
  }

  #listen(): void {
    // Closing the last window does not quit: the station goes on receiving.
    app.on('window-all-closed', () => undefined)
    app.on('activate', () => this.show())
    app.on('before-quit', (event) => {
      if (this.#isQuitting) return
      event.preventDefault()
      void this.#askToQuit()
    })
    ipcMain.on('language', (event, language) => {
      if (event.sender === this.#window.current()?.webContents && typeof language === 'string') this.#speak(language)
    })
    watchForUpdates(
      () => readUpdateSettings(this.#session, this.#origin),
      (install) => void this.#offerUpdate(install),
    )
  }

  #speak(language: string): void {
    this.#words = wordsFor(language)
    this.#tray.update(this.#words, this.#receiver)
    setApplicationMenu(this.#words, { quit: () => void this.#askToQuit(), hasDevTools: !app.isPackaged })
  }

  async #onReady({ entry, receiver }: StationReady, isRestart: boolean): Promise<void> {
    this.#origin = await signIn(this.#session, entry)
    this.#receiver = receiver && `${receiver.aeTitle}@${receiver.host}:${receiver.port}`
    this.#tray.update(this.#words, this.#receiver)
    // A window from before knows the address of a station that is gone.
    this.#window.follow()
    if (!isRestart) this.show()
  }

  async #onMessage(message: FromStation, answer: (message: ToStation) => void): Promise<void> {
    if (message.kind === 'show-window') this.show()
    else if (message.kind === 'shown-elsewhere') await this.#quit()
    else if (message.kind === 'hold-sleep') this.#sleep.hold(message.id)
    else if (message.kind === 'release-sleep') this.#sleep.release(message.id)
    else if (message.kind === 'load-key' || message.kind === 'save-key') {
      answer(await answerKeyRequest(join(this.#folders.state, 'station-key.sealed'), message))
    }
  }

  async #onStationFailed(reason: string, roomNeeded?: number): Promise<void> {
    if (await this.#dialogs.stationFailed(reason, roomNeeded)) this.#station.start()
    else await this.#quit()
  }

  async #onWindowFailed(reason: string): Promise<void> {
    if (await this.#dialogs.windowFailed(reason)) this.#window.follow()
    else await this.#askToQuit()
  }

  async #askToQuit(): Promise<void> {
    if (await this.#dialogs.confirmsQuitting()) await this.#quit()
  }

  /** Stops the station in order, then ends the program. */
  async #quit(end: () => void = () => app.quit()): Promise<void> {
    this.#isQuitting = true
    await this.#station.stop()
    end()
  }

  /** A person went back to words while quitting: they are for a station that is stopped already. */
  #stay(): void {
    this.#isQuitting = false
    this.#station.start()
  }

  async #offerUpdate(install: () => void): Promise<void> {
    if (await this.#dialogs.wantsUpdateNow()) await this.#quit(install)
  }
}
