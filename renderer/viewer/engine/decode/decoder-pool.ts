/** A bounded pool of decoding workers; a worker that dies fails its frame and is replaced. */
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { PixelError } from '../pixel-error.ts'
import type { StoredSamples } from '../pixel-values.ts'
import type { DecodeAnswer, DecodeRequest } from './worker.ts'

export interface DecoderPool {
  /** Decodes a frame, whose bytes are handed over; rejects with {@link PixelError}. */
  decode(header: ImageHeader, frame: Uint8Array<ArrayBuffer>): Promise<StoredSamples>
  destroy(): void
}

interface Job {
  request: DecodeRequest
  resolve: (samples: StoredSamples) => void
  reject: (error: PixelError) => void
}

const requestFor = (id: number, header: ImageHeader, frame: Uint8Array<ArrayBuffer>): DecodeRequest => {
  const bitsAllocated = header.BitsAllocated ?? 16
  const bitsStored = header.BitsStored ?? bitsAllocated
  return {
    id,
    TransferSyntaxUID: header.TransferSyntaxUID,
    frame,
    image: {
      rows: header.Rows ?? 0,
      columns: header.Columns ?? 0,
      samplesPerPixel: header.SamplesPerPixel ?? 1,
      bitsAllocated,
      bitsStored,
      highBit: header.HighBit ?? bitsStored - 1,
      isSigned: header.PixelRepresentation === 1,
      photometricInterpretation: header.PhotometricInterpretation ?? 'MONOCHROME2',
    },
  }
}

/** A pool of at most `size` workers, started when the first compressed frame comes. */
export const createDecoderPool = (size = 2): DecoderPool => {
  const queue: Job[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Job>()
  let nextId = 0

  const startWorker = (): Worker => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    let isReady = false
    worker.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => {
      if (data === 'ready') {
        isReady = true
        return
      }
      const job = busy.get(worker)
      busy.delete(worker)
      idle.push(worker)
      if ('samples' in data) job?.resolve(data.samples)
      else job?.reject(new PixelError(data.reason, data.message))
      next()
    }
    worker.onerror = (event) => {
      event.preventDefault()
      const job = busy.get(worker)
      busy.delete(worker)
      worker.terminate()
      job?.reject(
        isReady
          ? new PixelError('object-damaged', 'the decoder stopped')
          : new PixelError('decoder-not-loaded', 'the decoder could not be fetched'),
      )
      next()
    }
    return worker
  }

  const next = (): void => {
    while (queue.length > 0 && (idle.length > 0 || busy.size < size)) {
      const worker = idle.pop() ?? startWorker()
      const job = queue.shift()
      if (!job) return
      busy.set(worker, job)
      worker.postMessage(job.request, [job.request.frame.buffer])
    }
  }

  return {
    decode(header, frame) {
      return new Promise((resolve, reject) => {
        queue.push({ request: requestFor(nextId++, header, frame), resolve, reject })
        next()
      })
    },
    destroy() {
      for (const worker of [...idle, ...busy.keys()]) worker.terminate()
      for (const { reject } of [...queue, ...busy.values()]) reject(new PixelError('object-missing', 'closed'))
      idle.length = 0
      queue.length = 0
      busy.clear()
    },
  }
}
