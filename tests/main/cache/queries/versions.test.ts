import { expect, it } from 'vitest'
import { ctImage, store, type Values } from '../data-sets.ts'
import { testCache } from '../test-cache.ts'

const uids = { StudyInstanceUID: '1.2.826.0.1.77.1', SeriesInstanceUID: '1.2.826.0.1.77.1.1' }
const again = (more: Values, seed = 1) => ctImage({ seed }, more)
const keyOf = (outcome: object): number => ('instanceKey' in outcome ? Number(outcome.instanceKey) : -1)

it('lists the instances in several versions with where each came from, the first shown', async () => {
  const cache = await testCache()
  const first = keyOf(await store(cache, ctImage()))
  await store(cache, ctImage({ instance: 2 }))
  expect(await cache.versionedInstances()).toEqual({ total: 0, instances: [] })
  const other = ctImage({}, { PatientSex: 'M' })
  const second = keyOf(
    await store(cache, { ...other, request: { ...other.request, peer: { AETitle: 'SCANNER2', address: '10.9.9.9' } } }),
  )
  const elsewhere = keyOf(
    await store(cache, ctImage({}, { StudyInstanceUID: '1.9', SeriesInstanceUID: '1.9.1', StudyDate: '20250101' })),
  )
  const { total, instances } = await cache.versionedInstances()
  expect(total).toBe(2)
  const object = instances.find(({ StudyInstanceUID }) => StudyInstanceUID === uids.StudyInstanceUID)
  expect(object).toMatchObject({ ...uids, InstanceNumber: 1, Modality: 'CT', choice: null })
  expect(object?.versions).toMatchObject([
    { instanceKey: first, sender: 'MODALITY', isShown: true, isElsewhere: false, hasPixels: true, isDamaged: false },
    { instanceKey: second, sender: 'SCANNER2', senderAddress: '10.9.9.9', isShown: false, isElsewhere: false },
    { instanceKey: elsewhere, StudyInstanceUID: '1.9', isElsewhere: true },
  ])
})

it('shows the chosen version, counts what it brings, and notes who and when, also after a restart', async () => {
  const cache = await testCache()
  const first = keyOf(await store(cache, ctImage()))
  const second = keyOf(await store(cache, ctImage({}, { NumberOfFrames: 3, PixelData: Buffer.alloc(64 * 64 * 2 * 3) })))
  const choice = { chosenAt: '2026-01-15T10:00:00.000Z', chosenBy: 'Dr A. B' }
  const before = await cache.imageHeaders(uids.SeriesInstanceUID)
  expect(await cache.chooseVersion({ ...choice, instanceKey: second, insteadOf: first })).toEqual({
    kind: 'chosen',
    ...uids,
  })
  const after = await cache.imageHeaders(uids.SeriesInstanceUID)
  expect(after.revision).toBe(before.revision + 1)
  expect(after.instances.map(({ instanceKey }) => instanceKey)).toEqual([second])
  expect((await cache.getStudy(uids.StudyInstanceUID))?.series).toMatchObject([
    { numberOfFrames: 3, completeness: { received: 1, displayable: 1 } },
  ])
  expect((await cache.imageHeader(first))?.instanceKey).toBe(first)
  // Somebody else chose meanwhile.
  expect(await cache.chooseVersion({ ...choice, instanceKey: second, insteadOf: first })).toEqual({ kind: 'changed' })
  expect(await cache.chooseVersion({ ...choice, instanceKey: 999, insteadOf: first })).toEqual({ kind: 'gone' })
  await cache.close()

  const reopened = await testCache({ dataFolder: cache.dataFolder })
  expect(await reopened.findInstance({ SOPInstanceUID: `${uids.SeriesInstanceUID}.1` })).toBe(second)
  await store(reopened, again({ PatientSex: 'O' }))
  expect(await reopened.findInstance({ SOPInstanceUID: `${uids.SeriesInstanceUID}.1` })).toBe(second)
  const { instances } = await reopened.versionedInstances()
  expect(instances).toMatchObject([{ choice: { at: choice.chosenAt, by: choice.chosenBy } }])
  expect(instances[0]?.versions.map(({ isShown }) => isShown)).toEqual([false, true, false])
  await reopened.chooseVersion({ ...choice, instanceKey: first, insteadOf: second })
  expect((await reopened.getStudy(uids.StudyInstanceUID))?.series).toMatchObject([{ numberOfFrames: 1 }])
  // The choices go with the study.
  const removal = { StudyInstanceUID: uids.StudyInstanceUID, archive: null }
  expect((await reopened.removeStudy(removal)).kind).toBe('removed')
})
