/** What goes to a pixel worker and what comes back. */
import type { ImageHeader } from '../contract/image.ts'
import type { Rendering } from './rendering.ts'

export interface PixelJob {
  id: number
  header: ImageHeader
  /** From 0. */
  frame: number
  /** The frame as stored; native pixels in little endian. */
  bytes: Uint8Array
  /** A PNG with this longest side, in pixels (a smaller frame is not enlarged), or what was asked for. */
  form: { maxSide: number } | Rendering
}

export interface PixelAnswer {
  id: number
  picture: Uint8Array | null
  /** Why there is no picture; no patient data. */
  reason?: string
}
