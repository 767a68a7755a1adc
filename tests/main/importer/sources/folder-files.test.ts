import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { filesAt } from '../../../../main/importer/sources/folder-files.ts'
import { temporaryFolder } from '../../cache/temporary-folder.ts'

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = []
  for await (const value of values) gathered.push(value)
  return gathered
}

it.skipIf(process.platform === 'win32')(
  'waits for nobody to write where a pipe took the place of a file',
  async () => {
    const path = join(temporaryFolder(), 'file')
    writeFileSync(path, 'bytes')
    const [found] = await all(filesAt(path))
    rmSync(path)
    execFileSync('/usr/bin/mkfifo', [path])
    const pieces = found?.kind === 'file' ? await all(found.file.read()) : null
    expect(pieces).toEqual([])
  },
  20_000,
)
