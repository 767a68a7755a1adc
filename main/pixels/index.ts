/** Pictures from stored frames. */
export { createPixelService, type PixelService, type PixelServiceOptions } from './pixel-service.ts'
