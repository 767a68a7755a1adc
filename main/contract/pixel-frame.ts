/** The frame header of the pixel stream (viewer.ts describes it). Apart from the models: a window reads frames without them. */

/** Length of the header before each frame of the pixel stream, in bytes. */
export const PIXEL_FRAME_HEADER_LENGTH = 16
/** The kinds of payload in the pixel stream. */
export const pixelFrameKind = { native: 0, compressed: 1, notAvailable: 2 } as const
