/**
 * `npm run notices` writes THIRD-PARTY-NOTICES.txt: the licences of everything that is shipped. Packages with the same text share it.
 * Its second line holds a digest of the packages' names and versions, so that a stale file is seen without reading licences.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './paths.mjs'

const noticesFile = join(root, 'THIRD-PARTY-NOTICES.txt')
const digestMark = 'For the packages '

/**
 * @typedef {{ version?: string, dev?: boolean, devOptional?: boolean, optional?: boolean, peer?: boolean, license?: string }} LockedPackage
 * @typedef {{ name: string, version: string, license: string, path: string }} Shipped
 */

/**
 * What is shipped, by name and version: production dependencies that every platform has.
 * @param {Record<string, LockedPackage>} packages of package-lock.json
 * @returns {Shipped[]}
 */
export function shippedPackages(packages) {
  const shipped = Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional && !entry.optional)
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version ?? '',
      license: entry.license ?? '',
      path,
    }))
  const byName = new Map(shipped.map((item) => [`${item.name}@${item.version}`, item]))
  return [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

const readShipped = () => shippedPackages(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages)

/**
 * Digest of names and versions.
 * @param {readonly Shipped[]} shipped
 * @returns {string}
 */
export const digestOfPackages = (shipped) =>
  createHash('sha256')
    .update(shipped.map(({ name, version }) => `${name}@${version}`).join('\n'))
    .digest('hex')
    .slice(0, 32)

/**
 * Why the notices must be written again; null when they are in step with the lock file.
 * @returns {string | null}
 */
export function noticesProblem() {
  const text = existsSync(noticesFile) ? readFileSync(noticesFile, 'utf8') : ''
  const isCurrent = text.includes(`${digestMark}${digestOfPackages(readShipped())}`)
  return isCurrent ? null : 'THIRD-PARTY-NOTICES.txt does not match package-lock.json: run “npm run notices”.'
}

/**
 * The licences of a package: its own, and those of fonts and libraries that lie in its folders with a licence of their own.
 * @param {string} folder
 * @returns {string}
 */
function licenceText(folder) {
  if (!existsSync(folder)) return ''
  const entries = readdirSync(folder, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
  const texts = [folder, ...folders.map(({ name }) => join(folder, name))].flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name))
      .map((entry) => readFileSync(join(place, entry.name), 'utf8').replaceAll('\r\n', '\n').trim())
      .sort(),
  )
  return [...new Set(texts)].filter((text) => text !== '').join('\n\n')
}

/** @param {Shipped} item */
const authorLine = ({ path, license }) => {
  const { author } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
  const name = typeof author === 'string' ? author : author?.name
  return `Licence: ${license || 'as its package says'}${name ? `\nAuthor: ${name}` : ''}`
}

function writeNotices() {
  const shipped = readShipped()
  /** @type {Map<string, string[]>} */
  const packagesOf = new Map()
  for (const item of shipped) {
    const text = licenceText(join(root, item.path)) || authorLine(item)
    packagesOf.set(text, [...(packagesOf.get(text) ?? []), `${item.name} ${item.version} (${item.license})`])
  }
  const blocks = [...packagesOf].map(([text, names]) => `${'-'.repeat(80)}\n${names.join('\n')}\n\n${text}\n`)
  const head = `Astreinte contains the packages below, each under its own licence.\n${digestMark}${digestOfPackages(shipped)}\n`
  writeFileSync(noticesFile, `${head}\n${blocks.join('\n')}`)
  console.log(`${shipped.length} packages, ${packagesOf.size} licence texts`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) writeNotices()
