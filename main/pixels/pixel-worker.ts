/** The pixel worker: takes one job at a time, answers with a picture or a decoded frame, or with why there is none. */
import { parentPort } from 'node:worker_threads'
import { initializeCodecs } from './decode/codecs.ts'
import { DecodeError } from './decode/decoded-frame.ts'
import { nativeFrame } from './decode/native-frame.ts'
import type { PictureJob, PixelAnswer, PixelJob } from './jobs.ts'
import { renderPicture } from './render/picture.ts'
import { renderRendered } from './render/rendered.ts'

const port = parentPort
if (!port) throw new Error('pixel-worker.ts runs in a worker thread')

const pictureOf = ({ header, frame, bytes, form }: PictureJob): Uint8Array =>
  'maxSide' in form ? renderPicture(header, frame, bytes, form.maxSide) : renderRendered(header, frame, bytes, form)

const answer = async (job: PixelJob): Promise<PixelAnswer> => {
  const { id } = job
  try {
    await initializeCodecs()
    if (job.form === 'native') return { id, picture: null, native: nativeFrame(job.bytes, job.format) }
    return { id, picture: pictureOf(job as PictureJob) }
  } catch (error) {
    // Only what was refused before a codec began leaves it as it was.
    const isSpent = !(error instanceof DecodeError) || error.cause !== undefined
    return { id, picture: null, reason: error instanceof Error ? error.message : 'unknown', isSpent }
  }
}

port.on('message', (job: PixelJob) => {
  void answer(job).then((result) => port.postMessage(result))
})
