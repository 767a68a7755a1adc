import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Cache } from '../../../../main/cache/cache.ts'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { createVersions } from '../../../../main/cache/versions.ts'
import { ctImage, store } from '../data-sets.ts'
import { answeringStores } from '../records/test-records.ts'
import { testCache } from '../test-cache.ts'

const uids = { StudyInstanceUID: '1.2.826.0.1.77.1', SeriesInstanceUID: '1.2.826.0.1.77.1.1' }
const threeFrames = { NumberOfFrames: 3, PixelData: Buffer.alloc(64 * 64 * 2 * 3) }
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
  expect(object).toMatchObject({ ...uids, PatientID: 'PAT1', InstanceNumber: 1, Modality: 'CT' })
  expect(object?.versions).toMatchObject([
    { instanceKey: first, sender: 'MODALITY', isShown: true, isElsewhere: false, hasPixels: true, isDamaged: false },
    { instanceKey: second, sender: 'SCANNER2', senderAddress: '10.9.9.9', isShown: false, isElsewhere: false },
    { instanceKey: elsewhere, StudyInstanceUID: '1.9', isElsewhere: true },
  ])
  expect(await cache.listVersions(`${uids.SeriesInstanceUID}.1`)).toEqual(
    [first, second, elsewhere].map((instanceKey) => ({ instanceKey, isDamaged: false })),
  )
  expect(await cache.listVersions('1.2.3')).toEqual([])
})

const choice = { chosenAt: '2026-01-15T10:00:00.000Z', chosenBy: 'Dr A. B' }
const shownOf = (cache: Pick<Cache, 'findInstance'>) =>
  cache.findInstance({ SOPInstanceUID: `${uids.SeriesInstanceUID}.1` })

/** Two versions of an instance, the second of which has three frames and was chosen; and the records that keep the choice. */
const chosenSecond = async () => {
  const cache = await testCache()
  const records = answeringStores()
  const first = keyOf(await store(cache, ctImage()))
  const second = keyOf(await store(cache, ctImage({}, threeFrames)))
  const versions = createVersions({ cache, records })
  const before = await cache.imageHeaders(uids.SeriesInstanceUID)
  const outcome = await versions.choose({ ...choice, instanceKey: second, insteadOf: first })
  expect(outcome).toEqual({ kind: 'chosen', ...uids })
  const reopened = async () => testCache({ dataFolder: cache.dataFolder, chosen: await records.choices.chosen() })
  return { cache, records, versions, before, first, second, reopened }
}

it('shows the chosen version, counts what it brings, and notes who and when, also after a restart', async () => {
  const { cache, records, versions, before, first, second, reopened: reopen } = await chosenSecond()
  const after = await cache.imageHeaders(uids.SeriesInstanceUID)
  expect(after.revision).toBe(before.revision + 1)
  expect(after.instances.map(({ instanceKey }) => instanceKey)).toEqual([second])
  expect((await cache.getStudy(uids.StudyInstanceUID))?.series).toMatchObject([
    { numberOfFrames: 3, completeness: { received: 1, displayable: 1 } },
  ])
  expect((await cache.imageHeader(first))?.instanceKey).toBe(first)
  // Somebody else chose meanwhile.
  expect(await versions.choose({ ...choice, instanceKey: second, insteadOf: first })).toEqual({ kind: 'changed' })
  expect(await versions.choose({ ...choice, instanceKey: 999, insteadOf: first })).toEqual({ kind: 'gone' })
  await cache.close()

  const reopened = await reopen()
  const again = createVersions({ cache: reopened, records })
  expect(await shownOf(reopened)).toBe(second)
  await store(reopened, ctImage({ seed: 1 }, { PatientSex: 'O' }))
  expect(await shownOf(reopened)).toBe(second)
  const { instances } = await again.list()
  expect(instances).toMatchObject([{ choice: { at: choice.chosenAt, by: choice.chosenBy } }])
  expect(instances[0]?.versions.map(({ isShown }) => isShown)).toEqual([false, true, false])
  await again.choose({ ...choice, chosenAt: '2026-01-16', instanceKey: first, insteadOf: second })
  expect((await reopened.getStudy(uids.StudyInstanceUID))?.series).toMatchObject([{ numberOfFrames: 1 }])
  expect((await again.list()).instances).toMatchObject([{ choice: { at: '2026-01-16' } }])
})

it('shows the chosen version when the index was lost, and when its studies were removed and come again', async () => {
  const { cache, records, second, reopened } = await chosenSecond()
  await cache.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(dataFolderAt(cache.dataFolder).index + suffix, { force: true })
  const rebuilt = await reopened()
  expect(await shownOf(rebuilt)).toBe(second)
  expect((await rebuilt.getStudy(uids.StudyInstanceUID))?.series).toMatchObject([
    { numberOfFrames: 3, completeness: { received: 1, displayable: 1 } },
  ])
  const versions = createVersions({ cache: rebuilt, records })
  expect((await versions.list()).instances).toMatchObject([{ choice: { by: choice.chosenBy } }])
  const removal = { StudyInstanceUID: uids.StudyInstanceUID, archive: null }
  expect((await rebuilt.removeStudy(removal)).kind).toBe('removed')
  // Until the chosen one is here, the first is shown, and by nobody's choice.
  const first = keyOf(await store(rebuilt, ctImage()))
  await store(rebuilt, ctImage({ seed: 5 }))
  expect(await shownOf(rebuilt)).toBe(first)
  expect((await versions.list()).instances).toMatchObject([{ choice: null }])
  expect(await shownOf(rebuilt)).not.toBe(keyOf(await store(rebuilt, ctImage({}, threeFrames))))
  expect((await rebuilt.imageHeaders(uids.SeriesInstanceUID)).instances).toMatchObject([{ NumberOfFrames: 3 }])
  expect((await versions.list()).instances).toMatchObject([{ choice: { by: choice.chosenBy } }])
})

it('shows at the next start what was chosen when the power went before the index followed', async () => {
  const { cache, records, first, second, reopened } = await chosenSecond()
  const [kept] = await records.choices.of([`${uids.SeriesInstanceUID}.1`])
  const { sha256 } = await cache.open(first)
  await cache.close()
  if (!kept) throw new Error('no choice')
  await records.choices.add({ ...kept, sha256, insteadOf: kept.sha256, chosenAt: '2026-01-16' })
  const again = await reopened()
  expect(await shownOf(again)).toBe(first)
  expect(second).not.toBe(first)
})

it('gives the images of each of two studies that have a series of the same UID, and none of the other', async () => {
  const cache = await testCache()
  const corrected = { StudyInstanceUID: '1.9', PatientID: 'CORRECTED' }
  const first = keyOf(await store(cache, ctImage({ instance: 1 })))
  const second = keyOf(await store(cache, ctImage({ instance: 1 }, corrected)))
  const third = keyOf(await store(cache, ctImage({ instance: 2 }, corrected)))
  const headersOf = async (StudyInstanceUID: string) => {
    const { revision, instances } = await cache.imageHeaders(uids.SeriesInstanceUID, undefined, StudyInstanceUID)
    return { revision, keys: instances.map(({ instanceKey }) => instanceKey) }
  }
  const [one, other] = [await headersOf(uids.StudyInstanceUID), await headersOf('1.9')]
  expect([one.keys, other.keys]).toEqual([[first], [second, third]])
  // Each revision is that of its own row, by which windows see that there is more.
  for (const [study, { revision }] of [
    [uids.StudyInstanceUID, one],
    ['1.9', other],
  ] as const)
    expect((await cache.getStudy(study))?.series.map((series) => series.revision)).toEqual([revision])
})
