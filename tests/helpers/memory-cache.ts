/** A cache that keeps data sets in memory: the one door only, for tests of what stands before it. */
import type { Cache, IngestOutcome, IngestRequest } from '../../main/cache/cache.ts'

export interface MemoryObject {
  request: IngestRequest
  dataSet: Buffer
}

export interface MemoryCache extends Pick<Cache, 'ingest'> {
  objects: MemoryObject[]
  aborted: IngestRequest[]
  /** What the next objects end in; empty: `stored`. */
  outcomes: (IngestOutcome | Error)[]
}

const where = { instanceKey: 1, StudyInstanceUID: '1.2.1', SeriesInstanceUID: '1.2.2' }

export function createMemoryCache(): MemoryCache {
  const cache: MemoryCache = {
    objects: [],
    aborted: [],
    outcomes: [],
    ingest: (request) => {
      const chunks: Buffer[] = []
      return {
        write: (chunk) => {
          chunks.push(Buffer.from(chunk))
          return undefined
        },
        end: async () => {
          cache.objects.push({ request, dataSet: Buffer.concat(chunks) })
          const outcome = cache.outcomes.shift() ?? { kind: 'stored', ...where }
          if (outcome instanceof Error) throw outcome
          return outcome
        },
        abort: () => {
          cache.aborted.push(request)
        },
      }
    },
  }
  return cache
}

/** The outcome `kind` as the cache would tell it. */
export const outcome = (kind: 'stored' | 'duplicate' | 'version'): IngestOutcome => ({ kind, ...where })
