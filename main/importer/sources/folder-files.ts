/** Files and folders of this computer, walked to their ends. Links are told, never followed: they may lead anywhere, and in circles. */
import { constants, createReadStream, type Dirent } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import type { Found, FoundFile } from './found-file.ts'

/** Folders in folders; real discs stay below ten. */
const MAX_DEPTH = 64
/** Bytes of a file that are read first, which is what looking at it takes, and at a time from there on. */
const FIRST = 64 * 1024
const READ_AT_ONCE = 256 * 1024
const AFTER_LAST = 1024

/** A pipe that took the place of a file would otherwise hold a thread until somebody writes; Windows has no such flag. */
const FOR_READING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** As bytes where the name is no UTF-8: old archives and discs have theirs in the character set of their makers. */
type Path = string | Buffer

/** The bytes of a file; one that is looked at only, of 100,000, is not read further. */
async function* bytesOf(path: Path, expected: number): AsyncGenerator<Uint8Array> {
  const handle = await open(path, FOR_READING)
  try {
    let wanted = Math.min(FIRST, expected + 1)
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, null)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      // Fewer bytes than were asked for are the last ones, as good as ever.
      wanted = bytesRead < wanted ? AFTER_LAST : READ_AT_ONCE
    }
  } finally {
    await handle.close()
  }
}

/** A file by its path. */
const fileAt = (path: Path, name: string, bytes: number): FoundFile => ({
  name,
  bytes,
  ...(typeof path === 'string' ? { path } : {}),
  read: () => bytesOf(path, bytes),
  readRange: (start, end) => createReadStream(path, { start, end: end - 1 }),
})

const refused = (name: string, reason: string): Found => ({ kind: 'refused', name, reason })

/** An entry of a folder, by what people call it. */
interface Entry {
  dirent: Dirent<Buffer>
  name: string
}

const latin1 = new TextDecoder('windows-1252')
const isText = (name: Buffer): boolean => Buffer.from(name.toString()).equals(name)
const entryOf = (dirent: Dirent<Buffer>): Entry => ({
  dirent,
  name: isText(dirent.name) ? dirent.name.toString() : latin1.decode(dirent.name),
})

const pathOf = (folder: Path, { name }: Dirent<Buffer>): Path =>
  typeof folder === 'string' && isText(name)
    ? join(folder, name.toString())
    : Buffer.concat([Buffer.from(folder), Buffer.from(sep), name])

/** A DICOMDIR comes first, so that it is known before the files that it names. */
const byName = (a: Entry, b: Entry): number => {
  const [first, second] = [a, b].map(({ name }) => (name.toUpperCase() === 'DICOMDIR' ? 0 : 1)) as [number, number]
  return first - second || (a.name < b.name ? -1 : 1)
}

async function* inFolder(path: Path, name: string, depth: number): AsyncGenerator<Found> {
  if (depth > MAX_DEPTH) return yield refused(name, 'too-deep')
  const dirents = await readdir(path, { encoding: 'buffer', withFileTypes: true }).catch(() => null)
  if (dirents === null) return yield refused(name, 'unreadable-file')
  for (const entry of dirents.map(entryOf).sort(byName)) {
    const inner = `${name}/${entry.name}`
    const innerPath = pathOf(path, entry.dirent)
    if (entry.dirent.isDirectory()) yield* inFolder(innerPath, inner, depth + 1)
    else if (entry.dirent.isFile()) yield* oneFile(innerPath, inner)
    else yield refused(inner, entry.dirent.isSymbolicLink() ? 'link' : 'not-a-file')
  }
}

async function* oneFile(path: Path, name: string): AsyncGenerator<Found> {
  const found = await stat(path).catch(() => null)
  if (!found) yield refused(name, 'unreadable-file')
  else if (!found.isFile()) yield refused(name, 'not-a-file')
  else yield { kind: 'file', file: fileAt(path, name, found.size) }
}

/** All files at or below `paths`, in their order. Never throws. */
export async function* filesAtAll(paths: readonly string[]): AsyncGenerator<Found> {
  for (const path of paths) yield* filesAt(path)
}

/** All files at or below `path`; what cannot be read is told as refused. Never throws. */
export async function* filesAt(path: string): AsyncGenerator<Found> {
  const name = basename(path) || path
  // What was named itself may be a link: a person chose it.
  const real = await realpath(path).catch(() => null)
  const found = real === null ? null : await stat(real).catch(() => null)
  if (real === null || !found) yield refused(name, 'unreadable-file')
  else if (found.isDirectory()) yield* inFolder(real, name, 0)
  else yield* oneFile(real, name)
}
