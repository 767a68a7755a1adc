/** Why the pixels of a frame cannot be shown. */
import type { NotDisplayableReason } from '../../../main/contract/image.ts'

/** A frame whose pixels cannot be shown, with the reason that its place shows. */
export class PixelError extends Error {
  readonly reason: NotDisplayableReason
  constructor(reason: NotDisplayableReason, message: string) {
    super(message)
    this.name = 'PixelError'
    this.reason = reason
  }
}
