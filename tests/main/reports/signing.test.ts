/** Giving out: once, of what was seen, delivered sooner or later, and followed by what names it. */
import { expect, it } from 'vitest'
import type { Report } from '../../../main/contract/report.ts'
import { typedParagraph } from '../../helpers/typing.ts'
import { createWorld, PIN, PROFILE, type World } from './report-world.ts'

async function written(world: World): Promise<string> {
  const begun = await world.reports.create({ StudyInstanceUID: '1.2', templateId: 'free-text', language: 'fr' })
  if (begun.kind !== 'created') throw new Error(begun.kind)
  const { reportId } = begun.report
  const changes = [typedParagraph('Résultat'), typedParagraph('Conclusion', { sectionId: 'conclusion' })]
  expect(await world.reports.append({ reportId, after: 0, changes })).toMatchObject({ kind: 'saved', seq: 2 })
  return reportId
}
const request = (reportId: string, after = 2, as: 'preliminary' | 'final' = 'final') => ({
  reportId,
  after,
  as,
  pin: PIN,
  accepted: [],
})
async function signed(world: World, ...wanted: Parameters<typeof request>): Promise<Report> {
  const answer = await world.reports.sign(request(...wanted))
  if (answer.kind !== 'signed') throw new Error(answer.kind)
  return answer.report
}
const reportUID = (report: Report, issue = -1): string | undefined =>
  report.issues.at(issue)?.documents.find(({ kind }) => kind === 'report')?.SOPInstanceUID

it('is one signature when two windows sign at once', async () => {
  const world = createWorld()
  const reportId = await written(world)
  const answers = await Promise.all([1, 2, 3].map(() => world.reports.sign(request(reportId))))
  expect(answers.map(({ kind }) => kind)).toEqual(['signed', 'signed', 'signed'])
  expect([world.made.length, world.ingested.size, world.outbox.size, world.copies]).toEqual([1, 2, 2, 1])
})

it('gives out nothing when a word comes in while the documents are made', async () => {
  const world = createWorld()
  const reportId = await written(world)
  world.whileMaking = async () => {
    world.whileMaking = () => undefined
    await world.reports.append({ reportId, after: 2, changes: [typedParagraph('Autre')] })
  }
  expect(await world.reports.sign(request(reportId))).toEqual({ kind: 'changed', seq: 3 })
  expect(await world.reports.sign(request(reportId))).toEqual({ kind: 'changed', seq: 3 })
  expect([world.ingested.size, world.outbox.size]).toEqual([0, 0])
  expect((await signed(world, reportId, 3)).state).toBe('final')
})

it('gives out nothing when the documents cannot be made', async () => {
  const world = createWorld()
  const reportId = await written(world)
  world.whileMaking = () => {
    throw new Error('no font')
  }
  await expect(world.reports.sign(request(reportId))).rejects.toThrow('no font')
  expect(await world.reports.get({ reportId })).toMatchObject({ state: 'draft', issues: [], transfer: 'none' })
  world.whileMaking = () => undefined
  expect((await signed(world, reportId)).issues.length).toBe(1)
})

it('is signed although the cache takes nothing now, and delivers the same bytes later', async () => {
  const world = createWorld()
  const reportId = await written(world)
  world.refuses = true
  const report = await signed(world, reportId)
  expect([report.state, report.transfer, world.ingested.size]).toEqual(['final', 'waiting', 0])
  await world.restart()
  expect(world.ingested.size).toBe(0)
  world.refuses = false
  await world.reports.resume()
  const uids = report.issues[0]?.documents.map(({ SOPInstanceUID }) => SOPInstanceUID)
  expect([...world.ingested.keys()]).toEqual(uids)
  expect(world.stores().reports.pendingIssues()).toEqual([])
})

it('tells how far the documents are: as far as the last, a refusal first', async () => {
  const world = createWorld()
  const reportId = await written(world)
  await signed(world, reportId)
  const [first = 0, second = 0] = world.outbox.keys()
  const transferWith = async (a: 'sent' | 'archived' | 'failed', b: 'sent' | 'archived' | 'failed' | 'waiting') => {
    world.outbox.set(first, a).set(second, b)
    return (await world.reports.list({ StudyInstanceUID: '1.2' }))[0]?.transfer
  }
  expect(await transferWith('archived', 'archived')).toBe('archived')
  expect(await transferWith('archived', 'sent')).toBe('sent')
  expect(await transferWith('sent', 'waiting')).toBe('waiting')
  expect(await transferWith('failed', 'waiting')).toBe('failed')
})

it('follows a provisional issue with another and the final one, each naming what it follows', async () => {
  const world = createWorld()
  const reportId = await written(world)
  const first = await signed(world, reportId, 2, 'preliminary')
  expect([first.state, world.made[0]?.predecessors]).toEqual(['preliminary', []])
  await world.reports.append({ reportId, after: 2, changes: [typedParagraph('Complété')] })
  // A retry of the first one, late: still the same.
  expect((await signed(world, reportId, 2, 'preliminary')).issues.length).toBe(1)
  const final = await signed(world, reportId, 3)
  expect(final.issues.map(({ as, seq }) => [as, seq])).toEqual([
    ['preliminary', 2],
    ['final', 3],
  ])
  expect(world.made[1]?.predecessors.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([reportUID(first)])
  expect(await world.reports.sign(request(reportId, 3, 'preliminary'))).toEqual({ kind: 'immutable' })
  expect(await world.reports.append({ reportId, after: 3, changes: [typedParagraph('x')] })).toEqual({
    kind: 'immutable',
  })
  expect(await world.reports.cancel({ reportId })).toEqual({ kind: 'immutable' })
})

it('adds to a final report by an addendum that names it', async () => {
  const world = createWorld()
  const reportId = await written(world)
  expect(await world.reports.addendum({ reportId })).toEqual({ kind: 'not-final' })
  const final = await signed(world, reportId)
  const begun = await world.reports.addendum({ reportId })
  if (begun.kind !== 'created') throw new Error(begun.kind)
  const { report } = begun
  expect(report).toMatchObject({ kind: 'addendum', predecessorReportId: reportId, author: PROFILE })
  const changes = [typedParagraph('Complément', { sectionId: 'addendum' })]
  await world.reports.append({ reportId: report.reportId, after: 0, changes })
  await signed(world, report.reportId, 1)
  expect(world.made.at(-1)?.predecessors.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([reportUID(final)])
  const [row] = await world.reports.withReports([world.study as NonNullable<World['study']>])
  expect(row?.report?.state).toBe('final')
})

it('needs a reader, a study and a template', async () => {
  const world = createWorld()
  const reportId = await written(world)
  const create = { StudyInstanceUID: '1.2', templateId: 'free-text', language: 'fr' } as const
  expect(await world.reports.create({ ...create, templateId: 'nothing' })).toEqual({ kind: 'no-template' })
  expect(await world.reports.create({ ...create, templateId: 'addendum' })).toEqual({ kind: 'no-template' })
  world.study = null
  expect(await world.reports.create(create)).toEqual({ kind: 'no-study' })
  const bare = createWorld({ profile: null })
  const other = await written(bare)
  expect(await bare.reports.sign(request(other))).toEqual({ kind: 'no-profile' })
  expect(await bare.reports.sign(request(reportId))).toEqual({ kind: 'not-found' })
})
