/** Runs a program to its end and keeps what it printed, to be shown only when it failed. */
import { spawn } from 'node:child_process'
import { root } from './paths.mjs'

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 1 also when it was ended by a signal or could not be started
 * @property {string} output what it printed, both streams in order
 * @property {string} stdout
 * @property {number} seconds
 */

/**
 * Runs `file` in the project's folder. Never rejects: a program that cannot be started has code 1 and the reason as its output.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, timeout?: number, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(file, args, options = {}) {
  const started = performance.now()
  return new Promise((resolve) => {
    let output = ''
    let stdout = ''
    /** @param {number} code */
    const end = (code) => resolve({ code, output, stdout, seconds: (performance.now() - started) / 1000 })
    const child = spawn(file, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeout ? { timeout: options.timeout } : {}),
    })
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      stdout += text
      options.onOutput?.(text)
    })
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      options.onOutput?.(text)
    })
    child.once('error', (error) => {
      output += `${error.message}\n`
      end(1)
    })
    child.once('close', (code) => end(code ?? 1))
  })
}

/**
 * Seconds as people read them.
 * @param {number} seconds
 * @returns {string}
 */
export const inSeconds = (seconds) => `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
