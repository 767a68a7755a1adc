/** Fetches Electron's binary by Electron's own means (mirrors and proxies as it documents them); a line on stdout for every tenth that arrived. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const electronPackage = require.resolve('electron/package.json')
const { downloadArtifact } = await import(pathToFileURL(createRequire(electronPackage).resolve('@electron/get')).href)

let tenth = -1
/** @param {{ transferred: number, total: number | null }} progress */
const getProgressCallback = async ({ transferred, total }) => {
  const now = total ? Math.floor((10 * transferred) / total) : Math.floor(transferred / 10_000_000)
  if (now === tenth) return
  tenth = now
  console.log(`${(transferred / 1e6).toFixed(0)} MB${total ? ` of ${(total / 1e6).toFixed(0)}` : ''}`)
}

await downloadArtifact({
  version: require('electron/package.json').version,
  artifactName: 'electron',
  platform: process.platform,
  arch: process.arch,
  checksums: require('electron/checksums.json'),
  downloadOptions: { quiet: true, getProgressCallback },
})
// It lies in Electron's own download cache now: its installer unpacks it from there.
require('electron/install.js')
