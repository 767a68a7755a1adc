/** The steps of `npm run check`: types, layers, lint, dead code, notices, unit tests. */
import { join, relative, sep } from 'node:path'
import { layerProblems } from './layers.mjs'
import { noticesProblem } from './notices.mjs'
import { projectNode, root } from './paths.mjs'
import { run } from './run.mjs'
import { listFiles } from './stamp.mjs'

/**
 * A step that runs a program of node_modules on the project's Node.
 * @param {string} name
 * @param {string} script
 * @param {readonly string[]} args
 * @returns {import('./in-parallel.mjs').Step}
 */
const tool = (name, script, args) => ({
  name,
  run: async () => {
    const { code, output } = await run(projectNode, [join(root, 'node_modules', script), ...args])
    return { ok: code === 0, detail: output }
  },
})

const sourceFiles = () =>
  ['app', 'main', 'renderer']
    .flatMap((folder) => listFiles(join(root, folder)))
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => relative(root, file).split(sep).join('/'))

/** @returns {Promise<import('./in-parallel.mjs').Result>} */
async function checkLayers() {
  const script = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = ['app', 'main', 'renderer', '--config', '.dependency-cruiser.cjs', '--output-type', 'json']
  const { stdout, output } = await run(projectNode, [script, ...args])
  if (!stdout.startsWith('{')) return { ok: false, detail: output }
  const problems = layerProblems(JSON.parse(stdout), sourceFiles())
  return { ok: problems.length === 0, detail: problems.join('\n') }
}

/** Without the unit tests: `npm test` runs those itself, to count them. */
export const staticSteps = () => [
  tool('types', 'ts7/bin/tsc', ['-b']),
  { name: 'layers', run: checkLayers },
  tool('lint', '@biomejs/biome/bin/biome', ['check', '.']),
  tool('dead code', 'knip/bin/knip.js', ['--no-progress']),
  {
    name: 'notices',
    run: async () => {
      const problem = noticesProblem()
      return { ok: problem === null, detail: problem ?? '' }
    },
  },
]

/** The unit tests of station, scripts and screens, but for those that take seconds. */
export const unitTests = () =>
  tool('unit tests', 'vitest/vitest.mjs', ['run', '--project', 'main', '--project', 'renderer', '--reporter', 'dot'])
