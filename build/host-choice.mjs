/** Which host shows the window: Electron, the system's browser, or none. Pure, so that every case can be tested. */

/** For how long "Electron cannot be had" is believed, ms. */
export const absenceLasts = 30 * 24 * 3600_000

/**
 * @typedef {{ version: string, at: number }} Absence when which version of Electron could not be had
 */

/**
 * Whether a remembered absence still spares the attempt.
 * @param {Absence | null} absence
 * @param {string} version
 * @param {number} now ms
 * @returns {boolean}
 */
export const isStillAbsent = (absence, version, now) =>
  absence !== null && absence.version === version && now >= absence.at && now - absence.at < absenceLasts

/**
 * @typedef {object} Machine
 * @property {boolean} wantsWindow false with --no-window
 * @property {boolean} display
 * @property {boolean} root
 * @property {'present' | 'absent' | 'remembered-absent'} electron
 * @property {string | null} browser path of the browser found
 */

/**
 * @typedef {{ host: 'electron' | 'browser' | 'none', why: string }} Choice
 */

/**
 * The host, and the reason in words.
 * @param {Machine} machine
 * @returns {Choice}
 */
export function chooseHost({ wantsWindow, display, root, electron, browser }) {
  if (!wantsWindow) return { host: 'none', why: 'as asked' }
  if (!display) return { host: 'none', why: 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)' }
  if (browser && root && electron === 'present') {
    return { host: 'browser', why: `Electron would have to run as root without its sandbox, ${browser} does not` }
  }
  if (electron === 'present') return { host: 'electron', why: 'its binary is here' }
  const reason = electron === 'absent' ? 'could not be had' : 'could not be had before (--electron tries again)'
  if (browser) return { host: 'browser', why: `Electron's binary ${reason}; found ${browser}` }
  return { host: 'none', why: `Electron's binary ${reason}, and no Chromium, Chrome or Edge was found` }
}
