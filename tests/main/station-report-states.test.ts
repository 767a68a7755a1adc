/** How far reports are, carried from the records into the index of the study list. */
import { expect, it, onTestFinished } from 'vitest'
import type { StudyReportState } from '../../main/contract/studies.ts'
import type { ReportChanged } from '../../main/reports/index.ts'
import { keepReportStates } from '../../main/station-report-states.ts'
import { ctImage, store } from './cache/data-sets.ts'
import { answeringStores, newReport } from './cache/records/test-records.ts'
import { silent, testCache } from './cache/test-cache.ts'

const uidOf = (study: number): string => `1.2.826.0.1.77.${study}`
const AT = '2026-02-03T10:00:00.000Z'

async function station() {
  const cache = await testCache()
  const records = answeringStores()
  const listeners = new Set<(change: ReportChanged) => void>()
  const begin = () => {
    const reports = {
      onChange: (listener: (change: ReportChanged) => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    const states = keepReportStates({ cache, records, reports, log: silent })
    const told: string[] = []
    states.onChange((StudyInstanceUID) => void told.push(StudyInstanceUID))
    onTestFinished(() => states.stop())
    return { states, told }
  }
  const changed = (study: number, isText = false) => {
    for (const listener of listeners) listener({ StudyInstanceUID: uidOf(study), reportId: '', seq: 1, isText })
  }
  const listed = async (...reports: StudyReportState[]): Promise<string[]> => {
    const filter = { search: '', modalities: [], sort: 'StudyDate', descending: false, offset: 0, limit: 9, reports }
    const { rows, total } = await cache.listStudies(filter)
    expect([total, await cache.countFiltered(filter)]).toEqual([rows.length, rows.length])
    return rows.map(({ StudyInstanceUID }) => StudyInstanceUID.split('.').at(-1) ?? '').sort()
  }
  return { cache, records, begin, changed, listed }
}

it('the list is filtered by what the records say, from the start on and as it changes, also of a study that comes later', async () => {
  const { cache, records, begin, changed, listed } = await station()
  for (const study of [1, 2, 3]) await store(cache, ctImage({ study }))
  const reportOf = (study: number) => records.reports.create(newReport({ StudyInstanceUID: uidOf(study) }))
  const drafts = await Promise.all([2, 3, 7].map(reportOf))
  const { states, told } = begin()
  await states.resume()
  expect([await listed('none'), await listed('draft'), told.toSorted()]).toEqual([
    ['1'],
    ['2', '3'],
    [2, 3, 7].map(uidOf),
  ])
  await store(cache, ctImage({ study: 7 }))
  expect(await listed('draft', 'final')).toEqual(['2', '3', '7'])

  await records.reports.cancel(drafts[0]?.reportId ?? '', AT)
  await reportOf(1)
  told.length = 0
  changed(2)
  changed(1)
  // A typed letter changes nothing of it.
  changed(3, true)
  await states.stop()
  expect([await listed('none'), await listed('draft'), told]).toEqual([['2'], ['1', '3', '7'], [uidOf(2), uidOf(1)]])
  expect((await cache.countStudies({ today: '', receivedSince: '' })).reports).toEqual([
    { state: 'draft', count: 3 },
    { state: 'none', count: 1 },
  ])
})

it('an index that fell behind while nobody told it takes over what is true at the next start, and tells it once', async () => {
  const { cache, begin, listed } = await station()
  await store(cache, ctImage({ study: 1 }))
  await cache.noteReports([{ StudyInstanceUID: uidOf(1), state: 'final' }])
  expect(await listed('final')).toEqual(['1'])
  const { states, told } = begin()
  await states.resume()
  await states.resume()
  expect([await listed('final'), await listed('none'), told]).toEqual([[], ['1'], [uidOf(1)]])
})
