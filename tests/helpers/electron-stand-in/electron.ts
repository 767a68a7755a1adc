/** The module that `require('electron')` gives on the stand-in. */
import { EventEmitter } from 'node:events'
import type { BrowserContext } from '@playwright/test'
import type { StandInApp } from './app.ts'
import { createBrowserWindowClass } from './browser-window.ts'
import { createSession, type StandInSession } from './session.ts'
import { forked, utilityProcess } from './utility-process.ts'

interface MenuItem {
  label?: string
  role?: string
  enabled?: boolean
  click?: () => void
  submenu?: MenuItem[]
}

/** Scrambles, so that a test sees that what is on the disk is not the key. */
const scramble = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a))

class Menu {
  readonly items: MenuItem[]
  static application: Menu | null = null
  constructor(items: MenuItem[]) {
    this.items = items
  }
  static buildFromTemplate = (items: MenuItem[]) => new Menu(items)
  static setApplicationMenu(menu: Menu) {
    Menu.application = menu
  }
  static getApplicationMenu = () => Menu.application
}

class Tray extends EventEmitter {
  static readonly all: Tray[] = []
  tooltip = ''
  menu: Menu | null = null
  readonly image: unknown
  constructor(image: unknown) {
    super()
    this.image = image
    Tray.all.push(this)
  }
  setToolTip(text: string) {
    this.tooltip = text
  }
  setContextMenu(menu: Menu) {
    this.menu = menu
  }
}

function createPowerSaveBlocker() {
  const running = new Set<number>()
  let last = 0
  return {
    start() {
      running.add(++last)
      return last
    },
    stop: (id: number) => running.delete(id),
    isStarted: (id: number) => running.has(id),
    running,
  }
}

/** The module; `keyring` is what Linux's safeStorage would find. */
export function createElectron(app: StandInApp, context: BrowserContext, keyring: string): object {
  const ipcMain = new EventEmitter()
  const sessions = new Map<string, StandInSession>()
  const BrowserWindow = createBrowserWindowClass(
    context,
    (sender, channel, args) => ipcMain.emit(channel, { sender }, ...args),
    () => {
      if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
      else app.quit()
    },
  )
  app.closeWindows = () => {
    for (const window of BrowserWindow.getAllWindows()) window.close()
  }
  return {
    app,
    BrowserWindow,
    ipcMain,
    Menu,
    Tray,
    utilityProcess: Object.assign(utilityProcess, { forked }),
    powerSaveBlocker: createPowerSaveBlocker(),
    session: {
      fromPartition(partition: string) {
        const known = sessions.get(partition) ?? createSession(partition, context)
        sessions.set(partition, known)
        return known
      },
      partitions: () => [...sessions.keys()],
    },
    safeStorage: {
      getSelectedStorageBackend: () => keyring,
      isAsyncEncryptionAvailable: async () => true,
      encryptStringAsync: async (text: string) => scramble(Buffer.from(text)),
      decryptStringAsync: async (bytes: Buffer) => ({ result: scramble(bytes).toString(), shouldReEncrypt: false }),
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 2560, height: 1440 } }] },
    nativeImage: { createFromPath: (path: string) => ({ path }) },
    dialog: {
      showMessageBox: async ({ cancelId = 0 }: { cancelId?: number }) => ({ response: cancelId }),
    },
  }
}
