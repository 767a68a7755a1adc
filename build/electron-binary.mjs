/** Electron's binary: is it here, can it be had? Decided within ten seconds; a no is remembered. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isStillAbsent } from './host-choice.mjs'
import { cacheFolder, projectNode, root } from './paths.mjs'
import { stamp } from './stamp.mjs'

const electronFolder = join(root, 'node_modules', 'electron')
const memory = join(cacheFolder, 'electron-absent.json')
const firstByteWithin = 10_000

/** @returns {string} */
const electronVersion = () => JSON.parse(readFileSync(join(electronFolder, 'package.json'), 'utf8')).version

/**
 * Path of the installed binary, or null. Electron's own installer writes `path.txt` last.
 * @returns {string | null}
 */
export function electronBinary() {
  const pathFile = join(electronFolder, 'path.txt')
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(electronFolder, 'dist')
  if (!existsSync(pathFile) && !process.env.ELECTRON_OVERRIDE_DIST_PATH) return null
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  return existsSync(join(folder, name)) ? join(folder, name) : null
}

/** @returns {import('./host-choice.mjs').Absence | null} */
function rememberedAbsence() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'))
  } catch {
    return null
  }
}

/**
 * Runs the fetching script; given up when it brings nothing for ten seconds.
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>}
 */
function fetchElectron(say) {
  return new Promise((resolve) => {
    const child = spawn(projectNode, [join(root, 'build', 'fetch-electron.mjs')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const giveUp = () => child.kill('SIGKILL')
    let timer = setTimeout(giveUp, firstByteWithin)
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      clearTimeout(timer)
      timer = setTimeout(giveUp, firstByteWithin)
      for (const line of text.split('\n').filter(Boolean)) say(`Electron: ${line}`)
    })
    child.once('error', () => resolve(false))
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 && electronBinary() !== null)
    })
  })
}

/**
 * Fetches the binary unless it is here or is remembered as not to be had.
 * @param {{ retry: boolean, say: (line: string) => void }} options
 * @returns {Promise<import('./host-choice.mjs').Machine['electron']>}
 */
export async function obtainElectron({ retry, say }) {
  if (electronBinary()) return 'present'
  const version = electronVersion()
  if (!retry && isStillAbsent(rememberedAbsence(), version, Date.now())) return 'remembered-absent'
  say('Electron: looking for its binary …')
  if (await fetchElectron(say)) return 'present'
  stamp(memory, JSON.stringify({ version, at: Date.now() }))
  return 'absent'
}
