/** Copies of real files with something changed by dcmtk's dcmodify, as objects of their own. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** A copy of `file` in a new temporary folder; `changes` are dcmodify's options. */
export function alteredFile(file: string, changes: readonly string[]): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'astreinte-altered-')), basename(file))
  copyFileSync(file, copy)
  execFileSync('dcmodify', ['-nb', ...changes, copy], { stdio: 'ignore' })
  return copy
}

/** dcmodify's options for new study, series and instance UIDs. */
export const newUids = ['-gst', '-gse', '-gin'] as const
