/** What searches by attributes cost in a large index: as much as they give, or an end. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AttributeQuery } from '../../../../main/cache/cache.ts'
import { teachMatching } from '../../../../main/cache/queries/attribute-match.ts'
import { countMatches, searchAttributes } from '../../../../main/cache/queries/attribute-search.ts'
import { syntheticIndex } from './synthetic-index.ts'
import { studyUID } from './synthetic-studies.ts'

const STUDIES = 400
const [SERIES, IMAGES] = [2, 5]
const folder = mkdtempSync(join(tmpdir(), 'astreinte-search-cost-'))
let database: Database
beforeAll(() => {
  database = syntheticIndex(folder, { studies: STUDIES, series: SERIES, images: IMAGES })
  teachMatching(database)
})
afterAll(() => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
})

const query = (level: AttributeQuery['level'], match: AttributeQuery['match'], limit = 1): AttributeQuery => ({
  ...{ level, match, combinesDateTime: true, limit, offset: 0 },
})

/** Rows that a search looks at. */
function cost(question: AttributeQuery): number {
  let rows = 0
  database.function('until_then', (_then: unknown, _row: unknown) => {
    rows += 1
    return 1
  })
  searchAttributes(database, question)
  teachMatching(database)
  return rows
}

it('looks at what it gives, not at all that there is', () => {
  const wide: AttributeQuery['match'][] = [
    {},
    { StudyDate: '19000101-' },
    { StudyDate: '19000101-20991231', StudyTime: '0000-2359' },
    { PatientID: 'P*' },
    { PatientName: '*' },
    { StudyDescription: '*' },
  ]
  for (const match of wide) {
    expect(cost(query('instance', match)), JSON.stringify(match)).toBeLessThanOrEqual(4 * SERIES * IMAGES)
    expect(cost(query('series', match)), JSON.stringify(match)).toBeLessThanOrEqual(4 * SERIES)
  }
  const [one] = searchAttributes(database, query('instance', { StudyInstanceUID: studyUID(7) }))
  for (const keyword of ['StudyInstanceUID', 'SeriesInstanceUID', 'SOPInstanceUID', 'PatientID'] as const) {
    const match = { [keyword]: String(one?.[keyword]) }
    expect(cost(query('instance', match, 1000)), keyword).toBeLessThanOrEqual(4 * SERIES * IMAGES)
  }
})

it('gives everything once, in one order, page by page', () => {
  for (const [level, count] of [
    ['series', STUDIES * SERIES],
    ['instance', STUDIES * SERIES * IMAGES],
  ] as const) {
    const uidOf = level === 'series' ? 'SeriesInstanceUID' : 'SOPInstanceUID'
    const whole = searchAttributes(database, query(level, {}, count + 1)).map((row) => row[uidOf])
    expect(new Set(whole).size).toBe(count)
    const pages = Array.from({ length: 4 }, (_, page) =>
      searchAttributes(database, { ...query(level, {}, count / 4), offset: (page * count) / 4 }),
    )
    expect(pages.flat().map((row) => row[uidOf])).toEqual(whole)
  }
})

it('ends when it takes too long', () => {
  const slow = query('instance', { ContentDate: '19000101' })
  expect(searchAttributes(database, slow)).toEqual([])
  for (const ask of [searchAttributes, countMatches])
    expect(() => ask(database, slow, 0)).toThrow(expect.objectContaining({ code: 'search-too-broad' }))
})
