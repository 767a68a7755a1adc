/** Pictures from stored frames, and frames decoded. */
export { withLook } from './look.ts'
export { createPixelService, type PixelService, type PixelServiceOptions } from './pixel-service.ts'
export { MAX_VIEWPORT, type Rendering } from './rendering.ts'
