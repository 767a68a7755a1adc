/** A memory file system of its own size, to fill it for real. Linux, root only. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  folder: string
  /** Takes all room but `leave` bytes with a file of another program; returns its path. */
  fill(leave: number): string
  unmount(): void
}

/** Mounts a disk of `bytes`; throws where that is not permitted. */
export function mountSmallDisk(bytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'astreinte-disk-'))
  const { status, stderr } = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
  if (status !== 0) throw new Error(`mount failed: ${stderr}`)
  return {
    folder,
    fill: (leave) => {
      const { bavail, bsize } = statfsSync(folder)
      const path = join(folder, 'other-program.bin')
      writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
      return path
    },
    unmount: () => {
      spawnSync('/bin/umount', ['-l', folder])
      rmdirSync(folder)
    },
  }
}
