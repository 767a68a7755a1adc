/** The image that stands for a series. */
import type { ImageHeader } from '../../contract/image.ts'

/** The image in the middle of those that can be shown, by InstanceNumber; null without any. */
export function middleImage(headers: readonly ImageHeader[]): ImageHeader | null {
  const shown = headers.filter((header) => header.notDisplayable === null)
  shown.sort((a, b) => (a.InstanceNumber ?? 0) - (b.InstanceNumber ?? 0) || a.instanceKey - b.instanceKey)
  return shown[Math.floor(shown.length / 2)] ?? null
}
