/** The pixel worker: takes one job at a time, answers with a PNG or with why there is none. */
import { parentPort } from 'node:worker_threads'
import { initializeCodecs } from './decode/codecs.ts'
import type { PixelAnswer, PixelJob } from './jobs.ts'
import { renderPicture } from './render/picture.ts'

const port = parentPort
if (!port) throw new Error('pixel-worker.ts runs in a worker thread')

const answer = async ({ id, header, frame, bytes, maxSide }: PixelJob): Promise<PixelAnswer> => {
  try {
    await initializeCodecs()
    return { id, png: renderPicture(header, frame, bytes, maxSide) }
  } catch (error) {
    return { id, png: null, reason: error instanceof Error ? error.message : 'unknown' }
  }
}

port.on('message', (job: PixelJob) => {
  void answer(job).then((result) => port.postMessage(result))
})
