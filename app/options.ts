/** What the shell is started with: command line, folders. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export interface ShellOptions {
  /** Null: this user's data folder. */
  dataFolder: string | null
  dicomPort?: number
  httpPort?: number
}

/** Options that Chromium or the system add are nobody's error here. */
export function parseShellOptions(argv: readonly string[]): ShellOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: { data: { type: 'string' }, 'dicom-port': { type: 'string' }, 'http-port': { type: 'string' } },
  })
  const port = (name: 'dicomPort' | 'httpPort', value: unknown): Partial<ShellOptions> =>
    typeof value === 'string' && /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? { [name]: Number(value) } : {}
  return {
    dataFolder: typeof values.data === 'string' ? resolve(values.data) : null,
    ...port('dicomPort', values['dicom-port']),
    ...port('httpPort', values['http-port']),
  }
}

export interface ProgramFiles {
  station: string
  preload: string
  rendererFolder: string
  resourcesFolder: string
  icon: string
  trayIcon: string
}

/** Where the program's own files are. The station runs outside the archive, beside the native code that it loads. */
export function programFiles(appFolder: string): ProgramFiles {
  const unpacked = appFolder.replace(/\.asar$/, '.asar.unpacked')
  return {
    station: join(unpacked, 'dist', 'main', 'station.mjs'),
    preload: join(appFolder, 'dist', 'app', 'preload.cjs'),
    rendererFolder: join(unpacked, 'dist', 'renderer'),
    resourcesFolder: join(unpacked, 'resources'),
    icon: join(appFolder, 'resources', 'icons', '512x512.png'),
    trayIcon: join(appFolder, 'resources', 'icons', process.platform === 'win32' ? 'icon.ico' : '32x32.png'),
  }
}
