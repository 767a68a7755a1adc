/** Starts Cornerstone once per page, and routes what it asks of our images to the engine that holds them. */
import { cache, imageLoader, init as initCore, metaData, type Types } from '@cornerstonejs/core'
import { init as initTools } from '@cornerstonejs/tools'
import { imageScheme } from './image-id.ts'
import { registerTools } from './tools.ts'

/** An engine, as Cornerstone's loaders see it. */
export interface ImageSource {
  /** Resolves when the pixels of the image are there; rejects when they cannot be shown. */
  load(imageId: string): Promise<Types.IImage>
  metadata(module: string, imageId: string): object | undefined
}

const sources = new Set<ImageSource>()
let started: Promise<void> | null = null

const load = (imageId: string): { promise: Promise<Types.IImage> } => {
  const held = cache.getImage(imageId)
  if (held) return { promise: Promise.resolve(held) }
  for (const source of sources) {
    if (source.metadata('imagePixelModule', imageId)) return { promise: source.load(imageId) }
  }
  return { promise: Promise.reject(new Error('no display set holds this image')) }
}

const provide = (module: string, imageId: unknown): object | undefined => {
  if (typeof imageId !== 'string' || !imageId.startsWith(imageScheme)) return undefined
  for (const source of sources) {
    const found = source.metadata(module, imageId)
    if (found) return found
  }
  return undefined
}

/** Bytes of pixels that one window may hold: half of what the machine is said to have, at most 4 GiB. */
const cacheLimit = (): number => {
  const gigabytes = (navigator as { deviceMemory?: number }).deviceMemory ?? 4
  return Math.max(1, Math.min(4, gigabytes / 2)) * 2 ** 30
}

const start = async (): Promise<void> => {
  await initCore({
    // Every context would upload the same volume anew and compile every shader again.
    rendering: { webGlContextCount: 1 },
  } as Parameters<typeof initCore>[0])
  await initTools()
  registerTools()
  cache.setMaxCacheSize(cacheLimit())
  imageLoader.registerImageLoader(imageScheme, load as unknown as Types.ImageLoaderFn)
  metaData.addProvider(provide, 10_000)
}

/** Starts Cornerstone if need be. */
export const startCornerstone = (): Promise<void> => {
  started ??= start()
  return started
}

export const addImageSource = (source: ImageSource): (() => void) => {
  sources.add(source)
  return () => sources.delete(source)
}
