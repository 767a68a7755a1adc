/** The few file operations that packs are made of, so that a test can put a disk underneath that is full, slow or cut off. */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statfsSync,
  writevSync,
} from 'node:fs'
import { promisify } from 'node:util'

export interface PackFiles {
  /** A new 0600 file; fails when it is there. */
  create(path: string): number
  /** An existing file for reading and writing. */
  open(path: string): number
  /** Bytes written, which may be fewer than given. */
  write(descriptor: number, buffers: readonly Uint8Array[], position: number): number
  /** Bytes read into `buffer`; fewer than its length at the file's end. */
  read(descriptor: number, buffer: Uint8Array, position: number): number
  truncate(descriptor: number, length: number): void
  size(descriptor: number): number
  /**
   * Makes the data durable (fdatasync): off this thread, or on it when it has nothing else to do, which spares two turns of a busy machine.
   * Rejects when the file was removed meanwhile.
   */
  sync(descriptor: number, isIdle: boolean): Promise<void>
  close(descriptor: number): void
  remove(path: string): void
  /** Free and total bytes of the disk that holds `folder`, for an ordinary user. */
  space(folder: string): { free: number; total: number }
}

/** The operating system's files. */
export const nodePackFiles: PackFiles = {
  create: (path) => openSync(path, 'wx+', 0o600),
  open: (path) => openSync(path, 'r+'),
  write: (descriptor, buffers, position) => writevSync(descriptor, buffers, position),
  read: (descriptor, buffer, position) => {
    let done = 0
    while (done < buffer.length) {
      const count = readSync(descriptor, buffer, done, buffer.length - done, position + done)
      if (count === 0) break
      done += count
    }
    return done
  },
  truncate: (descriptor, length) => ftruncateSync(descriptor, length),
  size: (descriptor) => fstatSync(descriptor).size,
  sync: async (descriptor, isIdle) => {
    if (isIdle) fdatasyncSync(descriptor)
    else await promisify(fdatasync)(descriptor)
    if (fstatSync(descriptor).nlink === 0) throw Object.assign(new Error('removed'), { code: 'ENOENT' })
  },
  close: (descriptor) => closeSync(descriptor),
  remove: (path) => rmSync(path, { force: true }),
  space: (folder) => {
    const { bavail, bsize, blocks } = statfsSync(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  },
}

/** Whether an error says that there is no room: disk or quota (`ENOSPC`, `EDQUOT`), or SQLite's own. */
export const isOutOfSpace = (error: unknown): boolean => {
  const code = (error as { code?: string } | null)?.code
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE'
}
