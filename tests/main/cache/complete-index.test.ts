/** An index that was made anew: what no pack tells is brought back by the records. */
import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { completeIndex } from '../../../main/cache/complete-index.ts'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import { withNotedStudies } from '../../../main/cache/noted-studies.ts'
import { ctImage, store, type TestObject } from './data-sets.ts'
import { answeringStores } from './records/test-records.ts'
import { testCache } from './test-cache.ts'

const STUDY = '1.2.826.0.1.77.1'
const AT = '2026-02-03T10:00:00.000Z'

it('knows again what is archived, when studies were opened, and what is still to come', async () => {
  const records = answeringStores()
  await records.outbox.setArchive({ archive: 'archive', configuration: null }, AT)
  const first = await testCache()
  for (const instance of [1, 2]) await store(first, ctImage({ instance }))
  const cache = withNotedStudies(first, records)
  await completeIndex({ cache, records, signal: new AbortController().signal })
  expect(await cache.isLacking()).toBe(false)
  const keys = await cache.listKeys(0, 10)
  for (const instanceKey of keys) {
    const { SOPInstanceUID, SOPClassUID, sha256, length } = await cache.open(instanceKey)
    const entry = { StudyInstanceUID: STUDY, SOPInstanceUID, SOPClassUID, sha256, bytes: length, isDocument: false }
    await records.outbox.enqueue([entry], AT)
    await records.outbox.archived(instanceKey, AT)
  }
  await cache.markOpened(STUDY, AT)
  await cache.expectInstances(STUDY, 5)
  await cache.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(dataFolderAt(first.dataFolder).index + suffix, { force: true })

  const rebuilt = await testCache({ dataFolder: first.dataFolder })
  const use = () => rebuilt.studyUse({ StudyInstanceUID: STUDY, archive: 'archive' })
  expect(await use()).toMatchObject({ isProven: false, openedAt: null })
  // Ended before it began, it begins again.
  await completeIndex({ cache: rebuilt, records, signal: AbortSignal.abort() })
  expect(await rebuilt.isLacking()).toBe(true)
  await completeIndex({ cache: rebuilt, records, signal: new AbortController().signal })
  expect(await use()).toMatchObject({ isProven: true, openedAt: AT })
  expect((await rebuilt.getStudy(STUDY))?.study.completeness).toMatchObject({ expected: 5, received: 2 })
  expect(await rebuilt.isLacking()).toBe(false)
})

it('knows by itself that what was retrieved is where it came from, and of nothing else', async () => {
  const retrieved = ({ request, bytes }: TestObject): TestObject => ({
    request: { ...request, origin: 'retrieved', archive: 'archive' },
    bytes,
  })
  const first = await testCache()
  for (const instance of [1, 2]) await store(first, retrieved(ctImage({ instance })))
  await store(first, ctImage({ study: 2 }))
  const provenIn = async ({ studyUse }: typeof first, archive: string) => {
    const studies = [STUDY, STUDY.replace(/1$/, '2')]
    const uses = await Promise.all(studies.map((StudyInstanceUID) => studyUse({ StudyInstanceUID, archive })))
    return uses.map((use) => use?.isProven)
  }
  expect(await provenIn(first, 'archive')).toEqual([true, false])
  await first.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(dataFolderAt(first.dataFolder).index + suffix, { force: true })

  const rebuilt = await testCache({ dataFolder: first.dataFolder })
  expect(await provenIn(rebuilt, 'archive')).toEqual([true, false])
  expect(await provenIn(rebuilt, 'another archive')).toEqual([false, false])
})

it('does not know again what the archive was proven to hold and lost since, wherever that is told', async () => {
  const records = answeringStores()
  const archive = 'archive'
  await records.outbox.setArchive({ archive, configuration: null }, AT)
  const first = await testCache()
  const { request, bytes } = ctImage()
  await store(first, { request: { ...request, origin: 'retrieved', archive }, bytes })
  const provenIn = async ({ studyUse }: typeof first) =>
    (await studyUse({ StudyInstanceUID: STUDY, archive }))?.isProven
  const [instanceKey = 0] = await first.listKeys(0, 1)
  const { SOPInstanceUID, sha256 } = await first.open(instanceKey)
  const content = { archive, SOPInstanceUID, sha256 }
  await first.withdrawProofs([{ ...content, withdrawnAt: AT }])
  // It came after that.
  expect(await provenIn(first)).toBe(true)
  const within = async (since: string, until: string) =>
    (await first.studyUse({ StudyInstanceUID: STUDY, archive, provenWithin: { since, until } }))?.isProven
  expect([await within(AT, '2999'), await within('2999', '3999'), await within('1999', AT)]).toEqual([
    true,
    false,
    false,
  ])
  const withdrawnAt = new Date().toISOString()
  await records.withdrawals.withdraw({
    ...{ archive, StudyInstanceUID: STUDY, withdrawnAt },
    contents: [{ SOPInstanceUID, sha256 }],
  })
  await first.withdrawProofs([{ ...content, withdrawnAt }])
  expect(await provenIn(first)).toBe(false)
  await first.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(dataFolderAt(first.dataFolder).index + suffix, { force: true })

  const rebuilt = await testCache({ dataFolder: first.dataFolder })
  expect(await provenIn(rebuilt)).toBe(true)
  await completeIndex({ cache: rebuilt, records, signal: new AbortController().signal })
  expect(await provenIn(rebuilt)).toBe(false)
})
