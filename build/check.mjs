/** `npm run check`: all steps, two at a time, in about a minute. Ends with code 1 when one of them failed. */
import { existsSync } from 'node:fs'
import { staticSteps, unitTests } from './check-steps.mjs'
import { reportLine, runSteps } from './in-parallel.mjs'
import { projectNode } from './paths.mjs'
import { inSeconds } from './run.mjs'

/** @returns {Promise<number>} */
async function check() {
  if (!existsSync(projectNode)) {
    console.error('The packages are not installed: run “npm ci” first.')
    return 1
  }
  const started = performance.now()
  const reports = await runSteps([unitTests(), ...staticSteps()], 2, (report) => console.log(reportLine(report)))
  const failed = reports.filter((report) => !report.ok).map((report) => report.name)
  const verdict = failed.length === 0 ? 'All is well' : `Failed: ${failed.join(', ')}`
  console.log(`${verdict}, in ${inSeconds((performance.now() - started) / 1000)}`)
  return failed.length === 0 ? 0 : 1
}

process.exitCode = await check()
