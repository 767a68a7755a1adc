import { expect, it } from 'vitest'
import { addForeignFile } from '../../../../main/importer/foreign/add-foreign-file.ts'
import { createMemoryCache } from '../../../helpers/memory-cache.ts'
import { ctImage } from '../../cache/data-sets.ts'
import { holding } from '../../exporter/exporting.ts'
import { header, mp4 } from './mp4-file.ts'

/** What becomes of a file that is added to a study. */
async function added(bytes: Uint8Array) {
  const { listInstanceKeys, open, StudyInstanceUIDs } = holding(ctImage())
  const cache = Object.assign(createMemoryCache(), { listInstanceKeys, open })
  const file = { bytes, title: 'Film', batchId: 'one', InstanceNumber: 1 }
  const outcome = await addForeignFile(cache, StudyInstanceUIDs[0] ?? '', file)
  return [outcome.reason ?? outcome.outcome, cache.objects.length]
}

/** a, b, u, c, d of a matrix (ISO/IEC 14496-12 §8.3.2). */
const upright = [1, 0, 0, 0, 1]
const scaled = [2, 0, 0, 0, 1.5]
const turned = {
  right: [0, 1, 0, -1, 0],
  left: [0, -1, 0, 1, 0],
  over: [-1, 0, 0, 0, -1],
  mirrored: [-1, 0, 0, 0, 1],
}

it.each(Object.entries(turned))(
  'a video that is to be shown turned (%s) is refused, and that is said',
  async (_, matrix) => {
    for (const bytes of [
      mp4(100, 31, header('mvhd', 0, 36, upright), header('tkhd', 0, 40, matrix)),
      mp4(100, 31, header('mvhd', 1, 48, upright), header('tkhd', 1, 52, matrix)),
      mp4(100, 31, header('mvhd', 0, 36, matrix), header('tkhd', 0, 40, upright)),
      mp4(100, 31, header('mvhd', 1, 48, matrix)),
    ])
      expect(await added(bytes)).toEqual(['turned-video', 0])
  },
)

it('a video that stands is taken, whatever its size is to be', async () => {
  for (const matrix of [upright, scaled, [0, 0, 0, 0, 0]]) {
    const headers = [header('mvhd', 0, 36, matrix), header('tkhd', 1, 52, matrix)] as const
    expect(await added(mp4(100, 31, ...headers))).toEqual(['stored', 1])
  }
  expect(await added(mp4(100, 31))).toEqual(['stored', 1])
})

it('another video is refused for what it is, turned or not', async () => {
  expect(await added(mp4(110, 31, undefined, header('tkhd', 0, 40, turned.right)))).toEqual(['not-a-document', 0])
})
