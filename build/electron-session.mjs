/** A session in Electron: the shell is started on the bundled program and followed to its end. */
import { spawn } from 'node:child_process'
import { electronBinary } from './electron-binary.mjs'
import { root } from './paths.mjs'

/**
 * Runs until the shell ends; returns the exit code.
 * @param {{ root: boolean, forwarded: readonly string[], say: (line: string) => void }} options
 * @returns {Promise<number>}
 */
export function runElectronSession({ root: isRoot, forwarded, say }) {
  const binary = electronBinary()
  if (!binary) return Promise.resolve(1)
  if (isRoot)
    say('Window: WARNING: Electron runs as root WITHOUT its sandbox; install Chromium, or start as another user.')
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(binary, [root, ...(isRoot ? ['--no-sandbox'] : []), ...forwarded], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(`Electron: ${error.message}`)
      resolve(1)
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
