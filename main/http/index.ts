/** The loopback listener: calls, events, pixels, thumbnails, imports, DICOMweb and the renderer's files. */

export { compareObjects } from './compare-objects.ts'
export type { BrokenMessage, StoreObjects, StoreResult } from './dicom-web/store.ts'
export { createFeed, type Feed } from './feed.ts'
export { CallError } from './implement.ts'
export { createFrameReader, type FrameReader } from './pixels/frame-reader.ts'
export { middleImage } from './pixels/middle-image.ts'
export { type HttpServer, type HttpServices, startHttp } from './server.ts'
export { readAttributes } from './stored-attributes.ts'
export type { ImagePlace } from './thumbnails.ts'
