/** Bundles the shell (CommonJS, for Electron) and the station it forks (ES modules, with its workers beside it). */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
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

/** The faces of printed reports, as main/reports/documents/pdf/faces.ts names them. */
const isPrintedFace = (/** @type {string} */ file) =>
  /^(inter-(latin|latin-ext|greek|cyrillic|cyrillic-ext|vietnamese)-(400|600)-(normal|italic)\.woff|LiberationSans-.+\.ttf)$/.test(
    file,
  )

/** Copies what is opened at run time beside the module that opens it: fonts, and the colour profile that pdfkit puts into a PDF/A. */
export function copyPrintingFiles(folder = join(root, 'dist', 'main')) {
  const modules = join(root, 'node_modules')
  mkdirSync(join(folder, 'fonts'), { recursive: true })
  for (const source of [join(modules, '@fontsource/inter/files'), join(modules, 'pdfjs-dist/standard_fonts')]) {
    for (const file of readdirSync(source).filter(isPrintedFace))
      copyFileSync(join(source, file), join(folder, 'fonts', file))
  }
  mkdirSync(join(folder, 'data'), { recursive: true })
  const profile = 'sRGB_IEC61966_2_1.icc'
  copyFileSync(join(modules, 'pdfkit/js/data', profile), join(folder, 'data', profile))
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
  copyPrintingFiles()
}
