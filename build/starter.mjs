/**
 * npm, when it is told to end (a service manager, `kill`, `timeout`), ends the shell between itself and its script, never the script: without
 * this, `npm start` would be gone and the station would go on unseen.
 */

/** How often the parent is looked for, ms. */
const looksEvery = 200

/**
 * Ends this process as SIGTERM would, once the shell in which npm runs `script` is gone. Does nothing when npm did not start it.
 * @param {string} script name of the npm script
 * @param {NodeJS.ProcessEnv} env
 * @returns {void}
 */
export function endWithNpm(script, env) {
  if (env.npm_lifecycle_event !== script || process.platform === 'win32') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, looksEvery)
  timer.unref()
}
