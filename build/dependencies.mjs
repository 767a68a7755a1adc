/** Brings node_modules in step with package-lock.json, and does nothing where it already is. */
import { existsSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { projectNode, root } from './paths.mjs'
import { inSeconds, run } from './run.mjs'
import { digestOf, isStamped, stamp } from './stamp.mjs'

/**
 * @typedef {{ version?: string, optional?: boolean, dev?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * Whether what npm says it installed holds everything that the lock file asks for, in the same version.
 * Optional packages (other platforms' binaries) may be missing.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function isInstalled(wanted, installed) {
  const have = installed.packages ?? {}
  return Object.entries(wanted.packages ?? {}).every(
    ([path, { version, optional }]) => path === '' || (have[path] ? have[path].version === version : optional === true),
  )
}

/** @param {string} path @returns {Lock} */
const readLock = (path) => JSON.parse(readFileSync(path, 'utf8'))

/**
 * The program and arguments that run npm: the one that started this script, else the one on the PATH.
 * @param {NodeJS.ProcessEnv} env
 * @returns {[string, ...string[]]}
 */
export function npmCommand(env) {
  if (env.npm_execpath) return [env.npm_node_execpath ?? process.execPath, env.npm_execpath]
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', 'npm'] : ['npm']
}

/**
 * Runs `npm ci` unless node_modules matches the lock file. Returns what went wrong, or null.
 * @param {(line: string) => void} say
 * @returns {Promise<string | null>}
 */
export async function installDependencies(say) {
  const digest = digestOf(root, ['package-lock.json'])
  const stampFile = join(root, 'node_modules', '.astreinte-lock')
  if (isStamped(stampFile, digest) && existsSync(projectNode)) {
    say('Packages: as locked')
    return null
  }
  const installed = join(root, 'node_modules', '.package-lock.json')
  const lock = readLock(join(root, 'package-lock.json'))
  if (existsSync(installed) && existsSync(projectNode) && isInstalled(lock, readLock(installed))) {
    say('Packages: as locked')
    stamp(stampFile, digest)
    return null
  }
  if (process.platform === 'win32' && process.execPath.includes(`${sep}node_modules${sep}`)) {
    return 'The packages changed, and Windows cannot replace the Node that runs this. Run “npm ci”, then start again.'
  }
  say('Packages: installing what package-lock.json names (about a minute) …')
  const [file, ...args] = npmCommand(process.env)
  const outcome = await run(file, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (outcome.code !== 0) return `“npm ci” failed:\n${outcome.output.trim()}`
  if (!existsSync(projectNode)) return '“npm ci” left out the Node that the project pins (package “node”).'
  stamp(stampFile, digest)
  say(`Packages: installed in ${inSeconds(outcome.seconds)}`)
  return null
}
