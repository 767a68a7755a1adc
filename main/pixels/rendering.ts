/** How a rendered picture is asked for (PS3.18 §8.3.5.1): media type, size, part of the frame. */

export interface Rendering {
  type: 'image/jpeg' | 'image/png'
  /** Of JPEG, 1 to 100. */
  quality: number
  /** Box that the picture fills without distortion, in pixels; null: the frame's own size, with square pixels. */
  viewport: { width: number; height: number } | null
  /** Part of the frame, in its pixels from its upper left corner; null: all. */
  region: { left: number; top: number; width: number; height: number } | null
}

/** Longest side that a picture may be asked for. */
export const MAX_VIEWPORT = 4_096
