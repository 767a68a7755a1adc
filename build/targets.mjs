/** What is built from what: the renderer's files by vite, the shell and its station by esbuild. Plain Node, so that `npm start` can ask what is stale. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, root } from './paths.mjs'
import { digestOf, isStamped, stamp } from './stamp.mjs'

/**
 * @typedef {object} Target
 * @property {'renderer' | 'app'} name
 * @property {readonly string[]} sources files and folders that it depends on
 * @property {string} result a file that exists once it was built
 */

/** @type {readonly Target[]} */
export const targets = [
  {
    name: 'renderer',
    sources: ['renderer', 'main/contract', 'main/dicom', 'resources/locales', 'vite.config.ts', 'package-lock.json'],
    result: 'dist/renderer/index.html',
  },
  {
    name: 'app',
    sources: ['app', 'main', 'build/bundle-app.mjs', 'package-lock.json'],
    result: 'dist/app/main.cjs',
  },
]

/** @param {Target} target */
const stampFile = (target) => join(cacheFolder, `built-${target.name}`)

/**
 * Which of the named targets are not what their sources say.
 * @param {readonly Target['name'][]} names
 * @returns {Target[]}
 */
export const staleTargets = (names) =>
  targets.filter(
    (target) =>
      names.includes(target.name) &&
      !(existsSync(join(root, target.result)) && isStamped(stampFile(target), digestOf(root, target.sources))),
  )

/**
 * Builds `target` by `make` and stamps it with the sources as they were before.
 * @param {Target} target
 * @param {() => Promise<void>} make
 * @returns {Promise<void>}
 */
export async function buildTarget(target, make) {
  const digest = digestOf(root, target.sources)
  await make()
  stamp(stampFile(target), digest)
}
