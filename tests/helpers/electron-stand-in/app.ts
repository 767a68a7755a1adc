/** Electron's `app`: folders, one instance, an orderly end. */
import { EventEmitter } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

/** Answers whether a station of the program holds the lock: a socket in its folder. The request is made before `load` returns. */
export class StandInApp extends EventEmitter {
  readonly isPackaged = false
  readonly commandLine = { hasSwitch: (name: string) => process.argv.includes(`--${name}`) }
  private userData: string
  private readonly appPath: string
  private readonly isFirst: boolean
  closeWindows: () => void = () => undefined
  private isQuitting = false

  constructor(appPath: string, userData: string, isFirst: boolean) {
    super()
    this.appPath = appPath
    this.userData = userData
    this.isFirst = isFirst
  }
  getAppPath(): string {
    return this.appPath
  }
  getPath(): string {
    return this.userData
  }
  setPath(_: string, folder: string): void {
    this.userData = folder
  }
  getLocale(): string {
    return 'fr'
  }
  requestSingleInstanceLock(): boolean {
    return this.isFirst
  }
  whenReady(): Promise<void> {
    return Promise.resolve()
  }
  quit(): void {
    if (this.isQuitting) return
    const event = {
      defaultPrevented: false,
      preventDefault() {
        this.defaultPrevented = true
      },
    }
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    this.isQuitting = true
    this.closeWindows()
    this.emit('quit')
    process.exit(0)
  }
}

/** Takes the lock of `folder`; or, where another holds it, tells that one of the second start and returns false. */
export function takeInstanceLock(folder: string, onSecond: () => void): Promise<boolean> {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'instance.sock')
  return new Promise((resolve) => {
    const other = connect(path)
    other.once('connect', () => {
      other.end()
      resolve(false)
    })
    other.once('error', () => {
      rmSync(path, { force: true })
      const server = createServer((socket) => {
        socket.on('error', () => undefined).resume()
        onSecond()
      })
      server.unref().listen(path, () => resolve(true))
    })
  })
}
