/** Any sequence of edits, kills, sign attempts and archive answers keeps every word that was acknowledged and signs nothing twice. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Report } from '../../../main/contract/report.ts'
import { typedParagraph } from '../../helpers/typing.ts'
import { createWorld, Killed, PIN, type World } from './report-world.ts'

type Action =
  | { kind: 'type'; text: string }
  | { kind: 'sign'; as: 'preliminary' | 'final'; isRightPin: boolean; isStale: boolean }
  | { kind: 'archive'; state: 'sent' | 'archived' | 'failed' }
  | { kind: 'restart' }

const action: fc.Arbitrary<{ action: Action; killAfter: number | null }> = fc.record({
  action: fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('type' as const), text: fc.string({ maxLength: 20 }) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('sign' as const),
        as: fc.nat(7).map((n) => (n === 0 ? ('final' as const) : ('preliminary' as const))),
        isRightPin: fc.nat(4).map((n) => n > 0),
        isStale: fc.nat(4).map((n) => n === 0),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('archive' as const),
        state: fc.constantFrom('sent' as const, 'archived' as const, 'failed' as const),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  ),
  killAfter: fc.option(fc.integer({ min: 1, max: 32 }), { freq: 3 }),
})

/** What a person was told so far. */
interface Told {
  reportId: string
  seq: number
  text: string
  /** Text of a change whose answer never came. */
  unanswered: string | null
  signatures: { as: string; seq: number; documents: string[] }[]
  /** Signatures that were tried with the right PIN. */
  tried: Set<string>
}

const keyOf = (as: string, seq: number): string => `${as} ${seq}`

const findings = ({ content }: Report): string =>
  (content.sections.find(({ sectionId }) => sectionId === 'findings')?.blocks[0]?.runs ?? [])
    .map((run) => (run.kind === 'text' ? run.text : ''))
    .join('')

async function perform(world: World, told: Told, { kind, ...rest }: Action): Promise<void> {
  const { reports } = world
  const { reportId } = told
  if (kind === 'type') {
    const { text } = rest as { text: string }
    told.unanswered = text
    const answer = await reports.append({ reportId, after: told.seq, changes: [typedParagraph(text)] })
    told.unanswered = null
    if (answer.kind !== 'saved') return void expect(answer.kind).toBe('immutable')
    told.seq = answer.seq
    told.text = text
  } else if (kind === 'sign') {
    const { as, isRightPin, isStale } = rest as Extract<Action, { kind: 'sign' }>
    const after = isStale ? told.seq + 1 : told.seq
    if (isRightPin) told.tried.add(keyOf(as, after))
    const answer = await reports.sign({ reportId, after, as, pin: isRightPin ? PIN : '0', accepted: ['field-empty'] })
    if (answer.kind !== 'signed') return
    const issue = answer.report.issues.find((one) => one.as === as && one.seq === after)
    if (!issue) throw new Error('signed, and no issue of it')
    // Only a signature that was given before needs no PIN.
    expect(told.tried).toContain(keyOf(as, after))
    if (!told.signatures.some((one) => one.as === as && one.seq === after)) {
      told.signatures.push({ as, seq: after, documents: issue.documents.map((one) => one.SOPInstanceUID) })
    }
  } else if (kind === 'archive') {
    for (const key of world.outbox.keys()) world.outbox.set(key, (rest as { state: 'sent' }).state)
  } else await world.restart()
}

