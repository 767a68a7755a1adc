/** Why the pixels of a frame cannot be shown. */
import type { NotDisplayableReason } from '../../../main/contract/image.ts'

/** The station's reasons, and the window's own: a decoder that could not be fetched, which says nothing of the object and is tried again. */
export type UnshownReason = NotDisplayableReason | 'decoder-not-loaded'

/** A frame whose pixels cannot be shown, with the reason that its place shows. */
export class PixelError extends Error {
  readonly reason: UnshownReason
  constructor(reason: UnshownReason, message: string) {
    super(message)
    this.name = 'PixelError'
    this.reason = reason
  }
}
