/**
 * Where an export is written: a new folder, or a new ZIP archive. Until all of it is on the disk its name ends in `.partial`, so that nothing
 * half-written looks whole; what fails or is stopped is removed again.
 */
import { createWriteStream } from 'node:fs'
import { access, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

export interface Destination {
  /** What it will be called. */
  readonly path: string
  /** Writes one file whole. */
  write(
    fileId: readonly string[],
    length: number,
    bytes: AsyncIterable<Uint8Array>,
    isCompressible: boolean,
  ): Promise<void>
  /** Makes it whole: durable, and under its own name. */
  finish(): Promise<void>
  /** Removes what was written. False where it cannot, because the disk is not there any more, or does not let it. */
  discard(): Promise<boolean>
}

/** Where it is written until it is whole. */
export const partialOf = (path: string): string => `${path}.partial`

/** Something of that name is there already. */
export class DestinationExists extends Error {
  readonly code = 'EEXIST'
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** What a file system has in mind only is gone after a power cut; some cannot sync a folder, which is theirs to know. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

async function finishAs(partial: string, path: string): Promise<void> {
  if (await exists(path)) throw new DestinationExists('Something of that name is there')
  await rename(partial, path)
  await syncFolder(dirname(path))
}

/** Throws where something of that name is there, finished or not. */
async function expectNothingAt(path: string): Promise<void> {
  if ((await exists(path)) || (await exists(partialOf(path))))
    throw new DestinationExists('Something of that name is there')
}

/**
 * Tells, by a function that removes it, whether nothing is left of `partial` on the disk that holds `folder` now: where a stick was pulled out,
 * its place in the file system is empty, or another disk's.
 */
async function discarding(folder: string, partial: string): Promise<() => Promise<boolean>> {
  const { dev } = await stat(folder)
  return async () => {
    try {
      await rm(partial, { recursive: true, force: true })
      return (await stat(folder)).dev === dev && !(await exists(partial))
    } catch {
      return false
    }
  }
}

/** Told of `partial` before it is made. */
export type BeginsAt = (partial: string) => Promise<void>

/** A new folder `name` in `folder`. */
export async function folderDestination(folder: string, name: string, beginsAt: BeginsAt): Promise<Destination> {
  const path = join(folder, name)
  await expectNothingAt(path)
  const partial = partialOf(path)
  const discard = await discarding(folder, partial)
  await beginsAt(partial)
  await mkdir(partial)
  const folders = new Set<string>([partial])
  /** Only below what was made at first: where that is gone, another disk may lie under its path. */
  const makeFolder = async (wanted: string): Promise<void> => {
    if (folders.has(wanted)) return
    await makeFolder(dirname(wanted))
    await mkdir(wanted)
    folders.add(wanted)
  }
  return {
    path,
    async write(fileId, _, bytes) {
      const file = join(partial, ...fileId)
      await makeFolder(dirname(file))
      const handle = await open(file, 'wx')
      try {
        for await (const piece of bytes) await handle.writeFile(piece)
        await handle.datasync()
      } finally {
        await handle.close()
      }
    },
    async finish() {
      for (const each of folders) await syncFolder(each)
      await finishAs(partial, path)
    },
    discard,
  }
}

/** A new archive `name.zip` in `folder`. */
export async function zipDestination(folder: string, name: string, beginsAt: BeginsAt): Promise<Destination> {
  const path = join(folder, `${name}.zip`)
  await expectNothingAt(path)
  const partial = partialOf(path)
  const discard = await discarding(folder, partial)
  await beginsAt(partial)
  const output = createWriteStream(partial, { flags: 'wx', flush: true })
  await new Promise((resolve, reject) => {
    output.once('open', resolve)
    output.once('error', reject)
  })
  const zip = new ZipFile()
  const failed = Promise.withResolvers<never>()
  const written = pipeline(zip.outputStream, output)
  written.catch(failed.reject)
  failed.promise.catch(() => undefined)
  zip.on('error', failed.reject)
  return {
    path,
    async write(fileId, length, bytes, isCompressible) {
      const source = Readable.from(bytes, { objectMode: false })
      const options = { size: length, compress: isCompressible, compressionLevel: 1 }
      zip.addReadStream(source, fileId.join('/'), options)
      await Promise.race([finished(source), failed.promise])
    },
    async finish() {
      zip.end()
      await Promise.race([written, failed.promise])
      await finishAs(partial, path)
    },
    async discard() {
      output.destroy()
      await written.catch(() => undefined)
      return discard()
    },
  }
}