/** After a start without faults: what was told holds, and nothing more was given out than is written. */
async function check(world: World, told: Told): Promise<void> {
  const report = (await world.reports.get({ reportId: told.reportId })) as Report
  if (report.seq === told.seq + 1 && told.unanswered !== null) {
    told.text = told.unanswered
    told.seq = report.seq
  }
  told.unanswered = null
  expect([report.seq, findings(report)]).toEqual([told.seq, told.text])
  expect(new Set(report.issues.map(({ as, seq }) => keyOf(as, seq))).size).toBe(report.issues.length)
  expect(report.issues.filter(({ as }) => as === 'final').length).toBe(report.state === 'final' ? 1 : 0)
  for (const { as, seq } of report.issues) expect(told.tried).toContain(keyOf(as, seq))
  for (const { as, seq, documents } of told.signatures) {
    const issue = report.issues.find((one) => one.as === as && one.seq === seq)
    expect(issue?.documents.map((one) => one.SOPInstanceUID)).toEqual(documents)
  }
  const issued = report.issues.flatMap(({ documents }) => documents.map((one) => one.SOPInstanceUID))
  expect([...world.ingested.keys()].sort()).toEqual(issued.toSorted())
  expect(world.versions).toBe(0)
  expect([...world.outbox.keys()].sort()).toEqual([...world.ingested.values()].map((one) => one.instanceKey).sort())
  expect(world.stores().reports.pendingIssues()).toEqual([])
}

it('keeps every acknowledged word and signs nothing twice', async () => {
  let kills = 0
  let signatures = 0
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
      const world = createWorld()
      const begun = await world.reports.create({ StudyInstanceUID: '1.2', templateId: 'free-text', language: 'fr' })
      if (begun.kind !== 'created') throw new Error(begun.kind)
      const { reportId } = begun.report
      const first = [typedParagraph('Résultat'), typedParagraph('Conclusion', { sectionId: 'conclusion' })]
      await world.reports.append({ reportId, after: 0, changes: first })
      const told: Told = { reportId, seq: 2, text: 'Résultat', unanswered: null, signatures: [], tried: new Set() }
      for (const one of actions) {
        world.stepsLeft = one.killAfter ?? Number.POSITIVE_INFINITY
        try {
          await perform(world, told, one.action)
        } catch (error) {
          if (!(error instanceof Killed)) throw error
          kills += 1
        }
        // A dead process also fails what goes on behind an answer.
        if (world.stepsLeft <= 0) {
          await world.restart()
          await check(world, told)
        }
        world.stepsLeft = Number.POSITIVE_INFINITY
      }
      await world.restart()
      await check(world, told)
      signatures += told.signatures.length
    }),
    { numRuns: 60 },
  )
  // The runs did what they are for.
  expect(kills).toBeGreaterThan(10)
  expect(signatures).toBeGreaterThan(10)
})

it('finishes one signature, the same one, wherever in it the process ends', async () => {
  const world0 = createWorld()
  const prepare = async (world: World) => {
    const begun = await world.reports.create({ StudyInstanceUID: '1.2', templateId: 'free-text', language: 'fr' })
    if (begun.kind !== 'created') throw new Error(begun.kind)
    const { reportId } = begun.report
    const changes = [typedParagraph('Résultat'), typedParagraph('Conclusion', { sectionId: 'conclusion' })]
    await world.reports.append({ reportId, after: 0, changes })
    return { reportId, after: 2, as: 'final' as const, pin: PIN, accepted: [] }
  }
  const request = await prepare(world0)
  const before = world0.steps
  await world0.reports.sign(request)
  const steps = world0.steps - before
  expect(steps).toBeGreaterThan(8)

  for (let at = 1; at <= 2 * steps; at += 1) {
    const world = createWorld()
    const wanted = await prepare(world)
    world.stepsLeft = at
    const answer = await world.reports.sign(wanted).catch((error: unknown) => error)
    await world.restart()
    const firstIssues = (await world.reports.get(wanted))?.issues ?? []
    if (!(answer instanceof Killed)) expect([at, (answer as { kind: string }).kind]).toEqual([at, 'signed'])
    const again = await world.reports.sign(wanted)
    if (again.kind !== 'signed') throw new Error(again.kind)
    expect(again.report.issues.length).toBe(1)
    if (firstIssues.length > 0) expect(again.report.issues).toEqual(firstIssues)
    expect([world.ingested.size, world.outbox.size, world.versions]).toEqual([2, 2, 0])
  }
})
