/** The pixel worker: takes one job at a time, answers with a picture or with why there is none. */
import { parentPort } from 'node:worker_threads'
import { initializeCodecs } from './decode/codecs.ts'
import type { PixelAnswer, PixelJob } from './jobs.ts'
import { renderPicture } from './render/picture.ts'
import { renderRendered } from './render/rendered.ts'

const port = parentPort
if (!port) throw new Error('pixel-worker.ts runs in a worker thread')

const answer = async ({ id, header, frame, bytes, form }: PixelJob): Promise<PixelAnswer> => {
  try {
    await initializeCodecs()
    const picture =
      'maxSide' in form ? renderPicture(header, frame, bytes, form.maxSide) : renderRendered(header, frame, bytes, form)
    return { id, picture }
  } catch (error) {
    return { id, picture: null, reason: error instanceof Error ? error.message : 'unknown' }
  }
}

port.on('message', (job: PixelJob) => {
  void answer(job).then((result) => port.postMessage(result))
})
