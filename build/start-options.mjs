/** The options of `npm start`. */
import { parseArgs } from 'node:util'

export const startHelp = `npm start [-- OPTIONS]    install, build what is stale, start the station, open the workstation

  --no-window        serve, and print a one-time address instead of opening a window
  --data DIR         keep the data in DIR instead of this user's data folder
  --dicom-port N     listen for DICOM on port N for this run
  --http-port N      serve the screens on port N of this machine; 0, any free port, unless given
  --electron         look for Electron again, even if it could not be had before
  --help             this text

Files, folders, discs and archives are imported in the workstation: Ctrl+O, or dropped on its window.`

/**
 * @typedef {object} StartOptions
 * @property {boolean} help
 * @property {boolean} window
 * @property {boolean} retryElectron
 * @property {string[]} forwarded arguments for the station, as given
 */

/** @param {string} name @param {string | undefined} value */
function forwardedPort(name, value) {
  if (value === undefined) return []
  const isPort = /^\d{1,5}$/.test(value) && Number(value) <= 65535
  if (!isPort) throw new Error(`--${name} wants a port from 0 to 65535, not “${value}”.`)
  return [`--${name}`, value]
}

/**
 * Reads the command line. Throws an Error whose message is meant for the terminal.
 * @param {readonly string[]} args
 * @returns {StartOptions}
 */
export function parseStartOptions(args) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      'no-window': { type: 'boolean', default: false },
      electron: { type: 'boolean', default: false },
      data: { type: 'string' },
      'dicom-port': { type: 'string' },
      'http-port': { type: 'string' },
    },
  })
  if (positionals.length > 0)
    throw new Error(
      `npm start takes no files (“${positionals[0]}”). Import them in the workstation: Ctrl+O, or drop them on its window.`,
    )
  if (values.data === '') throw new Error('--data wants a folder.')
  return {
    help: values.help === true,
    window: values['no-window'] !== true,
    retryElectron: values.electron === true,
    forwarded: [
      ...(values.data === undefined ? [] : ['--data', values.data]),
      ...forwardedPort('dicom-port', values['dicom-port']),
      ...forwardedPort('http-port', values['http-port']),
    ],
  }
}
