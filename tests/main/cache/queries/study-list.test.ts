import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Condition, type StudyPageRequest, studyQuestion } from '../../../../main/cache/queries/study-filter.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import { studySortColumn } from '../../../../main/contract/studies.ts'
import { syntheticIndex } from './synthetic-index.ts'
import { studyUID } from './synthetic-studies.ts'

const folders: string[] = []
const databases: Database[] = []
const indexOf = (studies: number): StudyQueries => {
  const folder = mkdtempSync(join(tmpdir(), 'astreinte-list-'))
  folders.push(folder)
  const database = syntheticIndex(folder, { studies })
  databases.push(database)
  return new StudyQueries(database)
}

let small: StudyQueries
let large: StudyQueries
beforeAll(() => {
  small = indexOf(2000)
  const reports = "CASE studyKey % 5 WHEN 0 THEN 'final' WHEN 1 THEN 'draft' ELSE 'none' END"
  databases[0]?.exec(`UPDATE study SET report = ${reports}`)
  large = indexOf(20_000)
})
afterAll(() => {
  for (const database of databases) database.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const page = { search: '', modalities: [] as string[], sort: 'lastReceivedAt', descending: true, offset: 0, limit: 100 }
const MANY = () => Number.POSITIVE_INFINITY
const FEW = () => 10

const planOf = (request: StudyPageRequest, sizeOf: () => number): string[] => {
  const { sql, values } = studyQuestion(request, sizeOf).page
  const rows = (databases[1] as Database).prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[]
  return rows.map(({ detail }) => detail)
}

const FILTERS: Record<string, Partial<StudyPageRequest>> = {
  nothing: {},
  words: { search: 'martin elise' },
  modalities: { modalities: ['CT', 'MR'] },
  dates: { studyDateFrom: '20200101', studyDateTo: '20201231' },
  'dates up to one': { studyDateTo: '20201231' },
  'what was received lately': { receivedSince: '2026-01-10' },
  reports: { reports: ['none', 'draft'] },
  'reports and modalities': { reports: ['final'], modalities: ['CT'] },
  everything: {
    search: 'm',
    modalities: ['CT'],
    reports: ['none'],
    studyDateFrom: '20200101',
    studyDateTo: '20201231',
    receivedSince: '2026-01-10',
  },
}

describe('the study list', () => {
  it('walks the index of every order whatever many studies are filtered by, and never sorts them', () => {
    for (const [name, filter] of Object.entries(FILTERS)) {
      for (const sort of studySortColumn.options) {
        for (const descending of [true, false]) {
          const [walk, ...checks] = planOf({ ...page, ...filter, sort, descending }, MANY)
          expect(walk, `${name}, ${sort}`).toMatch(
            new RegExp(`^(SCAN|SEARCH) study USING (COVERING )?INDEX study_by_${sort}\\b`),
          )
          expect(
            checks.filter((step) => /ORDER BY|SCAN (?!study_search)/.test(step)),
            `${name}, ${sort}`,
          ).toEqual([])
        }
      }
    }
  })

  it('starts at the place in the index for what was received lately, and for dates', () => {
    expect(planOf({ ...page, receivedSince: '2026-01-10' }, MANY)).toEqual([
      expect.stringMatching(/^SEARCH study USING COVERING INDEX study_by_lastReceivedAt/),
    ])
    expect(planOf({ ...page, studyDateFrom: '20200101', sort: 'StudyDate' }, MANY)).toEqual([
      expect.stringMatching(/^SEARCH study USING COVERING INDEX study_by_StudyDate/),
    ])
  })

  it('starts from few studies, each fetched by its key, where a part of the filter selects few', () => {
    for (const [name, filter] of Object.entries(FILTERS).slice(1)) {
      for (const sort of studySortColumn.options) {
        const plan = planOf({ ...page, ...filter, sort }, FEW)
        expect(plan[0], `${name}, ${sort}`).toMatch(/^SEARCH study USING INTEGER PRIMARY KEY/)
        expect(plan.join('\n'), `${name}, ${sort}`).not.toMatch(/SCAN study(\s|$)/)
      }
    }
  })

  it('counts what several parts select without reading the row of a study, where no date is asked for', () => {
    const filters: Partial<StudyPageRequest>[] = [
      { modalities: ['CT'], reports: ['none', 'draft'] },
      { modalities: ['CT', 'MR'], reports: ['final'] },
      { search: 'martin', modalities: ['CT'], reports: ['none'] },
    ]
    for (const filter of filters) {
      for (const sizeOf of [MANY, FEW]) {
        const { total } = studyQuestion({ ...page, ...filter }, sizeOf)
        const { sql, values } = total as Condition
        const rows = (databases[1] as Database).prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[]
        const plan = rows.map(({ detail }) => detail)
        expect(
          plan.filter((step) => /\b(study|noted)\b/.test(step) && !/COVERING INDEX/.test(step)),
          JSON.stringify(filter),
        ).toEqual([])
      }
    }
  })

  it('counts from the part that selects fewer', () => {
    const sizeOf = ({ sql }: Condition) => (sql.includes('study_modality') ? 9000 : 5000)
    const { total } = studyQuestion({ ...page, modalities: ['CT'], reports: ['none', 'draft'] }, sizeOf)
    expect((total as Condition).sql).toMatch(/^SELECT count\(\*\) FROM \(SELECT studyKey FROM study WHERE report/)
  })

  it('finds and counts the same from few studies as by walking', () => {
    const database = databases[0] as Database
    const answer = (request: StudyPageRequest, sizeOf: (keys: Condition) => number) => {
      const { page: found, total } = studyQuestion(request, sizeOf)
      const count = typeof total === 'number' ? total : database.prepare(total.sql).pluck().get(total.values)
      return { keys: database.prepare(found.sql).pluck().all(found.values), count }
    }
    const exactly = ({ sql, values }: Condition): number =>
      database.prepare(`SELECT count(*) FROM (${sql})`).pluck().get(values) as number
    for (const filter of Object.values(FILTERS)) {
      for (const sort of studySortColumn.options) {
        const request = { ...page, ...filter, sort }
        const few = answer(request, exactly)
        expect(answer(request, MANY)).toEqual(few)
        expect(answer(request, () => 5000)).toEqual(few)
        expect(few.count).toBe(small.listStudies(request).total)
        expect(few.keys).toHaveLength(Math.min(Number(few.count), 100))
      }
    }
  })

  it('needs no longer for ten times the studies', () => {
    const fastest = (queries: StudyQueries, request: typeof page): number =>
      Math.min(
        ...Array.from({ length: 15 }, () => {
          const start = performance.now()
          queries.listStudies(request)
          return performance.now() - start
        }),
      )
    const requests = [
      page,
      { ...page, sort: 'PatientName' },
      { ...page, sort: 'StudyDate', offset: 500 },
      { ...page, search: 'A1999' },
    ]
    for (const request of requests) {
      expect(fastest(large, request) / fastest(small, request), JSON.stringify(request)).toBeLessThan(4)
    }
  })

  it('gives pages that follow each other without gap or overlap, in every order', () => {
    for (const sort of studySortColumn.options) {
      const all = small.listStudies({ ...page, sort, limit: 500 }).rows.map(({ StudyInstanceUID }) => StudyInstanceUID)
      const parts = [0, 200, 400].flatMap((offset) =>
        small
          .listStudies({ ...page, sort, offset, limit: offset === 400 ? 100 : 200 })
          .rows.map(({ StudyInstanceUID }) => StudyInstanceUID),
      )
      expect(parts, sort).toEqual(all)
    }
  })

  it('orders names without case and accents', () => {
    const names = small.listStudies({
      ...page,
      sort: 'PatientName',
      descending: false,
      limit: 500,
      search: 'lefevre',
    }).rows
    const fold = (text = ''): string => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase()
    const shown = names.map(({ PatientName }) => fold(PatientName.Alphabetic))
    expect(shown).toEqual([...shown].sort())
    expect(shown.length).toBe(200)
  })

  it('filters by the report, alone and with the rest, and counts what there is of each state', () => {
    const { reports } = small.countStudies({ today: '', receivedSince: '' })
    expect(reports).toEqual([
      { state: 'draft', count: 400 },
      { state: 'final', count: 400 },
      { state: 'none', count: 1200 },
    ])
    const totalOf = (states: StudyPageRequest['reports'], more: Partial<StudyPageRequest> = {}): number =>
      small.listStudies({ ...page, ...more, reports: states, limit: 1 }).total
    expect([totalOf(['draft']), totalOf(['draft', 'final']), totalOf(['preliminary']), totalOf([])]).toEqual([
      400, 800, 0, 2000,
    ])
    const split = (['none', 'draft', 'final'] as const).map((state) => totalOf([state], { modalities: ['CT'] }))
    expect(split.reduce((sum, count) => sum + count, 0)).toBe(totalOf([], { modalities: ['CT'] }))
  })

  const total = (request: Partial<StudyPageRequest>): number =>
    large.listStudies({ ...page, limit: 1, ...request }).total

  it('finds words as they are typed, in any order, without case and accents', () => {
    expect([total({ search: 'lefevre' }), total({ search: 'LEFÈVRE' }), total({ search: 'lef' })]).toEqual([
      2000, 2000, 2000,
    ])
    expect(total({ search: 'elise martin0' })).toBe(total({ search: 'MARTIN0 Éli' }))
    expect(total({ search: 'martin0 élise' })).toBeGreaterThan(0)
    expect([total({ search: 'A19999' }), total({ search: 'p14999' }), total({ search: 'nobody' })]).toEqual([1, 1, 0])
    expect(total({ search: 'lhermite' })).toBe(total({ search: "l'hermite" }))
    expect([total({ search: '"*' }), total({ search: '' })]).toEqual([20_000, 20_000])
  })

  it('filters by modality, date and arrival, and counts what it would show', () => {
    expect(total({ modalities: ['ES'] })).toBe(4)
    expect(
      large.listStudies({ ...page, modalities: ['ES'] }).rows.map(({ ModalitiesInStudy }) => ModalitiesInStudy),
    ).toEqual(Array(4).fill(['ES']))
    const counts = large.countStudies({ today: '20150102', receivedSince: '2026-01-14T00:00:00.000Z' })
    expect(counts.all).toBe(20_000)
    expect(counts.today).toBe(total({ studyDateFrom: '20150102', studyDateTo: '20150102' }))
    expect(counts.today).toBe(5)
    const CT = counts.modalities.find(({ Modality }) => Modality === 'CT')?.count
    expect(CT).toBe(total({ modalities: ['CT'] }))
    expect(total({ modalities: ['CT', 'ES'] })).toBe((CT ?? 0) + 4)
    expect(large.listStudies({ ...page, receivedSince: '2026-01-14T00:00:00.000Z' }).total).toBe(
      counts.receivedRecently,
    )
  })

  it('counts what a filter would show', () => {
    const filters = Object.values(FILTERS).map((filter) => ({ search: '', modalities: [], ...filter }))
    expect(filters.map((filter) => large.countFiltered(filter))).toEqual(filters.map((filter) => total(filter)))
  })

  it('gives the priors of the same patient, newest first', () => {
    const found = large.getStudy(studyUID(3))
    expect(found?.study.PatientID).toBe('P3')
    expect(found?.priors.map(({ StudyInstanceUID }) => StudyInstanceUID)).toEqual([studyUID(15_003)])
    expect(large.getStudy('1.2.3')).toBeNull()
  })
})
