/** The private folder of one window: Chromium's profile and the file that it is opened on. Gone when the window is closed. */
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Where such folders are made. A snap sees nothing of /tmp, but a folder of its own in the home folder.
 * @param {string} browser
 * @returns {string}
 */
function parentFolder(browser) {
  const isSnap = process.platform === 'linux' && realpathSync(browser).includes('/snap')
  if (!isSnap) return tmpdir()
  const folder = join(homedir(), 'snap', 'chromium', 'common')
  mkdirSync(folder, { recursive: true })
  return folder
}

/**
 * Makes a 0700 folder, owned by `user` when one is given.
 * @param {string} browser
 * @param {import('./window-user.mjs').WindowUser | null} user
 * @returns {string}
 */
export function makeWindowFolder(browser, user) {
  const folder = mkdtempSync(join(parentFolder(browser), 'astreinte-window-'))
  chmodSync(folder, 0o700)
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

/**
 * Writes the 0600 page that leads to the one-time address and returns the page's own address, in which nothing is secret.
 * @param {string} folder
 * @param {string} entry
 * @param {import('./window-user.mjs').WindowUser | null} user
 * @returns {string}
 */
export function writeEntryPage(folder, entry, user) {
  const path = join(folder, 'open.html')
  rmSync(path, { force: true })
  const page = `<!doctype html><meta charset="utf-8"><title>Astreinte</title><style>html{background:#101113}</style><meta http-equiv="refresh" content="0;url=${entry}">\n`
  writeFileSync(path, page, { mode: 0o600, flag: 'wx' })
  if (user) chownSync(path, user.uid, user.gid)
  return pathToFileURL(path).href
}

/**
 * Removes what the window left; never fails.
 * @param {string} folder
 * @returns {void}
 */
export function removeWindowFolder(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // Another process of the browser may still hold a file (Windows): the system's clean-up of temporary files gets it.
  }
}
