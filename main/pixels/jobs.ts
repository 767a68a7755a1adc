/** What goes to a pixel worker and what comes back. */
import type { ImageHeader } from '../contract/image.ts'

export interface PixelJob {
  id: number
  header: ImageHeader
  /** From 0. */
  frame: number
  /** The frame as stored; native pixels in little endian. */
  bytes: Uint8Array
  /** Longest side of the picture, in pixels; a smaller frame is not enlarged. */
  maxSide: number
}

export interface PixelAnswer {
  id: number
  png: Uint8Array | null
  /** Why there is no picture; no patient data. */
  reason?: string
}
