import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import type { PixelFormat } from '../../../main/dataset/index.ts'
import { encodeJpeg, initializeCodecs } from '../../../main/pixels/decode/codecs.ts'
import type { DecodeJob, PixelAnswer } from '../../../main/pixels/jobs.ts'

const format: PixelFormat = {
  ...{ TransferSyntaxUID: '1.2.840.10008.1.2.4.50', Rows: 64, Columns: 64, SamplesPerPixel: 1 },
  ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
  ...{ PhotometricInterpretation: 'MONOCHROME2', PlanarConfiguration: 0, pixelValueType: 'integer' },
}

test('a codec that gave up says that it is spent: used on, it ends by decoding nothing, or never', async () => {
  await initializeCodecs()
  const data = Uint8ClampedArray.from({ length: 64 * 64 }, (_, at) => at * 7)
  const whole = encodeJpeg({ data, width: 64, height: 64, channels: 1 }, 90)
  // The first Huffman table has more codes than there can be.
  const damaged = Uint8Array.from(whole)
  const table = damaged.findIndex((byte, at) => byte === 0xff && damaged[at + 1] === 0xc4)
  damaged.fill(0xff, table + 5, table + 21)

  const worker = new Worker(new URL('../../../main/pixels/pixel-worker.ts', import.meta.url))
  onTestFinished(() => void worker.terminate())
  const answerTo = async (job: Omit<DecodeJob, 'id' | 'form'>): Promise<PixelAnswer> => {
    const answer = once(worker, 'message')
    worker.postMessage({ id: 1, form: 'native', ...job })
    return (await answer)[0]
  }
  expect((await answerTo({ format, bytes: whole })).native?.bytes).toHaveLength(64 * 64)
  const unknown = await answerTo({ format: { ...format, TransferSyntaxUID: '1.2.840.10008.1.2.4.100' }, bytes: whole })
  expect([unknown.native, unknown.isSpent]).toEqual([undefined, false])
  expect(await answerTo({ format, bytes: damaged })).toMatchObject({
    picture: null,
    reason: 'jpeg decoder',
    isSpent: true,
  })
})
