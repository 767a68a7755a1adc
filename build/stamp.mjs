/** Tells what is stale: a stamp holds the digest of the sources that something was made from. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/**
 * All files below `entry` (a file or a folder), sorted; nothing for what does not exist.
 * @param {string} entry
 * @returns {string[]}
 */
export function listFiles(entry) {
  if (!existsSync(entry)) return []
  if (!statSync(entry).isDirectory()) return [entry]
  return readdirSync(entry, { recursive: true })
    .map((name) => join(entry, String(name)))
    .filter((file) => statSync(file).isFile())
    .sort()
}

/**
 * SHA-256 over names and contents of all files below `entries`, which are relative to `folder`.
 * @param {string} folder
 * @param {readonly string[]} entries
 * @returns {string}
 */
export function digestOf(folder, entries) {
  const hash = createHash('sha256')
  for (const file of entries.flatMap((entry) => listFiles(join(folder, entry)))) {
    const content = readFileSync(file)
    hash.update(`${relative(folder, file).split(sep).join('/')}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * Whether the stamp at `path` says `digest`.
 * @param {string} path
 * @param {string} digest
 * @returns {boolean}
 */
export const isStamped = (path, digest) => existsSync(path) && readFileSync(path, 'utf8').trim() === digest

/**
 * Writes the stamp, once what it vouches for is complete.
 * @param {string} path
 * @param {string} digest
 * @returns {void}
 */
export function stamp(path, digest) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${digest}\n`)
}
