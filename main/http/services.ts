/** What the listeners serve of an open data folder. */
import type { Cache } from '../cache/cache.ts'
import type { PixelService } from '../pixels/index.ts'
import type { OtherEncodings } from './dicom-web/retrieve.ts'
import type { DicomWebServices } from './dicom-web/route.ts'
import type { StoreObjects } from './dicom-web/store.ts'
import type { ImportWays } from './import.ts'
import { createFrameReader, type FrameReader } from './pixels/frame-reader.ts'
import type { RenderThumbnail } from './thumbnails.ts'

export interface HttpServices extends ImportWays {
  cache: Cache
  renderThumbnail: RenderThumbnail
  storeObjects: StoreObjects
  pixels: Pick<PixelService, 'render' | 'decode'>
  /** What stored objects can be sent as beside what they are. */
  otherEncodings: OtherEncodings
  /** A tool of this computer read something of a study by DICOMweb; called for every request. */
  onToolRead?(StudyInstanceUID: string, address: string): void
}

/** One frame reader for each opened cache. */
export function createReaders(services: () => Pick<HttpServices, 'cache'> | null): () => FrameReader | null {
  let reader: FrameReader | null = null
  let readsFrom: Cache | null = null
  return () => {
    const cache = services()?.cache ?? null
    if (cache !== readsFrom) {
      readsFrom = cache
      reader = cache && createFrameReader(cache)
    }
    return reader
  }
}

/** What DICOMweb is served from. */
export type WebServices = Pick<HttpServices, 'cache' | 'pixels' | 'storeObjects' | 'otherEncodings'>

/** What DICOMweb needs of the services. */
export const dicomWebServices = (
  services: () => WebServices | null,
  reader: () => FrameReader | null,
): DicomWebServices => ({
  cache: () => services()?.cache ?? null,
  reader,
  pixels: () => services()?.pixels ?? null,
  storeObjects: () => services()?.storeObjects ?? null,
  otherEncodings: (object) => services()?.otherEncodings(object) ?? [],
})
