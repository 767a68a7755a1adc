/** Copies of real files with something changed by dcmtk's dcmodify, as objects of their own. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A copy of `file` in a temporary folder of its own, gone when the process ends; `changes` are dcmodify's options. */
export function alteredFile(file: string, changes: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'astreinte-altered-'))
  folders.push(folder)
  const copy = join(folder, basename(file))
  copyFileSync(file, copy)
  execFileSync('dcmodify', ['-nb', ...changes, copy], { stdio: 'ignore' })
  return copy
}

/** dcmodify's options for new study, series and instance UIDs. */
export const newUids = ['-gst', '-gse', '-gin'] as const
