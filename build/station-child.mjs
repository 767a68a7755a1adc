/** The station of the browser host, as a child process: typed messages both ways, and an orderly end. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { cacheFolder, projectNode, root } from './paths.mjs'

/** Longer than the station's own five seconds. */
const stopsWithin = 8000

/**
 * What the station says (main/browser-host.ts).
 * @typedef {{ kind: 'ready', url: string, receiver: { aeTitle: string, host: string, port: number } | null }} Ready
 * @typedef {{ kind: 'show-window', entry: string }} ShowWindow
 * @typedef {{ kind: 'in-use', shown: boolean }} InUse another process holds the data folder; `shown`: it was asked to come forward and did
 * @typedef {Ready | ShowWindow | InUse} FromStation
 */

/**
 * @typedef {object} StationChild
 * @property {() => void} askForWindow the station answers with `show-window` and a new one-time address
 * @property {() => Promise<void>} stop
 * @property {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} ended
 */

/**
 * Starts the station on the project's Node.
 * @param {readonly string[]} args
 * @param {(message: FromStation) => void} onMessage
 * @returns {StationChild}
 */
export function startStation(args, onMessage) {
  const child = spawn(projectNode, [join(root, 'main', 'browser-host.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(cacheFolder, 'compiled'),
      UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16',
    },
  })
  child.on('message', (message) => onMessage(/** @type {FromStation} */ (message)))
  /** @type {StationChild['ended']} */
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve({ code: 1, signal: null }))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  /** @param {object} message */
  const tell = (message) => {
    if (child.connected) child.send(message, () => {})
  }
  return {
    ended,
    askForWindow: () => tell({ kind: 'show-window' }),
    async stop() {
      tell({ kind: 'stop' })
      const timer = setTimeout(() => child.kill('SIGKILL'), stopsWithin)
      await ended
      clearTimeout(timer)
    },
  }
}
