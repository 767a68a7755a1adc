/**
 * Folders of this user outside the data folder: what lasts (keys) and what a launch leaves for tools and for a second start. All are 0700,
 * the files in them 0600, and their names tell the data folder only as a digest.
 */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/** Where this user's programs keep data that outlives a launch. */
export function stateFolder(environment: Environment = process.env, platform: string = process.platform): string {
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Astreinte')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Astreinte')
  return join(environment.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'astreinte')
}

/** The data folder of a station started without naming one. */
export function defaultDataFolder(environment: Environment = process.env, platform: string = process.platform): string {
  if (platform !== 'linux') return join(stateFolder(environment, platform), 'Data')
  return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'astreinte')
}

/** A short name for the data folder that tells nothing of its path. */
export function dataFolderId(dataFolder: string): string {
  return createHash('sha256').update(realPath(dataFolder)).digest('hex').slice(0, 16)
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return resolve(folder)
  }
}

/** Whether `path` is the folder or lies in it. */
export function isInside(path: string, folder: string): boolean {
  const [inner, outer] = [realPath(path), realPath(folder)]
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`)
}

/** Makes `folder` with mode 0700; false when it belongs to somebody else. */
function makePrivate(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return true
  if (statSync(folder).uid !== process.getuid?.()) return false
  chmodSync(folder, 0o700)
  return true
}

/** A private folder for files that belong to a launch; null where the usual place is not ours or lies in the data folder. */
export function usualRuntimeFolder(dataFolder: string, environment: Environment = process.env): string | null {
  const usual = environment.XDG_RUNTIME_DIR
    ? join(environment.XDG_RUNTIME_DIR, 'astreinte')
    : join(stateFolder(environment), 'run')
  try {
    if (!isInside(usual, dataFolder) && makePrivate(usual)) return usual
  } catch {
    // No such place, or no right to it: the other one does.
  }
  return null
}

/** The same, and where there is none a new folder, to be removed after the launch. */
export const runtimeFolder = (dataFolder: string, environment: Environment = process.env): string =>
  usualRuntimeFolder(dataFolder, environment) ?? mkdtempSync(join(tmpdir(), 'astreinte-'))

/** Where the key of a data folder is kept when nobody names a place; its folder is made. */
export function defaultKeyFile(dataFolder: string, environment: Environment = process.env): string {
  const folder = join(stateFolder(environment), 'keys')
  makePrivate(folder)
  return join(folder, `${dataFolderId(dataFolder)}.key`)
}
