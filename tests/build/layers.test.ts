/** The layer rules catch what they forbid: breaches are seeded in a small tree of the same shape. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { layerProblems } from '../../build/layers.mjs'
import { projectNode, root } from '../../build/paths.mjs'

const breaches = {
  'renderer-layer': [
    'renderer/studies/a.ts',
    "import type { Cache } from '../../main/cache/cache.ts'\nexport type A = Cache\n",
  ],
  'services-do-not-import-each-other': ['main/receiver/b.ts', "export { c } from '../archive/c.ts'\n"],
  'only-app-may-import-electron': ['main/station.ts', "import { app } from 'electron'\nexport const s = app\n"],
  'only-main-http-may-import-fastify': ['main/cache/d.ts', "export const d = () => import('fastify')\n"],
  'leaves-know-no-node': ['main/contract/e.ts', "import { join } from 'node:path'\nexport const e = join\n"],
  resolvable: ['app/f.ts', "export { f } from './nowhere.ts'\n"],
  'no-circular': ['main/dimse/g.ts', "import { h } from './h.ts'\nexport const g = () => h\n"],
} as const
const sound = {
  'main/cache/cache.ts': 'export interface Cache { open: boolean }\n',
  'main/archive/c.ts': 'export const c = 1\n',
  'main/dimse/h.ts': "import { g } from './g.ts'\nexport const h = () => g\n",
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-layers-'))
  for (const [path, text] of [...Object.values(breaches), ...Object.entries(sound)]) {
    mkdirSync(join(folder, dirname(path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  cpSync(join(root, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function cruise() {
  const script = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = [script, 'app', 'main', 'renderer', '--config', '.dependency-cruiser.cjs', '--output-type', 'json']
  const ended = promisify(execFile)(projectNode, args, { cwd: folder, maxBuffer: 2 ** 26 })
  return JSON.parse((await ended.catch((error) => error)).stdout)
}

test('every seeded breach is named with its rule, and a file that was not looked at is a problem', async () => {
  const seen = await cruise()
  const sources = [...Object.values(breaches).map(([path]) => path), ...Object.keys(sound)]
  const problems = layerProblems(seen, sources)
  const isCaught = ([rule, [path]]: [string, readonly [string, string]]) =>
    problems.some((problem) => problem.startsWith(`${rule}: ${path} → `))
  expect(Object.entries(breaches).filter((breach) => !isCaught(breach))).toEqual([])
  expect(problems.filter((problem) => problem.startsWith('not looked at'))).toEqual([])
  expect(layerProblems(seen, [...sources, 'main/blind.ts'])).toContain(
    'not looked at by dependency-cruiser: main/blind.ts',
  )
})

test('seeing no source at all is a problem', () => {
  expect(layerProblems({ modules: [], summary: { violations: [] } }, [])).toEqual(['no source file was found'])
})
