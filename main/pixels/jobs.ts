/** What goes to a pixel worker and what comes back. */
import type { ImageHeader } from '../contract/image.ts'
import type { PixelFormat } from '../dataset/index.ts'
import type { NativeFrame } from './decode/native-frame.ts'
import type { Rendering } from './rendering.ts'

/** A frame to be made a picture of. */
export interface PictureJob {
  id: number
  header: ImageHeader
  /** From 0. */
  frame: number
  /** The frame as stored; native pixels in little endian. */
  bytes: Uint8Array
  /** A PNG with this longest side, in pixels (a smaller frame is not enlarged), or what was asked for. */
  form: { maxSide: number } | Rendering
}

/** A compressed frame to be decoded to native bytes. */
export interface DecodeJob {
  id: number
  format: PixelFormat
  /** The frame as stored. */
  bytes: Uint8Array
  form: 'native'
}

export type PixelJob = PictureJob | DecodeJob

export interface PixelAnswer {
  id: number
  picture: Uint8Array | null
  native?: NativeFrame
  /** Why there is neither; no patient data. */
  reason?: string
  /** A codec gave up in the middle: it never cleans up behind itself, and after some thirty times decodes nothing any more, or never ends. */
  isSpent?: boolean
}
