/** Searching an archive that pages as it should, or in any of the ways that archives have: every study once, and what is left out is told. */
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { archiveTarget } from '../../../../main/archive/dicom-web/archive-target.ts'
import { WebSearch } from '../../../../main/archive/dicom-web/study-search.ts'
import type { FoundStudies } from '../../../../main/archive/study-source.ts'
import { type Behaviour, type ScriptedArchive, startScriptedArchive } from '../../../helpers/scripted-archive.ts'
import { configurationOf } from '../test-archive.ts'

let remote: ScriptedArchive
beforeEach(async () => {
  remote = await startScriptedArchive()
})
afterEach(() => remote.close())

const uidOf = (number: number): string => `1.2.3.${number}`
const studyOf = (number: number) => ({
  '0020000D': { vr: 'UI', Value: [uidOf(number)] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: `N${number}` }] },
})
const answering = (dataSets: unknown, headers: Record<string, string> = {}): Behaviour => ({
  status: 200,
  headers: { 'content-type': 'application/dicom+json', ...headers },
  body: JSON.stringify(dataSets),
})
const has = (count: number) => Array.from({ length: count }, (_, index) => studyOf(index))

/** An archive of `count` studies that gives what `page` makes of a question. */
const archive = (count: number, page: (all: unknown[], offset: number, limit: number) => Behaviour) => {
  remote.otherwise = ({ query }) =>
    page(has(count), Number(query.get('offset') ?? 0), Number(query.get('limit') ?? Number.POSITIVE_INFINITY))
}
const slice = (all: unknown[], offset: number, limit: number) => answering(all.slice(offset, offset + limit))

const searching = (now = () => new Date(0)) => {
  const target = archiveTarget(configurationOf(remote.url), { idle: 10_000, answerBytes: 1_000_000 })
  onTestFinished(() => target.close())
  const search = new WebSearch(target, now)
  return (offset: number, limit: number, PatientName = 'N') =>
    search.page(
      {
        ...{ PatientName, PatientID: '', AccessionNumber: '', StudyDateFrom: '', StudyDateTo: '' },
        ...{ ModalitiesInStudy: '', offset, limit },
      },
      new AbortController().signal,
    )
}

/** Every page, as a window asks for them. */
async function everyPage(page: (offset: number, limit: number) => Promise<FoundStudies>, limit: number) {
  const found: string[] = []
  for (;;) {
    const { studies, more, fault } = await page(found.length, limit)
    found.push(...studies.map((study) => study.StudyInstanceUID))
    if (!more || fault !== null) return { found, fault, more }
  }
}

const uids = (count: number) => has(count).map((_, index) => uidOf(index))
const ways: [string, number, Parameters<typeof archive>[1], string | null][] = [
  ['as it should', 45, slice, null],
  ['as it should, with as many as one page has', 20, slice, null],
  ['nothing', 0, slice, null],
  ['nothing by 204', 0, () => ({ status: 204 }), null],
  ['fewer than asked for, without a word', 45, (all, offset, limit) => slice(all, offset, Math.min(limit, 12)), null],
  [
    'three at a time, and says that there are more',
    10,
    (all, offset) =>
      answering(all.slice(offset, offset + 3), offset + 3 < all.length ? { warning: '299 x: "more"' } : {}),
    null,
  ],
  ['partial content', 30, (all, offset) => ({ ...(slice(all, offset, 8) as object), status: 206 }) as Behaviour, null],
  ['everything, whatever is asked', 45, (all) => answering(all), null],
  [
    'a refusal behind the last',
    20,
    (all, offset, limit) => (offset >= 20 ? { status: 400 } : slice(all, offset, limit)),
    null,
  ],
  [
    'each twice',
    30,
    (all, offset, limit) =>
      slice(
        all.flatMap((each) => [each, each]),
        offset,
        limit,
      ),
    null,
  ],
  ['the first page again and again', 45, (all, _, limit) => slice(all, 0, limit), 'too-many'],
  [
    'some without a UID',
    15,
    (all, offset, limit) => slice([{}, ...all, { '0020000D': { Value: ['x'] } }], offset, limit),
    'nonsense',
  ],
]

it.each(ways)('finds every study once where the archive gives %s', async (_, count, page, fault) => {
  archive(count, page)
  const all = await everyPage(searching(), 20)
  expect(all.fault).toBe(fault)
  expect(all.found).toEqual(fault === 'too-many' ? uids(21) : uids(count))
  expect(all.more).toBe(fault === 'too-many')
})

it('asks once where few are found, and goes on from what it has', async () => {
  archive(9, slice)
  const page = searching()
  expect(await page(0, 50)).toMatchObject({ more: false, fault: null })
  expect(remote.requests).toHaveLength(1)
  archive(30, (all) => answering(all))
  await page(0, 10)
  await page(10, 10)
  await page(20, 10)
  expect(remote.requests).toHaveLength(2)
  // A first page asks anew, and another question too.
  await page(0, 10)
  await page(10, 10, 'M')
  expect(remote.requests).toHaveLength(4)
})

it('asks for a later page where the first is no longer kept', async () => {
  archive(45, slice)
  let time = 0
  const page = searching(() => new Date(time))
  await page(0, 20)
  time = 3_600_000
  const { studies, more } = await page(20, 20)
  expect([studies[0]?.StudyInstanceUID, studies.length, more]).toEqual([uidOf(20), 20, true])
  expect(remote.requests.at(-1)?.query.get('offset')).toBe('20')
  // What is kept now begins there: another window's earlier page is not in it.
  expect((await page(10, 20)).studies[0]?.StudyInstanceUID).toBe(uidOf(10))
})

it('asks for less where an archive gives no large pages', async () => {
  for (const refusal of [{ status: 400 }, { status: 413 }, answering('x'.repeat(1_000_001))]) {
    archive(150, (all, offset, limit) => (limit > 100 ? refusal : slice(all, offset, limit)))
    const all = await everyPage(searching(), 200)
    expect([all.found.length, all.fault]).toEqual([150, null])
  }
})

it('tells what is wrong, also behind the first page, and goes on when it is asked again', async () => {
  archive(45, slice)
  const page = searching()
  await page(0, 20)
  remote.script = [{ status: 503 }]
  await expect(page(20, 20)).rejects.toMatchObject({ fault: 'too-busy' })
  expect((await page(20, 20)).studies).toHaveLength(20)
  remote.script = [{ status: 400 }]
  await expect(page(0, 20)).rejects.toMatchObject({ fault: 'refused' })
})
