/** Files and folders of this computer, walked to their ends. Links are told, never followed: they may lead anywhere, and in circles. */
import { createReadStream } from 'node:fs'
import { open, opendir, realpath, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Found, FoundFile } from './found-file.ts'

/** Folders in folders; real discs stay below ten. */
const MAX_DEPTH = 64
/** Bytes of a file that are read first, which is what looking at it takes, and at a time from there on. */
const FIRST = 64 * 1024
const READ_AT_ONCE = 256 * 1024
const AFTER_LAST = 1024

/** The bytes of a file; one that is looked at only, of 100,000, is not read further. */
async function* bytesOf(path: string, expected: number): AsyncGenerator<Uint8Array> {
  const handle = await open(path)
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
export const fileAt = (path: string, name: string, bytes: number): FoundFile => ({
  name,
  bytes,
  path,
  read: () => bytesOf(path, bytes),
  readRange: (start, end) => createReadStream(path, { start, end: end - 1 }),
})

const refused = (name: string, reason: string): Found => ({ kind: 'refused', name, reason })

/** A DICOMDIR comes first, so that it is known before the files that it names. */
const byName = (a: { name: string }, b: { name: string }): number => {
  const [first, second] = [a, b].map(({ name }) => (name.toUpperCase() === 'DICOMDIR' ? 0 : 1)) as [number, number]
  return first - second || (a.name < b.name ? -1 : 1)
}

async function* inFolder(path: string, name: string, depth: number): AsyncGenerator<Found> {
  if (depth > MAX_DEPTH) return yield refused(name, 'too-deep')
  const entries = []
  try {
    for await (const entry of await opendir(path, { bufferSize: 256 })) entries.push(entry)
  } catch {
    return yield refused(name, 'unreadable-file')
  }
  for (const entry of entries.sort(byName)) {
    const inner = `${name}/${entry.name}`
    const innerPath = join(path, entry.name)
    if (entry.isDirectory()) yield* inFolder(innerPath, inner, depth + 1)
    else if (entry.isFile()) yield* oneFile(innerPath, inner)
    else yield refused(inner, entry.isSymbolicLink() ? 'link' : 'not-a-file')
  }
}

async function* oneFile(path: string, name: string): AsyncGenerator<Found> {
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
