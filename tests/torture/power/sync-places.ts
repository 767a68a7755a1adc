/** Every line of the cache and of what it keeps keys with that asks for a sync: none may be left out of the recording. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const MAIN = join(import.meta.dirname, '..', '..', '..', 'main')
/** Calls that make something durable, of `node:fs`, of a `FileHandle`, or our own by their names. */
const SYNC =
  /\b(syncFolder|syncFile|fsyncSync|fdatasyncSync|fdatasync|fsync|durably)\(|\bpromisify\(fdatasync\)\(|\bawait \w+\.(sync|datasync)\(\)/
/** What these are made of goes by the line that calls them. */
const CALLED_ELSEWHERE = ['syncFolder', 'syncFile']
/** Syncs that promise nothing, with why: a text of the file's path and the line. */
const NOTHING_PROMISED: readonly [file: string, line: string, why: string][] = [
  ['cache/store/disk-space.ts', 'fsyncSync', 'a probe whether a quota lets us write; its file is removed at once'],
  ['cache/index-database/notes-writer.ts', 'isAll', 'the index then lacks nothing; lost, it is brought back again'],
]
const promisesNothing = (file: string, line: string): boolean =>
  NOTHING_PROMISED.some(([path, text]) => path === file && line.includes(text))

/** `folder/file.ts:line` of each. */
export function syncPlaces(): string[] {
  const files = ['cache', 'security'].flatMap((folder) =>
    readdirSync(join(MAIN, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  return files.flatMap((path) => {
    const name = relative(MAIN, path)
    let inside = ''
    return readFileSync(path, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        inside = /^(?:export )?const (\w+)/.exec(line)?.[1] ?? inside
        const isCall = SYNC.test(line) && !/^(import|export) |^\s*(\*|\/\/)/.test(line)
        return isCall && !CALLED_ELSEWHERE.includes(inside) && !promisesNothing(name, line)
          ? [`${name}:${index + 1}`]
          : []
      })
  })
}

/** Those that no recorded sync came from; `recorded` are places as `name-syncs.ts` tells them. */
export const notRecorded = (recorded: Iterable<string>): string[] => {
  const lines = new Set([...recorded].map((place) => place.split(' ')[0]))
  return syncPlaces().filter((place) => !lines.has(place))
}
