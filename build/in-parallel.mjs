/** Runs steps a few at a time, in the order given, and reports each as it ends. */
import { inSeconds } from './run.mjs'

/**
 * @typedef {{ ok: boolean, detail: string }} Result what a step found; `detail` is shown when it is not ok
 * @typedef {{ name: string, run: () => Promise<Result> }} Step
 * @typedef {Result & { name: string, seconds: number }} Report
 */

/**
 * Runs all steps, `width` at a time, even when some fail. A step that throws has failed.
 * @param {readonly Step[]} steps
 * @param {number} width
 * @param {(report: Report) => void} onEnd
 * @returns {Promise<Report[]>} in the order of `steps`
 */
export async function runSteps(steps, width, onEnd) {
  /** @type {Report[]} */
  const reports = new Array(steps.length)
  let next = 0
  const work = async () => {
    while (next < steps.length) {
      const index = next++
      const step = steps[index]
      if (!step) return
      const started = performance.now()
      const result = await step.run().catch((error) => ({ ok: false, detail: String(error?.stack ?? error) }))
      const report = { ...result, name: step.name, seconds: (performance.now() - started) / 1000 }
      reports[index] = report
      onEnd(report)
    }
  }
  await Promise.all(Array.from({ length: width }, work))
  return reports
}

/**
 * One line for a step that ended, with its detail below when it failed.
 * @param {Report} report
 * @returns {string}
 */
export const reportLine = ({ name, ok, seconds, detail }) =>
  `${ok ? '✔' : '✘'} ${name.padEnd(12)} ${inSeconds(seconds).padStart(7)}${ok ? '' : `\n${detail.trimEnd().replace(/^/gm, '    ')}`}`
