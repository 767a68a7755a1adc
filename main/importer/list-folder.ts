/** What lies in a folder of this computer, so that a person can choose what to import where no file dialog gives paths. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { FolderListing } from '../contract/importer.ts'

/** Entries that are listed; more are left out. */
const MAX_ENTRIES = 2_000

/** Where systems mount discs and sticks. */
const mediaFolders = (): string[] => {
  if (process.platform === 'win32') return 'DEFGHIJ'.split('').map((letter) => `${letter}:\\`)
  if (process.platform === 'darwin') return ['/Volumes']
  const { username } = userInfo()
  return [`/media/${username}`, `/run/media/${username}`, '/media', '/mnt']
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

async function mediaIn(folder: string): Promise<string[]> {
  if (process.platform === 'win32') return (await isFolder(folder)) ? [folder] : []
  const names = await readdir(folder).catch(() => [])
  return names.slice(0, 20).map((name) => join(folder, name))
}

async function places(): Promise<FolderListing['places']> {
  const media = (await Promise.all(mediaFolders().map(mediaIn))).flat()
  const folders = await Promise.all(media.map(async (path) => ((await isFolder(path)) ? path : null)))
  const found = [homedir(), ...folders.filter((path) => path !== null)]
  return [...new Set(found)].map((path) => ({ name: path, path }))
}

async function entryAt(folder: string, name: string): Promise<FolderListing['entries'][number] | null> {
  const path = join(folder, name)
  const found = await stat(path).catch(() => null)
  if (!found || !(found.isDirectory() || found.isFile())) return null
  return { name, path, isFolder: found.isDirectory(), bytes: found.isFile() ? found.size : 0 }
}

/** Folders first, then files, each by name; hidden ones are left out. Null when it cannot be read. */
export async function listFolder(path: string): Promise<FolderListing | null> {
  const folder = await realpath(path === '' ? homedir() : resolve(path)).catch(() => null)
  const names = folder === null ? null : await readdir(folder).catch(() => null)
  if (folder === null || names === null) return null
  const shown = names.filter((name) => !name.startsWith('.')).sort((a, b) => a.localeCompare(b))
  const listed = await Promise.all(shown.slice(0, MAX_ENTRIES).map((name) => entryAt(folder, name)))
  const entries = listed.filter((entry) => entry !== null)
  const parent = dirname(folder)
  return {
    path: folder,
    parent: parent === folder ? null : parent,
    entries: [...entries.filter((entry) => entry.isFolder), ...entries.filter((entry) => !entry.isFolder)],
    isShortened: shown.length > MAX_ENTRIES,
    places: await places(),
  }
}
