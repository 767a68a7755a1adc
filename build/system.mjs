/** What this machine is and has: rights, display, programs on the PATH, Debian packages. */
import { accessSync, constants, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** Whether this runs as root (never on Windows). */
export const isRoot = () => process.getuid?.() === 0

/** Whether packages can be installed here without asking: Debian or a descendant, as root. */
export const canInstallPackages = () =>
  process.platform === 'linux' && isRoot() && existsSync('/etc/debian_version') && findProgram('apt-get') !== null

/**
 * Whether a window can be shown. Windows and macOS always have a screen.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean}
 */
export const hasDisplay = (platform, env) =>
  platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)

/** @param {string} path */
const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Full path of the program `name`; null when it is not on the PATH (nor where Debian keeps daemons).
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findProgram(name, env = process.env) {
  const folders = [
    ...(env.PATH ?? '').split(delimiter),
    ...(process.platform === 'win32' ? [] : ['/usr/sbin', '/sbin']),
  ]
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name]
  const found = folders.filter(Boolean).flatMap((folder) => names.map((file) => join(folder, file)))
  return found.find(isExecutable) ?? null
}

/**
 * Which of `packages` Debian's package manager has not installed.
 * @param {readonly string[]} packages
 * @returns {Promise<string[]>}
 */
export async function missingPackages(packages) {
  const { stdout } = await run('dpkg-query', ['--status', ...packages])
  const installed = new Set(
    [...stdout.matchAll(/^Package: (.+)\nStatus: install ok installed$/gm)].map(([, name]) => name),
  )
  return packages.filter((name) => !installed.has(name))
}

const policyFile = '/usr/sbin/policy-rc.d'

/**
 * Installs Debian packages. Daemons among them are neither started nor left enabled: what is needed of them is started by the tests.
 * @param {readonly string[]} packages
 * @returns {Promise<string | null>} what went wrong, or null
 */
export async function installPackages(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const holdsServices = !existsSync(policyFile)
  if (holdsServices) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    await run('apt-get', ['update', '-q'], { env })
    const outcome = await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env })
    if (outcome.code !== 0) return outcome.output.trim().split('\n').slice(-15).join('\n')
  } finally {
    if (holdsServices) rmSync(policyFile, { force: true })
  }
  if (packages.includes('orthanc')) await run('update-rc.d', ['orthanc', 'disable'])
  if (packages.includes('orthanc') && existsSync('/run/systemd/system'))
    await run('systemctl', ['disable', '--now', 'orthanc'])
  return null
}
