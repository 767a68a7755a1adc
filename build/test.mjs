/** `npm test`: sets up what the tests need, then runs the checks and every suite. The last line is `N passed, N failed`. */
import { staticSteps } from './check-steps.mjs'
import { browserPackages } from './chromium.mjs'
import { addCounts, countsLine, nothing } from './counts.mjs'
import { installDependencies } from './dependencies.mjs'
import { reportLine, runSteps } from './in-parallel.mjs'
import { projectNode } from './paths.mjs'
import { inSeconds, run } from './run.mjs'
import { missingPrograms, runSuite, suites } from './suites.mjs'
import { canInstallPackages, installPackages, missingPackages } from './system.mjs'

const debianPackages = [
  ...browserPackages,
  ...['dcmtk', 'dicom3tools', 'orthanc', 'orthanc-dicomweb', 'invesalius-examples'],
  'openssl',
  'strace',
  'poppler-utils',
  ...['python3-pydicom', 'python3-numpy', 'python3-pil', 'python3-nibabel'],
]

/** @param {string} line */
const say = (line) => console.log(line)

/** @returns {Promise<string | null>} what went wrong, or null */
async function setUp() {
  if (canInstallPackages()) {
    const missing = await missingPackages(debianPackages)
    if (missing.length > 0) say(`Debian packages: installing ${missing.join(', ')} …`)
    const problem = missing.length > 0 ? await installPackages(missing) : null
    if (problem) say(`Debian packages: apt-get failed\n${problem}`)
  }
  const problem = await installDependencies(say)
  if (problem) return problem
  const build = await run(projectNode, ['build/build.mjs'])
  if (build.code !== 0) return `The build failed:\n${build.output}`
  say(build.output.trim() || 'Build: nothing is stale')
  return null
}

/** @returns {Promise<import('./counts.mjs').Counts>} each check counts as one test */
async function runChecks() {
  const reports = await runSteps(staticSteps(), 2, (report) => say(reportLine(report)))
  const passed = reports.filter((report) => report.ok).length
  return { passed, failed: reports.length - passed, skipped: 0 }
}

/** @returns {Promise<number>} */
async function test() {
  const problem = await setUp()
  if (problem) {
    say(`${problem}\n0 passed, 1 failed`)
    return 1
  }
  let total = addCounts(nothing, await runChecks())
  const leftOut = []
  const allFailures = []
  for (const suite of suites) {
    const missing = missingPrograms(suite)
    if (missing.length > 0) {
      leftOut.push(`Left out: ${suite.name} (not on this machine: ${missing.join(', ')})`)
      continue
    }
    const { counts, failures, seconds, output } = await runSuite(suite)
    if (counts.failed > 0) say(output)
    say(`${counts.failed > 0 ? '✘' : '✔'} ${suite.name}: ${countsLine(counts)} in ${inSeconds(seconds)}`)
    total = addCounts(total, counts)
    allFailures.push(...failures.map((failure) => `✘ ${suite.name}: ${failure}`))
  }
  // Once more at the end: what failed early is far above by now.
  for (const line of [...leftOut, ...allFailures]) say(line)
  say(countsLine(total))
  return total.failed > 0 ? 1 : 0
}

process.exitCode = await test()
