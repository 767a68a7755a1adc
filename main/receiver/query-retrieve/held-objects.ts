/** Which stored objects the identifier of a C-MOVE or C-GET names (PS3.4 §C.4.2.2.1), and their bytes for sending. */
import type { Cache, StoredObject } from '../../cache/cache.ts'
import type { DataSet } from '../../dataset/index.ts'
import { isUID, type Keyword } from '../../dicom/index.ts'
import type { ObjectToSend } from '../../dimse/index.ts'
import { matchingRows } from './find.ts'
import { type Level, uniqueKeys } from './levels.ts'
import { queryLimits } from './limits.ts'
import { otherEncodings } from './other-encodings.ts'
import { levelOf } from './query.ts'

/** What retrieving asks of the cache. */
export type Holdings = Pick<Cache, 'searchAttributes' | 'open' | 'findInstance' | 'listInstanceKeys'>

/** Bytes read at once. */
const PIECE_LENGTH = 1_048_576

/** `bad`: the identifier names nothing that can be retrieved; `many`: more than one operation can count. */
export type NamedObjects = { kind: 'objects'; instanceKeys: number[] } | { kind: 'bad' } | { kind: 'many' }

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

async function* keysOf(
  cache: Holdings,
  level: Level,
  above: Record<string, string>,
  values: readonly string[],
): AsyncGenerator<number[]> {
  const indexLevel = ({ PATIENT: 'study', STUDY: 'study', SERIES: 'series', IMAGE: 'instance' } as const)[level]
  for (const some of slices(values)) {
    for await (const row of matchingRows(cache, indexLevel, { ...above, [uniqueKeys[level]]: some.join('\\') })) {
      const uid = (keyword: Keyword): string => String(row[keyword] ?? '')
      const StudyInstanceUID = uid('StudyInstanceUID')
      const SeriesInstanceUID = uid('SeriesInstanceUID')
      const SOPInstanceUID = uid('SOPInstanceUID')
      if (level === 'IMAGE') {
        const key = await cache.findInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })
        yield key === null ? [] : [key]
      } else {
        yield await cache.listInstanceKeys({
          StudyInstanceUID,
          ...(level === 'SERIES' ? { SeriesInstanceUID } : {}),
        })
      }
    }
  }
}

/** The stored objects that an identifier names, by key; what is not here is not among them. */
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
  const instanceKeys = new Set<number>()
  for await (const keys of keysOf(cache, level, above, values)) {
    for (const key of keys) instanceKeys.add(key)
    if (signal.aborted) break
    if (instanceKeys.size > queryLimits.maxObjects) return { kind: 'many' }
  }
  return { kind: 'objects', instanceKeys: [...instanceKeys] }
}

async function* piecesOf(object: StoredObject): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < object.length; at += PIECE_LENGTH) {
    yield await object.read(at, Math.min(at + PIECE_LENGTH, object.length))
  }
}

/** A stored object as the storage SCU takes it: its bytes as they are kept, and, for who takes nothing else, encoded otherwise. */
export const toSend = (object: StoredObject): ObjectToSend => ({
  SOPClassUID: object.SOPClassUID,
  SOPInstanceUID: object.SOPInstanceUID,
  TransferSyntaxUID: object.TransferSyntaxUID,
  dataSet: () => piecesOf(object),
  otherwise: otherEncodings(object),
})
