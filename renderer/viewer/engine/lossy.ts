/** What is said of lossy compression (PS3.3 §C.7.6.1.1.5): of an image, and of a picture that is made of many. */
import type { ImageHeader } from '../../../main/contract/image.ts'
import type { ViewportState } from './engine.ts'

/** Of one image, by its last compression; null when it never was compressed with loss. */
export const lossyOf = (header: ImageHeader | undefined): ViewportState['lossy'] =>
  header?.LossyImageCompression === '01'
    ? {
        ratio: header.LossyImageCompressionRatio?.at(-1) ?? null,
        method: header.LossyImageCompressionMethod?.at(-1) ?? '',
      }
    : null

/** Of a plane or rendering through these images: lossy as soon as one of them is, by the strongest compression that is known. */
export const lossyOfAll = (headers: Iterable<ImageHeader>): ViewportState['lossy'] => {
  let strongest: ViewportState['lossy'] = null
  for (const header of headers) {
    const own = lossyOf(header)
    if (own && (!strongest || (own.ratio ?? 0) > (strongest.ratio ?? 0))) strongest = own
  }
  return strongest
}
