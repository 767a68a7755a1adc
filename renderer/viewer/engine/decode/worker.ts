/** A worker that decodes compressed frames, one at a time, so that the screen never waits for a codec. */
import type { NotDisplayableReason } from '../../../../main/contract/image.ts'
import { PixelError } from '../pixel-error.ts'
import type { StoredSamples } from '../pixel-values.ts'
import { decodeFrame, type ImageShape } from './decode-frame.ts'

export interface DecodeRequest {
  id: number
  TransferSyntaxUID: string
  frame: Uint8Array<ArrayBuffer>
  image: ImageShape
}

export type DecodeAnswer =
  | { id: number; samples: StoredSamples }
  | { id: number; reason: NotDisplayableReason; message: string }

const answer = async ({ id, TransferSyntaxUID, frame, image }: DecodeRequest): Promise<DecodeAnswer> => {
  try {
    return { id, samples: await decodeFrame(TransferSyntaxUID, frame, image) }
  } catch (error) {
    const reason = error instanceof PixelError ? error.reason : 'object-damaged'
    return { id, reason, message: error instanceof Error ? error.message : String(error) }
  }
}

self.onmessage = async ({ data }: MessageEvent<DecodeRequest>): Promise<void> => {
  const result = await answer(data)
  const transfer = 'samples' in result ? [result.samples.bytes.buffer as ArrayBuffer] : []
  self.postMessage(result, { transfer })
}
