/** Adds a picture, document or video to a study that is here. */
import type { Cache } from '../../cache/cache.ts'
import type { ImportOutcome } from '../../contract/importer.ts'
import { scanStored } from '../../dataset/index.ts'
import { type ForeignFile, foreignObject } from './foreign-object.ts'

export type ForeignCache = Pick<Cache, 'ingest' | 'listInstanceKeys' | 'open'>

const refused = (reason: string): ImportOutcome => ({ outcome: 'refused', reason })

/** Resolves when the object is durable, or refused: `no-study`, `not-a-document`, or a reason of the cache. */
export async function addForeignFile(
  cache: ForeignCache,
  StudyInstanceUID: string,
  file: ForeignFile,
): Promise<ImportOutcome> {
  const [key] = await cache.listInstanceKeys({ StudyInstanceUID })
  const scan = key === undefined ? null : await scanStored(await cache.open(key))
  if (scan?.kind !== 'complete') return refused('no-study')
  const object = foreignObject(file, scan.attributes)
  if (!object) return refused('not-a-document')
  const { dataSet, ...request } = object
  const writer = cache.ingest({ origin: 'imported', peer: { AETitle: '', address: '' }, ...request })
  await writer.write(dataSet)
  const outcome = await writer.end()
  return outcome.kind === 'refused' ? refused(outcome.reason) : { outcome: outcome.kind }
}
