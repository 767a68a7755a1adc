/** Adds a picture, document or video to a study that is here. */
import type { Cache } from '../../cache/cache.ts'
import { scanStoredObject } from '../../cache/scan-stored-object.ts'
import type { ImportOutcome } from '../../contract/importer.ts'
import { DecodeError } from '../../pixels/decode/decoded-frame.ts'
import { type ForeignFile, foreignObject } from './foreign-object.ts'
import { readMp4 } from './mp4.ts'
import { uprightPicture } from './upright.ts'

export type ForeignCache = Pick<Cache, 'ingest' | 'listInstanceKeys' | 'open'>

const refused = (reason: string): ImportOutcome => ({ outcome: 'refused', reason })

const orUndecodable = (error: unknown): 'undecodable' => {
  if (error instanceof DecodeError) return 'undecodable'
  throw error
}

/** Resolves when the object is durable, or refused: `no-study`, `not-a-document`, `turned-video`, or a reason of the cache. */
export async function addForeignFile(
  cache: ForeignCache,
  StudyInstanceUID: string,
  file: ForeignFile,
): Promise<ImportOutcome> {
  const [key] = await cache.listInstanceKeys({ StudyInstanceUID })
  const scan = key === undefined ? null : await scanStoredObject(await cache.open(key))
  if (scan?.kind !== 'complete') return refused('no-study')
  const upright = await uprightPicture(file.bytes).catch(orUndecodable)
  if (upright === 'undecodable') return refused('not-a-document')
  const object = foreignObject({ ...file, upright }, scan.attributes)
  if (!object) return refused(readMp4(file.bytes)?.isTurned ? 'turned-video' : 'not-a-document')
  const { dataSet, ...request } = object
  const writer = cache.ingest({ origin: 'imported', peer: { AETitle: '', address: '' }, ...request })
  await writer.write(dataSet)
  const outcome = await writer.end()
  return outcome.kind === 'refused' ? refused(outcome.reason) : { outcome: outcome.kind }
}
