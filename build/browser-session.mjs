/** A session in the browser host: the station, its window, and what the terminal says about them, until one stops it. */
import { createInterface } from 'node:readline'
import { createAppWindow } from './app-window.mjs'
import { startStation } from './station-child.mjs'
import { windowUser } from './window-user.mjs'

/** A station that dies more often than this within a minute is not started again. */
const maxDeathsPerMinute = 3

/**
 * @typedef {object} SessionOptions
 * @property {string | null} browser null: no window, the one-time address is printed
 * @property {boolean} root
 * @property {readonly string[]} forwarded
 * @property {(line: string) => void} say
 */

/**
 * `replaced`: the station is stopped to be started with other arguments.
 * @typedef {'starting' | 'ready' | 'replaced' | 'stopping'} SessionState
 */

/**
 * What the terminal says when another process holds the data folder.
 * @param {boolean} shown it came forward
 * @param {boolean} isHeadless it runs without screens
 * @returns {string}
 */
export function inUseLine(shown, isHeadless) {
  if (isHeadless)
    return 'Station: a headless station (npm run station) runs on this data folder; it has no screens. Stop it first, or name another folder with --data.'
  if (shown)
    return 'Station: already running on this data folder; it was asked to show its window (without one, it prints a new address).'
  return 'Station: another process holds this data folder and does not answer. Stop it first, or name another folder with --data.'
}

/** @param {{ aeTitle: string, host: string, port: number } | null} receiver */
const receiverLine = (receiver) =>
  receiver
    ? `Station: receives as ${receiver.aeTitle} on ${receiver.host}:${receiver.port}`
    : 'Station: does not receive (the window says why)'

/**
 * The window of a session: in the browser without root's rights where that is possible, else as root without sandbox, else as an address.
 * @param {SessionOptions & { onSandboxLost: () => void, onLost: () => void }} options
 */
function createSessionWindow({ browser, root, say, onSandboxLost, onLost }) {
  const user = windowUser(root)
  let withoutSandbox = false
  /** @type {import('./app-window.mjs').AppWindow | null} */
  let window = browser === null ? null : open(browser)

  /** @param {string} path */
  function open(path) {
    return createAppWindow({ browser: path, user: withoutSandbox ? null : user, withoutSandbox, onClosed, onFailed })
  }
  function onClosed() {
    say('Window: closed. The station goes on receiving. Enter opens the window again, Ctrl+C stops the station.')
  }
  /** @param {string} reason */
  function onFailed(reason) {
    if (browser !== null && user !== null && !withoutSandbox) {
      say(
        'Window: WARNING: it cannot be shown by an unprivileged user here, so it runs as root WITHOUT the browser’s sandbox.',
      )
      withoutSandbox = true
      window = open(browser)
      onSandboxLost()
      return
    }
    say(`Window: ${browser} could not show it.\n${reason}`)
    window = null
    onLost()
  }
  return {
    isWithoutSandbox: () => withoutSandbox,
    /** @param {string} entry */
    show(entry) {
      if (window) void window.show(entry)
      else say(`Open this address within a minute; it is good for one window:\n  ${entry}`)
    },
    close() {
      window?.close()
    },
  }
}

/**
 * Runs until it is stopped; returns the exit code.
 * @param {SessionOptions} options
 * @returns {Promise<number>}
 */
export async function runBrowserSession(options) {
  const { forwarded, say } = options
  /** @type {import('./station-child.mjs').StationChild | null} */
  let station = null
  let state = /** @type {SessionState} */ ('starting')
  let hasDied = false
  let wasHandedOver = false
  /** @type {number[]} */
  let deaths = []

  const window = createSessionWindow({
    ...options,
    // The station must know, so that its status says so.
    onSandboxLost() {
      state = 'replaced'
      void station?.stop()
    },
    onLost: () => station?.askForWindow(),
  })
  const stop = () => {
    if (state === 'stopping') return
    state = 'stopping'
    say('Stopping …')
    window.close()
    void station?.stop()
  }
  /** @param {import('./station-child.mjs').FromStation} message */
  const onMessage = (message) => {
    if (message.kind === 'ready') {
      if (state === 'starting') state = 'ready'
      say(receiverLine(message.receiver))
    }
    if (message.kind === 'show-window' && state === 'starting') wasHandedOver = true
    if (message.kind === 'show-window' && state === 'ready') window.show(message.entry)
    if (message.kind === 'in-use') say(inUseLine(message.shown, wasHandedOver))
  }

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop)
  if (process.stdin.isTTY) {
    createInterface({ input: process.stdin })
      .on('line', () => station?.askForWindow())
      .on('SIGINT', stop)
  }
  for (;;) {
    const flags = [
      ...(window.isWithoutSandbox() ? ['--window-without-sandbox'] : []),
      ...(hasDied ? ['--after-crash'] : []),
    ]
    station = startStation([...forwarded, ...flags], onMessage)
    const { code, signal } = await station.ended
    const ended = /** @type {SessionState} */ (state)
    if (ended === 'stopping') return code === 0 ? 0 : 1
    if (ended === 'starting' || code === 0) {
      window.close()
      return wasHandedOver ? 1 : (code ?? 1)
    }
    state = 'starting'
    if (ended === 'replaced') continue
    deaths = [...deaths, Date.now()].filter((at) => Date.now() - at < 60_000)
    if (deaths.length > maxDeathsPerMinute) {
      say(
        `Station: ended ${deaths.length} times within a minute; not started again. What was answered Success is kept.`,
      )
      window.close()
      return 1
    }
    hasDied = true
    say(
      `Station: ended unexpectedly (${signal ?? `code ${code}`}); starting it again. What was answered Success is kept.`,
    )
  }
}
