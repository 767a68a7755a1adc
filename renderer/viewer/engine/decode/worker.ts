/** A worker that decodes compressed frames, one at a time, so that the screen never waits for a codec. */
import { PixelError, type UnshownReason } from '../pixel-error.ts'
import type { StoredSamples } from '../pixel-values.ts'
import { decodeFrame, type ImageShape } from './decode-frame.ts'

export interface DecodeRequest {
  id: number
  TransferSyntaxUID: string
  frame: Uint8Array<ArrayBuffer>
  image: ImageShape
}

/** `ready`, once, before any other: the worker and what it imports could be fetched. */
export type DecodeAnswer =
  | 'ready'
  | { id: number; samples: StoredSamples }
  | { id: number; reason: UnshownReason; message: string }

const answer = async ({
  id,
  TransferSyntaxUID,
  frame,
  image,
}: DecodeRequest): Promise<Exclude<DecodeAnswer, 'ready'>> => {
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

self.postMessage('ready' satisfies DecodeAnswer)
