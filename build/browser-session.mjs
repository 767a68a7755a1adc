/** A session in the browser host: the station, its window, and what the terminal says about them, until one stops it. */
import { createInterface } from 'node:readline'
import { createAppWindow } from './app-window.mjs'
import { startStation } from './station-child.mjs'
import { windowUser } from './window-user.mjs'

/** A station that dies more often than this within a minute is not started again. */
const maxRestartsPerMinute = 3

/**
 * @typedef {object} SessionOptions
 * @property {string | null} browser null: no window, the one-time address is printed
 * @property {boolean} root
 * @property {readonly string[]} forwarded
 * @property {(line: string) => void} say
 */

/** @param {{ aeTitle: string, host: string, port: number } | null} receiver */
const receiverLine = (receiver) =>
  receiver
    ? `Station: receives as ${receiver.aeTitle} on ${receiver.host}:${receiver.port}`
    : 'Station: does not receive yet (the window says why)'

/**
 * Runs until it is stopped; returns the exit code.
 * @param {SessionOptions} options
 * @returns {Promise<number>}
 */
export async function runBrowserSession({ browser, root, forwarded, say }) {
  const user = windowUser(root)
  let withoutSandbox = false
  let isStopping = false
  /** @type {import('./station-child.mjs').StationChild} */
  let station
  /** @type {import('./app-window.mjs').AppWindow | null} */
  let window = null
  /** @type {number[]} */
  let deaths = []

  const onClosed = () => {
    if (isStopping) return
    say('Window: closed. The station goes on receiving. Enter opens the window again, Ctrl+C stops the station.')
  }
  const newWindow = () =>
    browser === null
      ? null
      : createAppWindow({ browser, user: withoutSandbox ? null : user, withoutSandbox, onClosed, onFailed })

  /** @param {string} reason */
  function onFailed(reason) {
    if (isStopping) return
    if (user === null || withoutSandbox) {
      say(`Window: ${browser} could not show it.\n${reason}`)
      window = null
      station.askForWindow()
      return
    }
    say(
      'Window: WARNING: it cannot be shown as an unprivileged user here, so it runs as root WITHOUT the browser’s sandbox.',
    )
    withoutSandbox = true
    window = newWindow()
    isRestarting = true
    void station.stop()
  }

  let isRestarting = false
  let hasDied = false
  /** @param {import('./station-child.mjs').FromStation} message */
  const onMessage = (message) => {
    if (message.kind === 'ready') say(receiverLine(message.receiver))
    if (message.kind === 'show-window' && window) void window.show(message.entry)
    if (message.kind === 'show-window' && !window)
      say(`Open this address within a minute; it is good for one window:\n  ${message.entry}`)
    if (message.kind === 'in-use') {
      say(
        message.shown
          ? 'Station: already running on this data folder; its window was brought forward.'
          : 'Station: this data folder is in use by another process, which did not answer. Stop it first, or name another folder with --data.',
      )
    }
  }
  const start = () =>
    startStation(
      [...forwarded, ...(withoutSandbox ? ['--window-without-sandbox'] : []), ...(hasDied ? ['--after-crash'] : [])],
      onMessage,
    )

  const stop = () => {
    if (isStopping) return
    isStopping = true
    say('Stopping …')
    window?.close()
    void station.stop()
  }
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, stop)
  if (process.stdin.isTTY)
    createInterface({ input: process.stdin })
      .on('line', () => station.askForWindow())
      .on('SIGINT', stop)

  window = newWindow()
  for (;;) {
    station = start()
    const { code, signal } = await station.ended
    if (isStopping) return code === 0 || signal === 'SIGTERM' ? 0 : 1
    if (isRestarting) {
      isRestarting = false
      continue
    }
    if (code === 0) break
    deaths = [...deaths, Date.now()].filter((at) => Date.now() - at < 60_000)
    if (code === 2 || deaths.length > maxRestartsPerMinute) {
      window?.close()
      return 1
    }
    hasDied = true
    say(
      `Station: ended unexpectedly (${signal ?? `code ${code}`}); starting it again. What was answered Success is kept.`,
    )
  }
  window?.close()
  return 0
}
