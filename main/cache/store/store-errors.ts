/** Errors of files and SQLite as the errors that the cache's callers tell apart. */
import { CacheError } from '../cache.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'

/** The error itself when it is one already; messages carry codes only, never values. */
export const asCacheError = (error: unknown): CacheError => {
  if (error instanceof CacheError) return error
  if (isOutOfSpace(error))
    return new CacheError('disk-full', 'There is no room on the disk of the data folder.', { cause: error })
  const { code, name } = error as { code?: string; name?: string }
  return new CacheError(
    'index-damaged',
    `The cache cannot be opened, read or written (${code ?? name ?? 'unknown'}).`,
    { cause: error },
  )
}
