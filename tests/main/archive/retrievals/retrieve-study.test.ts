/** A study says how much is still to come from the moment when the first of it is here: what cuts the retrieval off must not make it look whole. */
import { expect, it } from 'vitest'
import { ArchiveError } from '../../../../main/archive/archive-error.ts'
import { toReceived } from '../../../../main/archive/retrievals/received.ts'
import { retrieveStudy } from '../../../../main/archive/retrievals/retrieve-study.ts'
import type { StudySource } from '../../../../main/archive/study-source.ts'
import { ctImage, store } from '../../cache/data-sets.ts'
import { testCache } from '../../cache/test-cache.ts'

const STUDY = '1.2.826.0.1.77.1'
const SERIES = `${STUDY}.1`

it('tells how many are to come before the second has come, and at once where some are here', async () => {
  const cache = await testCache()
  const completeness = async () => (await cache.getStudy(STUDY))?.study.completeness ?? null
  const numbers = [1, 2, 3]
  const instances = numbers.map((instance) => ({
    SeriesInstanceUID: SERIES,
    SOPInstanceUID: `${SERIES}.${instance}`,
    SOPClassUID: '',
  }))
  const seen: unknown[] = []
  let isFirst = true
  const source: StudySource = {
    ...{ id: 'archive', instancesAtOnce: 1, requestsAtOnce: 1, seriesAtOnce: 1 },
    search: async () => ({ studies: [], more: false, fault: null, detail: '' }),
    describe: async () => null,
    list: async () => [{ SeriesInstanceUID: SERIES, Modality: 'CT', instances, announced: null }],
    find: async () => [],
    // One comes at each try, and then the link is gone.
    bring: async (_, { onReceived }) => {
      seen.push(await completeness())
      const object = ctImage({ instance: isFirst ? 1 : 2 })
      isFirst = false
      await onReceived(toReceived(await store(cache, object), object.request.SOPInstanceUID))
      seen.push(await completeness())
      throw new ArchiveError('cut', 'gone')
    },
    close: () => undefined,
  }
  const none = () => undefined
  const context = { cache, source, announced: null, now: () => new Date(), signal: new AbortController().signal }
  const run = () => retrieveStudy({ ...context, onExpected: none, onReceived: none, onBytes: none }, STUDY)
  await expect(run()).rejects.toThrow('gone')
  expect(seen).toEqual([null, expect.objectContaining({ expected: 3, received: 1 })])
  // As a kill in the middle of an earlier program would leave it.
  await cache.removeStudy({ StudyInstanceUID: STUDY, archive: null })
  await store(cache, ctImage({ instance: 1 }))
  expect(await completeness()).toMatchObject({ expected: null, received: 1 })
  await expect(run()).rejects.toThrow('gone')
  expect(seen[2]).toMatchObject({ expected: 3, received: 1 })
})
