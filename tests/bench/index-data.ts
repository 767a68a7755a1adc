/** The indexes of the bench: made in a folder, and used again as long as they are what would be made now. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyIndex, type SyntheticSize, syntheticIndex } from '../main/cache/queries/synthetic-index.ts'
import { syntheticEntry } from '../main/cache/queries/synthetic-studies.ts'

/** Changes with the schema, with the rows and with the size. */
const fingerprintOf = (size: SyntheticSize): string => {
  const folder = mkdtempSync(join(tmpdir(), 'astreinte-bench-'))
  const database = emptyIndex(folder)
  const schema = database.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all()
  database.close()
  rmSync(folder, { recursive: true })
  return createHash('sha256')
    .update(JSON.stringify([schema, syntheticEntry(1, 1, 1, 1), size]))
    .digest('hex')
}

const builtIn = (folder: string): string | null => {
  const mark = join(folder, 'built')
  return existsSync(mark) ? readFileSync(mark, 'utf8') : null
}

/** Puts an index of this size into `folder` unless it is there; tells the seconds that it took, or null. */
export const prepareIndex = (
  folder: string,
  size: SyntheticSize,
  progress: (line: string) => void,
): { buildSeconds: number | null } => {
  const fingerprint = fingerprintOf(size)
  if (builtIn(folder) === fingerprint) return { buildSeconds: null }
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const start = performance.now()
  const seconds = () => Math.round((performance.now() - start) / 1000)
  const database = syntheticIndex(folder, size, (studies) => {
    if (studies % 10_000 === 0 && studies < size.studies)
      progress(`  ${studies} of ${size.studies} studies made after ${seconds()} s`)
  })
  database.close()
  writeFileSync(join(folder, 'built'), fingerprint)
  return { buildSeconds: seconds() }
}
