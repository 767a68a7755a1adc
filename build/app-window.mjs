/** The workstation's window in the browser host: the system's Chromium as an app window, in a private profile. */
import { spawn } from 'node:child_process'
import { createDevtoolsPipe } from './devtools-pipe.mjs'
import { makeWindowFolder, removeWindowFolder, writeEntryPage } from './window-folder.mjs'
import { environmentOf } from './window-user.mjs'

/** A browser that ends with an error this soon did not show a window, ms. */
const failsWithin = 15_000

/**
 * The browser's arguments; nothing in them is secret.
 * @param {string} profile
 * @param {string} page
 * @param {{ withoutSandbox: boolean }} options
 * @returns {string[]}
 */
export const windowArguments = (profile, page, { withoutSandbox }) => [
  `--app=${page}`,
  `--user-data-dir=${profile}`,
  '--remote-debugging-pipe',
  // Nothing of a patient may be kept by the browser: no history, no cache, no crash dumps, no sync.
  ...[
    '--incognito',
    '--disable-breakpad',
    '--disable-sync',
    '--disable-extensions',
    '--password-store=basic',
    '--use-mock-keychain',
  ],
  ...['--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--disable-component-update'],
  ...[
    '--disable-background-mode',
    '--disable-features=Translate,MediaRouter',
    '--window-size=1600,1000',
    '--class=astreinte',
  ],
  ...(withoutSandbox ? ['--no-sandbox'] : []),
]

/**
 * @typedef {object} AppWindow
 * @property {(entry: string) => Promise<void>} show opens the window, or raises the one that is open
 * @property {() => void} close
 */

/**
 * @typedef {object} AppWindowOptions
 * @property {string} browser path of the program
 * @property {import('./window-user.mjs').WindowUser | null} user who runs it, when not the user who started this
 * @property {boolean} withoutSandbox
 * @property {() => void} onClosed a person closed the window
 * @property {(reason: string) => void} onFailed the browser ended with an error before it could show much
 */

/**
 * A window that is opened when it is first shown.
 * @param {AppWindowOptions} options
 * @returns {AppWindow}
 */
export function createAppWindow({ browser, user, withoutSandbox, onClosed, onFailed }) {
  /** @type {{ stop: () => void, origin: string, pipe: import('./devtools-pipe.mjs').DevtoolsPipe } | null} */
  let open = null

  /** @param {string} entry */
  const launch = (entry) => {
    const folder = makeWindowFolder(browser, user)
    const page = writeEntryPage(folder, entry, user)
    const started = performance.now()
    let complaint = ''
    const child = spawn(browser, windowArguments(`${folder}/profile`, page, { withoutSandbox }), {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...(user ? environmentOf(user, folder, process.env) : process.env), TMPDIR: folder },
      ...(user ?? {}),
    })
    const [, , , toBrowser, fromBrowser] = child.stdio
    const self = {
      stop: () => child.kill(),
      origin: new URL(entry).origin,
      pipe: createDevtoolsPipe(/** @type {any} */ (toBrowser), /** @type {any} */ (fromBrowser)),
    }
    open = self
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      complaint = `${complaint}${text}`.slice(-2000)
    })
    /** @param {number | null} code */
    const ended = (code) => {
      removeWindowFolder(folder)
      if (open !== self) return
      open = null
      if (code !== 0 && performance.now() - started < failsWithin) onFailed(complaint.trim())
      else onClosed()
    }
    child.once('error', (error) => {
      complaint += error.message
      ended(1)
    })
    child.once('exit', (code) => ended(code))
  }

  const close = () => {
    open?.stop()
    open = null
  }

  return {
    close,
    async show(entry) {
      const now = open
      if (!now) return launch(entry)
      try {
        if (now.origin !== new URL(entry).origin) await now.pipe.open(entry)
        now.origin = new URL(entry).origin
        await now.pipe.raise()
      } catch {
        close()
        launch(entry)
      }
    },
  }
}
