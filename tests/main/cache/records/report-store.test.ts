/** The log of reports: what was acknowledged is there, once, in order; what does not fit is refused whole. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredDocument } from '../../../../main/cache/records/issue-store.ts'
import { contentLimits } from '../../../../main/cache/records/report-log.ts'
import type { Block, Issue, Report, ReportChange } from '../../../../main/contract/report.ts'
import { applyReportChange } from '../../../../main/contract/report-changes.ts'
import { change, emptyContent, newReport, testStores, textOf, typed } from './test-records.ts'

const AT = '2026-02-03T10:05:00.000Z'
const SIGNER = { familyName: 'A', givenName: 'B', prefix: '', RPPS: '0', organisation: { name: 'C', FINESS: '' } }

const begun = () => {
  const stores = testStores()
  const { reportId } = stores.reports.create(newReport())
  return { stores, reports: stores.reports, reportId }
}
const issued = (as: Issue['as'], seq: number): Issue => ({ as, seq, at: AT, signer: SIGNER, documents: [] })
const document = (SOPInstanceUID: string): StoredDocument => ({
  kind: 'report',
  SOPClassUID: '1.2.3',
  SOPInstanceUID,
  SeriesInstanceUID: '1.2.4',
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  dataSet: new Uint8Array([1, 2, 3]),
})

describe('append', () => {
  it('numbers changes, and takes the same ones again as a retry', () => {
    const { reports, reportId } = begun()
    const first = [change('a', 0), change('ab')]
    expect(reports.append({ reportId, after: 0, changes: first, at: AT })).toMatchObject({ kind: 'saved', seq: 2 })
    expect(reports.append({ reportId, after: 0, changes: first, at: AT })).toMatchObject({ kind: 'saved', seq: 2 })
    const longer = [...first, change('abc')]
    expect(reports.append({ reportId, after: 0, changes: longer, at: AT })).toMatchObject({ kind: 'saved', seq: 3 })
    expect(reports.get(reportId)).toMatchObject({ seq: 3, changedAt: AT })
    expect(textOf(reports.get(reportId)?.content)).toBe('abc')
  })

  it('says conflict when another wrote in between, or when a change is kept at another place', () => {
    const { reports, reportId } = begun()
    const mine = change('a', 0)
    reports.append({ reportId, after: 0, changes: [mine], at: AT })
    const conflict = { kind: 'conflict', seq: 1 }
    expect(reports.append({ reportId, after: 0, changes: [change('b', 0)], at: AT })).toEqual(conflict)
    expect(reports.append({ reportId, after: 1, changes: [mine], at: AT })).toEqual(conflict)
    expect(reports.append({ reportId, after: 9, changes: [change('b')], at: AT })).toEqual(conflict)
    const twice = change('b')
    expect(reports.append({ reportId, after: 1, changes: [twice, twice], at: AT })).toEqual(conflict)
    const other = reports.create(newReport()).reportId
    expect(reports.append({ reportId: other, after: 0, changes: [mine], at: AT })).toEqual({ kind: 'conflict', seq: 0 })
    expect(textOf(reports.get(reportId)?.content)).toBe('a')
  })

  it('refuses all of it when one change does not fit', () => {
    const { reports, reportId } = begun()
    const changes = [change('a', 0), change('b', 5)]
    expect(reports.append({ reportId, after: 0, changes, at: AT })).toEqual({ kind: 'does-not-fit' })
    const nowhere: ReportChange = { kind: 'blocks', sectionId: 'x', at: 0, removed: 0, inserted: [] }
    const answer = reports.append({
      reportId,
      after: 0,
      changes: [{ changeId: randomUUID(), change: nowhere }],
      at: AT,
    })
    expect(answer).toEqual({ kind: 'does-not-fit' })
    expect(reports.get(reportId)).toMatchObject({ seq: 0, content: emptyContent })
  })

  it('bounds the content', () => {
    const { reports, reportId } = begun()
    const long = typed('x'.repeat(20_000), 0)
    let seq = 0
    const add = () =>
      reports.append({ reportId, after: seq, changes: [{ changeId: randomUUID(), change: long }], at: AT })
    let answer = add()
    while (answer.kind === 'saved') {
      seq = answer.seq
      answer = add()
    }
    expect(answer).toEqual({ kind: 'does-not-fit' })
    const length = JSON.stringify(reports.get(reportId)?.content).length
    expect(length).toBeGreaterThan(contentLimits.characters - 25_000)
    expect(length).toBeLessThan(contentLimits.characters + 10_000)
    const blocks = Array.from({ length: contentLimits.blocksInSection }, (): Block => ({ kind: 'paragraph', runs: [] }))
    const more: ReportChange = { kind: 'blocks', sectionId: 'findings', at: 0, removed: 0, inserted: blocks }
    expect(
      reports.append({ reportId, after: seq, changes: [{ changeId: randomUUID(), change: more }], at: AT }),
    ).toEqual({ kind: 'does-not-fit' })
  })

  it('knows no other report', () => {
    const { reports } = begun()
    const request = { reportId: randomUUID(), after: 0, changes: [change('a', 0)], at: AT }
    expect(reports.append(request)).toEqual({ kind: 'not-found' })
    expect(reports.get(request.reportId)).toBeNull()
  })

  it('reads any log back as it was typed, over snapshots and in any characters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.nat(2), fc.nat(3)), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, repeats) => {
          const { stores, reports, reportId } = begun()
          let content = emptyContent
          let seq = 0
          for (let round = 0; round < repeats; round += 1) {
            const changes: { changeId: string; change: ReportChange }[] = []
            for (const [text, at, removed] of steps) {
              const one: ReportChange = {
                ...(typed(text) as ReportChange & { kind: 'blocks' }),
                at,
                removed,
              }
              const next = applyReportChange(content, one)
              if (!next) continue
              content = next
              changes.push({ changeId: randomUUID(), change: one })
            }
            if (changes.length === 0) continue
            const answer = reports.append({ reportId, after: seq, changes, at: AT })
            seq += changes.length
            expect(answer).toMatchObject({ kind: 'saved', seq })
          }
          expect(reports.get(reportId)?.content).toEqual(content)
          expect(stores.reopen().reports.get(reportId)).toMatchObject({ seq, content })
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('issue and cancel', () => {
  it('gives out with documents, and closes the report when final', () => {
    const { stores, reports, reportId } = begun()
    reports.append({ reportId, after: 0, changes: [change('a', 0)], at: AT })
    expect(reports.issue(reportId, issued('final', 0), [])).toEqual({ kind: 'changed', seq: 1 })
    expect(reports.issue(reportId, issued('preliminary', 1), [document('1.1')])).toEqual({ kind: 'issued' })
    expect(reports.append({ reportId, after: 1, changes: [change('ab')], at: AT })).toMatchObject({ kind: 'saved' })
    expect(reports.issue(reportId, issued('final', 2), [document('1.2'), document('1.3')])).toEqual({ kind: 'issued' })
    expect(reports.issue(reportId, issued('final', 2), [document('1.4')])).toEqual({ kind: 'immutable' })
    expect(reports.append({ reportId, after: 2, changes: [change('abc')], at: AT })).toEqual({ kind: 'immutable' })
    expect(reports.cancel(reportId, AT)).toEqual({ kind: 'immutable' })

    const again = stores.reopen().reports
    const report = again.get(reportId)
    expect(report?.state).toBe('final')
    expect(
      report?.issues.map(({ as, seq, documents }) => [as, seq, documents.map((one) => one.SOPInstanceUID)]),
    ).toEqual([
      ['preliminary', 1, ['1.1']],
      ['final', 2, ['1.2', '1.3']],
    ])
    expect(again.pendingIssues()).toEqual([
      { reportId, number: 1, StudyInstanceUID: '1.2' },
      { reportId, number: 2, StudyInstanceUID: '1.2' },
    ])
    expect(again.pendingDocuments(reportId, 2).map(({ dataSet }) => [...dataSet])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    again.delivered(reportId, 1, AT)
    again.delivered(reportId, 2, AT)
    expect(again.pendingIssues()).toEqual([])
    expect(again.pendingDocuments(reportId, 2)).toEqual([])
    expect(again.get(reportId)?.issues.at(-1)?.documents.length).toBe(2)
  })

  it('writes nothing of an issue whose documents cannot be kept', () => {
    const { reports, reportId } = begun()
    expect(() => reports.issue(reportId, issued('final', 0), [document('1.1'), document('1.1')])).toThrow(/UNIQUE/)
    expect(reports.get(reportId)).toMatchObject({ state: 'draft', issues: [] })
    expect(reports.pendingIssues()).toEqual([])
  })

  it('gives up a draft and keeps what was written', () => {
    const { reports, reportId } = begun()
    reports.append({ reportId, after: 0, changes: [change('a', 0)], at: AT })
    expect(reports.cancel(reportId, AT)).toEqual({ kind: 'cancelled', StudyInstanceUID: '1.2' })
    expect(reports.cancel(reportId, AT)).toEqual({ kind: 'immutable' })
    expect(textOf(reports.get(reportId)?.content)).toBe('a')
    expect(reports.cancel(randomUUID(), AT)).toEqual({ kind: 'not-found' })
  })
})

it('lists a study’s reports, newest first, and tells the furthest of many studies', () => {
  const { reports } = testStores()
  const make = (StudyInstanceUID: string, createdAt: string): Report['reportId'] =>
    reports.create(newReport({ StudyInstanceUID, createdAt })).reportId
  const old = make('1', '2026-01-01')
  const young = make('1', '2026-01-02')
  make('2', '2026-01-03')
  const given = make('3', '2026-01-04')
  reports.issue(old, issued('final', 0), [])
  reports.cancel(given, AT)
  expect(reports.list('1').map(({ reportId }) => reportId)).toEqual([young, old])
  expect(reports.furthest(['1', '2', '3', '4'])).toEqual([
    { StudyInstanceUID: '1', state: 'final', at: AT },
    { StudyInstanceUID: '2', state: 'draft', at: '2026-01-03' },
  ])
})
