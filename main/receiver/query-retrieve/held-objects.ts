/** Which stored objects the identifier of a C-MOVE or C-GET names (PS3.4 §C.4.2.2.1). */
import type { Cache } from '../../cache/cache.ts'
import type { DataSet } from '../../dataset/index.ts'
import { isUID, type Keyword } from '../../dicom/index.ts'
import { matchingRows } from './find.ts'
import { type Level, uniqueKeys } from './levels.ts'
import { queryLimits } from './limits.ts'
import { levelOf } from './query.ts'

/** What retrieving asks of the cache. */
export type Holdings = Pick<Cache, 'searchAttributes' | 'open' | 'findInstance' | 'listInstanceKeys' | 'listInstances'>

/** A stored object; its UID is told also when it is gone by the time that its turn comes. */
export interface NamedObject {
  instanceKey: number
  SOPInstanceUID: string
}

/** `bad`: the identifier names nothing that can be retrieved; `many`: more than one operation can count. */
export type NamedObjects = { kind: 'objects'; objects: NamedObject[] } | { kind: 'bad' } | { kind: 'many' }

/** Values of a unique key; null when one is malformed or, at the level itself, missing. */
function readUniqueKey(identifier: DataSet, level: Level, isWanted: boolean): string[] | null {
  const values = identifier.texts(uniqueKeys[level]).filter((value) => value !== '')
  const isWellFormed = level === 'PATIENT' ? values.every((value) => !/[*?]/.test(value)) : values.every(isUID)
  if (!isWellFormed || (isWanted && values.length === 0)) return null
  return values.length > queryLimits.maxObjects ? null : values
}

/** Lists in pieces that the index takes. */
function* slices<T>(values: readonly T[]): Generator<T[]> {
  for (let at = 0; at < values.length; at += queryLimits.page) yield values.slice(at, at + queryLimits.page)
}

/** Those of a study or series, in the order in which they are read. */
async function objectsOf(
  cache: Holdings,
  uids: { StudyInstanceUID: string; SeriesInstanceUID?: string },
): Promise<NamedObject[]> {
  const [keys, places] = await Promise.all([
    cache.listInstanceKeys(uids),
    cache.listInstances(uids.StudyInstanceUID, ''),
  ])
  const byKey = new Map(places.map(({ instanceKey, SOPInstanceUID }) => [instanceKey, SOPInstanceUID]))
  return keys.map((instanceKey) => ({ instanceKey, SOPInstanceUID: byKey.get(instanceKey) ?? '' }))
}

async function* objectsNamed(
  cache: Holdings,
  level: Level,
  above: Record<string, string>,
  values: readonly string[],
): AsyncGenerator<NamedObject[]> {
  const indexLevel = ({ PATIENT: 'study', STUDY: 'study', SERIES: 'series', IMAGE: 'instance' } as const)[level]
  for (const some of slices(values)) {
    for await (const row of matchingRows(cache, indexLevel, { ...above, [uniqueKeys[level]]: some.join('\\') })) {
      const uid = (keyword: Keyword): string => String(row[keyword] ?? '')
      const StudyInstanceUID = uid('StudyInstanceUID')
      const SeriesInstanceUID = uid('SeriesInstanceUID')
      const SOPInstanceUID = uid('SOPInstanceUID')
      if (level === 'IMAGE') {
        const instanceKey = await cache.findInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
        yield instanceKey === null ? [] : [{ instanceKey, SOPInstanceUID }]
      } else yield await objectsOf(cache, { StudyInstanceUID, ...(level === 'SERIES' ? { SeriesInstanceUID } : {}) })
    }
  }
}

/** The stored objects that an identifier names; what is not here is not among them. */
export async function namedObjects(
  cache: Holdings,
  identifier: DataSet,
  SOPClassUID: string,
  signal: AbortSignal,
): Promise<NamedObjects> {
  const level = levelOf(identifier, SOPClassUID)
  if (!level) return { kind: 'bad' }
  const order: readonly Level[] = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE']
  const above: Record<string, string> = {}
  for (const each of order.slice(0, order.indexOf(level))) {
    const values = readUniqueKey(identifier, each, false)
    if (!values || values.length > 1) return { kind: 'bad' }
    if (values[0] !== undefined) above[uniqueKeys[each]] = values[0]
  }
  const values = readUniqueKey(identifier, level, true)
  if (!values || (level === 'PATIENT' && values.length > 1)) return { kind: 'bad' }
  const found = new Map<number, NamedObject>()
  for await (const objects of objectsNamed(cache, level, above, values)) {
    for (const object of objects) found.set(object.instanceKey, object)
    if (signal.aborted) break
    if (found.size > queryLimits.maxObjects) return { kind: 'many' }
  }
  return { kind: 'objects', objects: [...found.values()] }
}
