/** A cache of a few objects in memory, with what the HTTP routes ask of the real one. */
import type { AttributeQuery, AttributeRow, Cache, StoredObject } from '../../../main/cache/cache.ts'
import { CacheError } from '../../../main/cache/cache.ts'
import type { ImageHeader, NotDisplayableReason } from '../../../main/contract/image.ts'
import type { SeriesRow, StudyRow } from '../../../main/contract/studies.ts'
import type { PixelDataLayout } from '../../../main/dataset/pixel-data-layout.ts'

export interface MemoryObject {
  bytes: Uint8Array
  TransferSyntaxUID: string
  header: Partial<ImageHeader>
  pixelData: PixelDataLayout | null
  /** Reading it fails. */
  damaged?: boolean
}

export interface MemoryCache extends Cache {
  marked: [number, NotDisplayableReason][]
  /** Ranges read so far. */
  reads: [number, number, number][]
  queries: AttributeQuery[]
  rows: AttributeRow[]
}

const unused = () => {
  throw new Error('not part of this test')
}

export function memoryCache(objects: MemoryObject[]): MemoryCache {
  const cache: Partial<MemoryCache> = {
    marked: [],
    reads: [],
    queries: [],
    rows: [],
    async open(instanceKey) {
      const object = objects[instanceKey - 1]
      if (!object) throw new CacheError('object-missing', 'no such object')
      const stored: StoredObject = {
        instanceKey,
        StudyInstanceUID: '1.2.3',
        SeriesInstanceUID: '1.2.3.4',
        SOPInstanceUID: `1.2.3.4.${instanceKey}`,
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
        TransferSyntaxUID: object.TransferSyntaxUID,
        length: object.bytes.length,
        sha256: '',
        pixelData: object.pixelData,
        read: async (start, end) => {
          cache.reads?.push([instanceKey, start, end])
          if (object.damaged) throw new CacheError('object-damaged', 'tampered')
          if (start < 0 || end > object.bytes.length) throw new RangeError('outside of the object')
          return object.bytes.subarray(start, end)
        },
      }
      return stored
    },
    imageHeaders: async (_, afterInstanceKey = 0) => ({
      revision: 1,
      instances: objects
        .map(
          ({ header }, index) =>
            ({ ...header, instanceKey: index + 1, NumberOfFrames: header.NumberOfFrames ?? 1 }) as ImageHeader,
        )
        .filter(({ instanceKey }) => instanceKey > afterInstanceKey),
    }),
    imageHeader: async (instanceKey) => {
      const { instances } = (await cache.imageHeaders?.('1.2.3.4', instanceKey - 1)) ?? { instances: [] }
      const [header] = instances.filter((each) => each.instanceKey === instanceKey)
      const uids = { StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.4', SOPInstanceUID: `1.2.3.4.${instanceKey}` }
      return header ? { ...header, ...uids } : null
    },
    markNotDisplayable: async (instanceKey, reason) => {
      cache.marked?.push([instanceKey, reason])
    },
    searchAttributes: async (query) => {
      cache.queries?.push(query)
      return (cache.rows ?? []).slice(query.offset, query.offset + query.limit)
    },
    countMatches: async ({ offset, limit }) => Math.min(limit, Math.max(0, (cache.rows ?? []).length - offset)),
    findInstance: async ({ SOPInstanceUID }) => {
      const key = Number(/^1\.2\.3\.4\.(\d+)$/.exec(SOPInstanceUID)?.[1] ?? 0)
      return objects[key - 1] ? key : null
    },
    getStudy: async (StudyInstanceUID) => {
      const series = [{ SeriesInstanceUID: '1.2.3.4' }] as SeriesRow[]
      return StudyInstanceUID === '1.2.3' ? { study: { StudyInstanceUID } as StudyRow, series, priors: [] } : null
    },
    listInstanceKeys: async ({ StudyInstanceUID }) =>
      StudyInstanceUID === '1.2.3' ? objects.map((_, index) => index + 1) : [],
  }
  return new Proxy(cache as MemoryCache, {
    get: (target, name) => (name in target || name === 'then' ? target[name as keyof MemoryCache] : unused),
  })
}

/** A data set that is `before` bytes of something, then native pixels. */
export function nativeObject(
  pixels: Uint8Array,
  header: Partial<ImageHeader>,
  TransferSyntaxUID = '1.2.840.10008.1.2.1',
): MemoryObject {
  const before = Buffer.from('....\u00e0\u007f\u0010\u0000OW\0\0\0\0\0\0', 'latin1')
  return {
    bytes: Buffer.concat([before, pixels]),
    TransferSyntaxUID,
    header,
    pixelData: {
      keyword: 'PixelData',
      encapsulated: false,
      offset: before.length,
      length: pixels.length,
      frames: null,
      ...(TransferSyntaxUID === '1.2.840.10008.1.2.2' ? { bigEndianWord: 2 as const } : {}),
    },
  }
}
