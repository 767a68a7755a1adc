/** The workstation's window: made locked down, reloaded at the same place when its page crashed or its station was restarted. */
import { BrowserWindow, type Session, screen, type WebContents } from 'electron'
import type { WindowPlace } from '../shell-state.ts'
import { leadWithWords } from './carried-words.ts'
import { guardContents } from './guard.ts'
import { placeFor, smallest } from './window-place.ts'

/** Crashes of the page within a minute after which it is not reloaded by itself. */
const maxCrashesPerMinute = 3

export interface WorkstationWindowOptions {
  session: Session
  /** Path of the bundled preload script. */
  preload: string
  icon: string
  hasDevTools: boolean
  /** Null before the first sign-in. */
  origin(): string | null
  place(): WindowPlace | null
  /** Whether a page may go that holds words its station does not have; asked when a person closes or reloads it. */
  mayLeaveWords(): boolean
  /** The window is about to close, by a person or by quitting. */
  onClose(place: WindowPlace): void
  /** The page crashes again and again. */
  onHopeless(reason: string): void
}

export interface WorkstationWindow {
  /** Opens the window, or raises it. */
  show(): void
  /** Leads the open window, and reports' windows, to the present origin, keeping their places in the program and unsaved words. */
  follow(): void
  /** Null while it is closed. */
  current(): BrowserWindow | null
}

/** The window, closed at first. Its state lives in the station under the id `main`, so that a new page comes back to the same place. */
export function createWorkstationWindow(options: WorkstationWindowOptions): WorkstationWindow {
  let window: BrowserWindow | null = null
  /** Windows of reports, with what they show. */
  const reports = new Map<WebContents, string>()

  const askBeforeLeaving = (contents: WebContents) =>
    contents.on('will-prevent-unload', (event) => {
      if (options.mayLeaveWords()) event.preventDefault()
    })
  const noteReport = (contents: WebContents, address: string) => {
    reports.set(contents, new URL(address).search)
    contents.once('destroyed', () => reports.delete(contents))
    askBeforeLeaving(contents)
  }

  const load = (target: BrowserWindow) => {
    const origin = options.origin()
    if (!origin) return
    // A load that is overtaken by the next one rejects; a station that is gone is followed by `follow`.
    target.loadURL(`${origin}/?window=main`).catch(() => undefined)
  }

  const open = () => {
    const place = options.place()
    const opened = new BrowserWindow({
      ...placeFor(
        place,
        screen.getAllDisplays().map((display) => display.workArea),
      ),
      minWidth: smallest.width,
      minHeight: smallest.height,
      title: 'Astreinte',
      icon: options.icon,
      backgroundColor: '#101113',
      autoHideMenuBar: true,
      webPreferences: {
        session: options.session,
        preload: options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        // Elsewhere its dictionaries would come from a host that nobody named (README.md).
        spellcheck: process.platform === 'darwin',
        navigateOnDragDrop: false,
        devTools: options.hasDevTools,
      },
    })
    window = opened
    if (place?.isMaximized) opened.maximize()
    guardContents(opened.webContents, options.origin)
    askBeforeLeaving(opened.webContents)
    opened.webContents.on('did-create-window', (report, { url }) => noteReport(report.webContents, url))
    let crashes: number[] = []
    opened.webContents.on('render-process-gone', (_, { reason }) => {
      if (reason === 'clean-exit') return
      crashes = [...crashes, Date.now()].filter((at) => Date.now() - at < 60_000)
      if (crashes.length > maxCrashesPerMinute) options.onHopeless(reason)
      else load(opened)
    })
    opened.on('close', () => options.onClose({ ...opened.getNormalBounds(), isMaximized: opened.isMaximized() }))
    opened.once('closed', () => {
      if (window === opened) window = null
    })
    load(opened)
  }

  return {
    show() {
      if (!window) return open()
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    follow() {
      const origin = options.origin()
      if (!origin) return
      if (window) void leadWithWords(window.webContents, `${origin}/?window=main`)
      for (const [contents, search] of reports) void leadWithWords(contents, `${origin}/${search}`)
    },
    current: () => window,
  }
}
