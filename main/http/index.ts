/** The loopback listener: calls, events, pixels, thumbnails, imports, DICOMweb and the renderer's files. */

export { compareObjects } from './compare-objects.ts'
export type { BrokenMessage, StoreObjects, StoreResult } from './dicom-web/store.ts'
export { createFeed, type Feed } from './feed.ts'
export { CallError } from './implement.ts'
export { createFrameReader, type FrameReader } from './pixels/frame-reader.ts'
export { middleImage } from './pixels/middle-image.ts'
export { drawSecret } from './secrets.ts'
export { type HttpServer, startHttp } from './server.ts'
export type { HttpServices } from './services.ts'
export { readAttributes } from './stored-attributes.ts'
export type { ImagePlace } from './thumbnails.ts'
export { secretDigest } from './web-listener/clients.ts'
export { type KeptAccess, readAccess } from './web-listener/kept.ts'
export {
  type StudyAccess,
  startWebListener,
  type TurnedAway,
  type WebListener,
  type WebListenerOptions,
} from './web-listener/listener.ts'
