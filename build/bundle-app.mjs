/** Bundles the shell (CommonJS, for Electron) and the station it forks (ES modules, with its workers beside it). */
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { root } from './paths.mjs'
import { listFiles } from './stamp.mjs'

/** Packages that bring native code or WebAssembly files: shipped as they are. */
export const unbundled = ['better-sqlite3-multiple-ciphers', 'dcmjs-codecs']

/**
 * The station's entry and its workers. A worker is found at run time beside the module that starts it, so in the bundle all lie in one
 * folder: two of the same name would be one.
 * @param {readonly string[]} sources
 * @returns {Record<string, string>} output name → source
 */
export function stationEntries(sources) {
  const workers = sources.filter((file) => /(^|[\\/-])worker\.ts$/.test(file))
  /** @type {Record<string, string>} */
  const entries = { station: join('app', 'station', 'station-process.ts') }
  for (const worker of workers) {
    const name = basename(worker, '.ts')
    if (entries[name]) throw new Error(`two workers are called ${name}: ${entries[name]} and ${worker}`)
    entries[name] = worker
  }
  return entries
}

const shared = /** @type {const} */ ({
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  logLevel: 'warning',
})

/**
 * Writes dist/app and dist/main.
 * @returns {Promise<void>}
 */
export async function bundleApp() {
  for (const folder of ['app', 'main']) rmSync(join(root, 'dist', folder), { recursive: true, force: true })
  const sources = listFiles(join(root, 'main')).map((file) => file.slice(root.length + 1))
  await Promise.all([
    build({
      ...shared,
      entryPoints: { main: 'app/main.ts' },
      outdir: 'dist/app',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      external: ['electron'],
    }),
    build({
      ...shared,
      entryPoints: { preload: 'app/preload/preload.ts' },
      outdir: 'dist/app',
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      external: ['electron'],
      sourcemap: false,
    }),
    build({
      ...shared,
      entryPoints: stationEntries(sources),
      outdir: 'dist/main',
      outExtension: { '.js': '.mjs' },
      format: 'esm',
      splitting: true,
      chunkNames: 'part-[hash]',
      external: unbundled,
      banner: {
        js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
      },
    }),
  ])
}
