/** Finds the system's Chromium, or one of its relatives, which shows the window where Electron cannot be had. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from './system.mjs'

/** Debian's browser with its sandbox's helper, a font and the software renderer, which Debian only recommends. */
export const browserPackages = ['chromium', 'chromium-sandbox', 'fonts-liberation', 'libgl1-mesa-dri']

const linuxNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge-stable',
  'microsoft-edge',
]

const macPaths = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

const windowsPaths = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Chromium\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
]

/**
 * Where it may be on Windows and macOS.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]}
 */
export function candidatePaths(platform, env) {
  if (platform === 'darwin')
    return ['/Applications', join(env.HOME ?? '', 'Applications')].flatMap((folder) =>
      macPaths.map((path) => join(folder, path)),
    )
  if (platform !== 'win32') return []
  const folders = [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']]
  return folders.flatMap((folder) => (folder ? windowsPaths.map((path) => `${folder}\\${path}`) : []))
}

/**
 * Path of the browser to use; null when there is none.
 * @returns {string | null}
 */
export function findChromium() {
  for (const name of process.platform === 'linux' ? linuxNames : []) {
    const path = findProgram(name)
    if (path) return path
  }
  return candidatePaths(process.platform, process.env).find((path) => existsSync(path)) ?? null
}
