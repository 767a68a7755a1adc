/** Electron's `BrowserWindow` and its `webContents` on a page of the system's Chromium. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import type { BrowserContext, Page, Route } from '@playwright/test'
import type { StandInSession } from './session.ts'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}
interface WebPreferences {
  session: StandInSession
  preload?: string
}
type WindowOptions = Partial<Bounds> & { webPreferences: WebPreferences }
type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

/** What the window's page sends to `ipcMain`. */
export type Receive = (sender: unknown, channel: string, args: unknown[]) => void

/** An event object as Electron's: asks whether a listener prevented it. */
function preventable<T extends object>(details: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  return {
    ...details,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true
    },
  }
}

class WebContents extends EventEmitter {
  page: Promise<Page>
  private readonly context: BrowserContext
  private readonly preferences: WebPreferences
  private readonly receive: Receive
  private readonly onPageClosed: () => void
  private ownLoad: string | null = null
  private hasCrashed = false
  private openHandler: OpenHandler = () => ({ action: 'allow' })

  constructor(
    context: BrowserContext,
    preferences: WebPreferences,
    receive: Receive,
    onPageClosed: () => void,
    opened?: Page,
  ) {
    super()
    this.context = context
    this.preferences = preferences
    this.receive = receive
    this.onPageClosed = onPageClosed
    this.page = this.makePage(opened)
  }

  /** A window that this one's page opened, with the same preferences. */
  private adopt(opened: Page): WebContents {
    const adopted = new WebContents(this.context, this.preferences, this.receive, () => undefined, opened)
    opened.on('close', () => adopted.emit('destroyed'))
    return adopted
  }

  private async makePage(opened?: Page): Promise<Page> {
    const page = opened ?? (await this.context.newPage())
    // First of all: a page that was opened by another one runs already.
    await page.route('**/*', (route) => this.judge(route, page))
    await page.exposeBinding('electronSend', (_, channel: string, args: unknown[]) => this.receive(this, channel, args))
    const { preload } = this.preferences
    if (preload) {
      const module = `{ ipcRenderer: { send: (channel, ...args) => electronSend(channel, args) }, contextBridge: { exposeInMainWorld: (name, api) => { globalThis[name] = api } } }`
      await page.addInitScript(
        `(() => { const exports = {}; const module = { exports }; const require = () => (${module});\n${readFileSync(preload, 'utf8')}\n})()`,
      )
    }
    page.on('crash', () => {
      this.hasCrashed = true
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    })
    page.on('popup', (popup) => {
      if (this.openHandler({ url: popup.url() }).action === 'deny') void popup.close()
      else this.emit('did-create-window', { webContents: this.adopt(popup) }, { url: popup.url() })
    })
    page.on('close', () => {
      if (!this.hasCrashed) this.onPageClosed()
    })
    return page
  }

  private async judge(route: Route, page: Page): Promise<void> {
    const request = route.request()
    const url = request.url()
    const isNavigation = request.isNavigationRequest() && request.frame() === page.mainFrame()
    if (isNavigation && url !== this.ownLoad) {
      const event = preventable({ url })
      this.emit('will-navigate', event, url)
      if (event.defaultPrevented) return route.abort('aborted')
    }
    return (await this.preferences.session.allows(url)) ? route.continue() : route.abort('blockedbyclient')
  }

  async loadURL(url: string): Promise<void> {
    if (this.hasCrashed) {
      const crashed = await this.page
      this.page = this.makePage()
      await this.page
      this.hasCrashed = true
      await crashed.close()
      this.hasCrashed = false
    }
    const page = await this.page
    this.ownLoad = url
    await this.preferences.session.applyPermissions(url)
    await page.goto(url)
  }
  async executeJavaScript(code: string): Promise<unknown> {
    return (await this.page).evaluate(code)
  }
  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }
  getLastWebPreferences(): object {
    const { session: _, ...rest } = this.preferences
    return rest
  }
  async forcefullyCrashRenderer(): Promise<void> {
    const devtools = await this.context.newCDPSession(await this.page)
    // The page ends before it could answer.
    devtools.send('Page.crash').catch(() => undefined)
  }
}

/** What of the class the stand-in itself uses; the shell sees it as Electron's. */
export interface BrowserWindowClass {
  getAllWindows(): { close(): void }[]
}

/** The class, on `context`. */
export function createBrowserWindowClass(
  context: BrowserContext,
  receive: Receive,
  onAllClosed: () => void,
): BrowserWindowClass {
  const windows: InstanceType<typeof BrowserWindow>[] = []

  class BrowserWindow extends EventEmitter {
    readonly webContents: WebContents
    private bounds: Bounds
    private maximized = false
    private isGone = false

    static getAllWindows(): BrowserWindow[] {
      return [...windows]
    }
    constructor(options: WindowOptions) {
      super()
      const { x = 100, y = 100, width = 800, height = 600 } = options
      this.bounds = { x, y, width, height }
      this.webContents = new WebContents(context, options.webPreferences, receive, () => this.closing())
      windows.push(this)
    }
    loadURL(url: string): Promise<void> {
      return this.webContents.loadURL(url)
    }
    private closing(): void {
      if (this.isGone) return
      this.isGone = true
      this.emit('close', preventable({}))
      windows.splice(windows.indexOf(this), 1)
      this.emit('closed')
      if (windows.length === 0) onAllClosed()
    }
    close(): void {
      this.closing()
      void this.webContents.page.then((page) => page.close())
    }
    show(): void {
      void this.webContents.page.then((page) => page.bringToFront())
    }
    focus(): void {}
    restore(): void {}
    isMinimized(): boolean {
      return false
    }
    maximize(): void {
      this.maximized = true
    }
    isMaximized(): boolean {
      return this.maximized
    }
    setBounds(bounds: Bounds): void {
      this.bounds = bounds
    }
    getBounds(): Bounds {
      return this.bounds
    }
    getNormalBounds(): Bounds {
      return this.bounds
    }
  }
  return BrowserWindow
}
