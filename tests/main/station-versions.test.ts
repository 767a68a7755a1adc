import { expect, it } from 'vitest'
import { createVersions } from '../../main/cache/index.ts'
import { createFrameReader } from '../../main/http/index.ts'
import { createPixelService } from '../../main/pixels/index.ts'
import { createThumbnailRenderer } from '../../main/series-thumbnail.ts'
import { versionCalls } from '../../main/station-versions.ts'
import { ctImage, store } from './cache/data-sets.ts'
import { answeringStores } from './cache/records/test-records.ts'
import { testCache } from './cache/test-cache.ts'

const uids = { StudyInstanceUID: '1.2.826.0.1.77.1', SeriesInstanceUID: '1.2.826.0.1.77.1.1' }
const profile = {
  ...{ familyName: 'Rousseau', givenName: 'Camille', prefix: 'Dr', RPPS: '10000000001' },
  organisation: { name: 'CH', FINESS: '' },
}

it('notes the reader with a choice and tells every window, once; both versions keep their picture', async () => {
  const cache = await testCache()
  await store(cache, ctImage())
  await store(cache, ctImage({ seed: 7 }))
  const told: unknown[] = []
  const versions = createVersions({ cache, records: answeringStores() })
  const reader = { state: async () => ({ profile }) }
  const calls = versionCalls(() => ({ cache, reader, versions }) as never, {
    publish: (event) => void told.push(event),
    studyChanged: (...change) => void told.push(change),
  })
  const [object] = (await calls.list({})).instances
  const [first, second] = (object?.versions ?? []).map(({ instanceKey }) => instanceKey)
  if (first === undefined || second === undefined) throw new Error('no versions')
  expect(await calls.compare({ instanceKeys: [first, second] })).toEqual({
    differences: [],
    more: 0,
    pixels: 'different',
  })
  expect(await calls.choose({ instanceKey: second, insteadOf: first })).toEqual({ outcome: 'chosen' })
  expect(told).toEqual([[uids.StudyInstanceUID, [uids.SeriesInstanceUID], false], { kind: 'versionChosen', ...uids }])
  expect(await calls.choose({ instanceKey: second, insteadOf: first })).toEqual({ outcome: 'changed' })
  expect(told).toHaveLength(2)
  expect((await calls.list({})).instances).toMatchObject([{ choice: { by: 'Dr Camille Rousseau' } }])

  const pixels = createPixelService({ onFailure: (reason) => void told.push(reason) })
  const render = createThumbnailRenderer(cache, pixels, createFrameReader(cache))
  const pictures = await Promise.all(
    [first, second].map((instanceKey) => render(uids.SeriesInstanceUID, { instanceKey, frame: 0 })),
  )
  await pixels.close()
  expect(pictures.map((png) => (png?.length ?? 0) > 100)).toEqual([true, true])
  expect(Buffer.compare(pictures[0] ?? Buffer.alloc(0), pictures[1] ?? Buffer.alloc(0))).not.toBe(0)
  expect(await render('1.9', { instanceKey: first, frame: 0 })).toBe(null)
  expect((await cache.imageHeader(first))?.notDisplayable).toBe(null)
})
