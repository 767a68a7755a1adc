/** `npm start`: from a fresh clone to the open workstation. Plain Node ≥ 20, no packages: it is what installs them. */
import { runBrowserSession } from './browser-session.mjs'
import { browserPackages, findChromium } from './chromium.mjs'
import { installDependencies } from './dependencies.mjs'
import { obtainElectron } from './electron-binary.mjs'
import { runElectronSession } from './electron-session.mjs'
import { chooseHost } from './host-choice.mjs'
import { projectNode } from './paths.mjs'
import { run } from './run.mjs'
import { parseStartOptions, startHelp } from './start-options.mjs'
import { endWithNpm } from './starter.mjs'
import { canInstallPackages, hasDisplay, installPackages, isRoot } from './system.mjs'
import { staleTargets } from './targets.mjs'

const oldestNode = 20
const browserSteps = {
  linux: 'Install one, for example on Debian and Ubuntu:  sudo apt-get install chromium',
  darwin: 'Install Google Chrome, Chromium or Microsoft Edge in Applications.',
  win32: 'Install Google Chrome or Microsoft Edge.',
}

/** @param {string} line */
const say = (line) => console.log(line)

/** @param {import('./targets.mjs').Target['name'][]} names @returns {Promise<string | null>} */
async function build(names) {
  const stale = staleTargets(names).map((target) => target.name)
  if (stale.length === 0) {
    say('Build: nothing is stale')
    return null
  }
  say(`Build: ${stale.join(', ')} …`)
  const outcome = await run(projectNode, ['build/build.mjs', ...stale])
  if (outcome.code !== 0) return `The build failed:\n${outcome.output}`
  say(outcome.output.trim())
  return null
}

/** Finds the browser, or installs one where that may be done. */
async function obtainBrowser() {
  const found = findChromium()
  if (found || !canInstallPackages()) return found
  say('Browser: installing Debian’s Chromium …')
  const problem = await installPackages(browserPackages)
  if (problem) say(`Browser: apt-get failed\n${problem}`)
  return findChromium()
}

/** @param {import('./start-options.mjs').StartOptions} options */
async function choose(options) {
  const display = hasDisplay(process.platform, process.env)
  const needsHost = options.window && display
  const electron = needsHost ? await obtainElectron({ retry: options.retryElectron, say }) : 'absent'
  const needsBrowser = needsHost && (electron !== 'present' || isRoot())
  const browser = needsBrowser ? await obtainBrowser() : null
  const choice = chooseHost({ wantsWindow: options.window, display, root: isRoot(), electron, browser })
  const names = { electron: 'Electron', browser: 'a browser window', none: 'no window' }
  say(`Host: ${names[choice.host]}: ${choice.why}`)
  const hint = browserSteps[/** @type {keyof typeof browserSteps} */ (process.platform)] ?? browserSteps.linux
  if (needsHost && choice.host === 'none') say(hint)
  return { host: choice.host, browser: choice.host === 'browser' ? browser : null }
}

/** @param {string} problem */
function fail(problem) {
  console.error(problem)
  return 1
}

/** @returns {Promise<number>} */
async function start() {
  const options = parseStartOptions(process.argv.slice(2))
  if (options.help) {
    say(startHelp)
    return 0
  }
  if (Number(process.versions.node.split('.')[0]) < oldestNode)
    return fail(`This is Node ${process.versions.node}; Node ${oldestNode} or newer is needed.`)
  say(`Node: ${process.versions.node}`)
  const installProblem = await installDependencies(say)
  if (installProblem) return fail(installProblem)
  const { host, browser } = await choose(options)
  const buildProblem = await build(host === 'electron' ? ['renderer', 'app'] : ['renderer'])
  if (buildProblem) return fail(buildProblem)
  const session = { root: isRoot(), forwarded: options.forwarded, say }
  return host === 'electron' ? runElectronSession(session) : runBrowserSession({ ...session, browser })
}

endWithNpm('start', process.env)
process.exit(await start().catch((error) => fail(error instanceof Error ? error.message : String(error))))
