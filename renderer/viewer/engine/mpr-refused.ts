/** Why a display set is not shown in three planes. */
import { cache } from '@cornerstonejs/core'
import { volumeLimits } from './display-sets.ts'
import type { DisplaySet, NoMprReason } from './engine.ts'
import type { FrameStore } from './frame-store.ts'

/** Thrown by `mountMpr`; the screen has a sentence for each reason. */
export class MprRefused extends Error {
  readonly reason: NoMprReason
  constructor(reason: NoMprReason) {
    super(`no reconstruction: ${reason}`)
    this.name = 'MprRefused'
    this.reason = reason
  }
}

/** What the headers say against it. */
export const refusal = (displaySet: DisplaySet): MprRefused | null =>
  displaySet.noMpr ? new MprRefused(displaySet.noMpr) : null

/** What is known once the first image is there: bytes of the values, against texture and cache. Throws {@link MprRefused}. */
export const refuseIfTooLarge = (store: FrameStore): void => {
  const header = store.frames[0]?.header
  const bytesPerValue = { Uint8Array: 1, Int16Array: 2, Uint16Array: 2, Float32Array: 4 }[store.valueType()]
  const bytes = (header?.Rows ?? 0) * (header?.Columns ?? 0) * store.length * bytesPerValue
  if (bytes > volumeLimits.bytes || bytes > cache.getMaxCacheSize() * 0.9) throw new MprRefused('too-large')
  // A slice that cannot be shown would be a black gap in two planes.
  if (store.frames.some(({ state }) => state === 'failed')) throw new MprRefused('missing-images')
}
