import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReportContent, ReportState } from '../../../main/contract/report.ts'
import { applyReportChange } from '../../../main/contract/report-changes.ts'
import { changesBetween } from '../../../renderer/report/content/changes.ts'
import { createSaver, type NumberedChange, type SaveStatus } from '../../../renderer/report/saving/saver.ts'
import { paragraph, section, textsOf } from './contents.ts'

const empty: ReportContent = { sections: [section('a'), section('b')], fields: [], keyImages: [] }

/** Longest request that the station reads. */
const MOST_CHARACTERS = 4_000

/** A station with one report, as the contract describes it. */
function createStation() {
  let seq = 0
  let content = empty
  let state: ReportState = 'draft'
  const known = new Set<string>()
  const log: NumberedChange[] = []
  return {
    log,
    content: () => content,
    end: (last: ReportState) => {
      state = last
    },
    append: (after: number, changes: readonly NumberedChange[]) => {
      if (changes.every(({ changeId }) => known.has(changeId))) return { kind: 'saved', seq, at: `at ${seq}` } as const
      if (state === 'final') return { kind: 'immutable' } as const
      if (JSON.stringify(changes).length > MOST_CHARACTERS) return { kind: 'does-not-fit' } as const
      if (after !== seq) return { kind: 'conflict', seq } as const
      for (const numbered of changes) {
        const next = applyReportChange(content, numbered.change)
        if (!next) return { kind: 'does-not-fit' } as const
        content = next
        seq += 1
        known.add(numbered.changeId)
        log.push(numbered)
      }
      return { kind: 'saved', seq, at: `at ${seq}` } as const
    },
    get: () => ({ seq, content, state, changedAt: `at ${seq}` }),
  }
}

type Fate = 'answered' | 'request-lost' | 'answer-lost' | 'other-wrote' | 'other-wrote-and-signed'

const write = (before: ReportContent, sectionId: string, text: string): ReportContent => ({
  ...before,
  sections: before.sections.map((one) =>
    one.sectionId === sectionId ? { ...one, blocks: [...one.blocks, paragraph(text)] } : one,
  ),
})

/** A window that writes, on a line that does to each request what `fates` say, then answers. */
function open(station: ReturnType<typeof createStation>, fates: Fate[] = []) {
  const statuses: SaveStatus[] = []
  const doubled: string[] = []
  let ids = 0
  let others = 0
  const saver = createSaver(station.get(), {
    append: async (after, changes) => {
      const fate = fates.shift() ?? 'answered'
      await Promise.resolve()
      if (fate.startsWith('other-wrote')) {
        const text = `autre ${others++}`
        const [change] = changesBetween(station.content(), write(station.content(), 'a', text))
        if (change) station.append(station.get().seq, [{ changeId: text, change }])
      }
      if (fate === 'other-wrote-and-signed') station.end('final')
      if (fate === 'request-lost') throw new Error('lost')
      const answer = station.append(after, changes)
      if (fate === 'answer-lost') throw new Error('lost')
      return answer
    },
    get: async () => station.get(),
    waitBeforeTry: async () => undefined,
    newId: () => `id ${ids++}`,
    fieldText: () => '',
    onReplaced: (_, sections) => doubled.push(...sections),
    onStatus: (status) => statuses.push(status),
  })
  return { saver, statuses, doubled }
}

describe('the saver', () => {
  test('sends one request at a time, each with everything since the one before', async () => {
    const station = createStation()
    const { saver } = open(station)
    for (const text of ['T', 'Th', 'Tho']) saver.write(write(empty, 'a', text))
    expect(await saver.flush()).toBe(2)
    expect(textsOf(station.content())).toEqual(['Tho'])
    expect(station.log).toHaveLength(2)
  })

  test('calls saved only what was answered, and tells when the line is down', async () => {
    const station = createStation()
    const { saver, statuses } = open(station, ['request-lost', 'answer-lost'])
    saver.write(write(empty, 'a', 'texte'))
    await saver.flush()
    expect(statuses).toEqual([
      { kind: 'saving' },
      { kind: 'retrying' },
      { kind: 'retrying' },
      { kind: 'saved', at: 'at 1' },
    ])
    expect(station.log).toHaveLength(1)
  })

  test('after any lost requests and answers, and others’ writing, every text stands in the log once and the screen shows the log', async () => {
    const step = fc.record({
      section: fc.constantFrom('a', 'b'),
      fate: fc.constantFrom<Fate>('answered', 'request-lost', 'answer-lost', 'other-wrote'),
      pause: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const station = createStation()
        const { saver } = open(
          station,
          steps.map(({ fate }) => fate),
        )
        for (const [index, { section: sectionId, pause }] of steps.entries()) {
          saver.write(write(saver.content(), sectionId, `texte ${index}`))
          if (pause) await saver.flush()
        }
        await saver.flush()
        const texts = textsOf(station.content())
        for (const index of steps.keys()) expect(texts.filter((text) => text === `texte ${index}`)).toHaveLength(1)
        for (const { changeId } of station.log.filter(({ changeId: id }) => id.startsWith('autre')))
          expect(texts.filter((text) => text === changeId)).toHaveLength(1)
        expect(changesBetween(station.content(), saver.content())).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('keeps what was written on the screen, and says so, once the report takes no more', async () => {
    const station = createStation()
    const { saver, statuses } = open(station)
    station.end('final')
    saver.write(write(empty, 'a', 'trop tard'))
    expect(await saver.flush()).toBeNull()
    expect(statuses.at(-1)).toEqual({ kind: 'refused', reason: 'immutable' })
    expect(textsOf(saver.content())).toEqual(['trop tard'])
  })

  test('names what would be lost with the page: first what was sent without an answer, under its own ids', async () => {
    const station = createStation()
    const { saver } = open(station)
    saver.write(write(empty, 'a', 'un'))
    saver.write(write(write(empty, 'a', 'un'), 'b', 'deux'))
    const { after, changes } = saver.unsaved()
    expect(after).toBe(0)
    await saver.flush()
    expect(changes.map(({ changeId }) => station.log.some((logged) => logged.changeId === changeId))).toEqual([
      true,
      false,
    ])
  })

  test('takes over what another window wrote when it is told to look', async () => {
    const station = createStation()
    const { saver } = open(station)
    const [change] = changesBetween(empty, write(empty, 'b', 'ailleurs'))
    if (change) station.append(0, [{ changeId: 'x', change }])
    saver.refresh()
    expect(await saver.flush()).toBe(1)
    expect(textsOf(saver.content())).toEqual(['ailleurs'])
  })

  test('saves again once what did not fit was shortened, and meanwhile keeps what does fit', async () => {
    const station = createStation()
    const { saver, statuses } = open(station)
    const tooMuch = write(empty, 'a', 'x'.repeat(MOST_CHARACTERS))
    saver.write(tooMuch)
    expect(await saver.flush()).toBeNull()
    expect(statuses.at(-1)).toEqual({ kind: 'refused', reason: 'does-not-fit' })
    saver.write(write(tooMuch, 'b', 'conclusion'))
    expect(await saver.flush()).toBeNull()
    expect([textsOf(station.content()), saver.isDurable()]).toEqual([['conclusion'], false])
    saver.write(write(write(empty, 'a', 'court'), 'b', 'conclusion'))
    expect(await saver.flush()).toBe(2)
    expect([textsOf(station.content()), saver.isDurable()]).toEqual([['court', 'conclusion'], true])
    expect(statuses.at(-1)).toEqual({ kind: 'saved', at: 'at 2' })
  })

  test('a report that was given out elsewhere is shown as it was given out when nothing was typed here', async () => {
    const station = createStation()
    const { saver, statuses } = open(station)
    const [change] = changesBetween(empty, write(empty, 'b', 'ailleurs'))
    if (change) station.append(0, [{ changeId: 'x', change }])
    station.end('final')
    saver.refresh()
    expect(await saver.flush()).toBe(1)
    expect(textsOf(saver.content())).toEqual(['ailleurs'])
    expect(statuses.at(-1)).toEqual({ kind: 'saved', at: 'at 1' })
  })

  test('what was typed while the report was given out elsewhere stays as it was typed, and is told', async () => {
    const station = createStation()
    const { saver, statuses } = open(station, ['other-wrote-and-signed'])
    saver.write(write(empty, 'a', 'tapé ici'))
    expect(await saver.flush()).toBeNull()
    expect(textsOf(saver.content())).toEqual(['tapé ici'])
    expect(saver.isDurable()).toBe(false)
    expect(statuses.at(-1)).toEqual({ kind: 'refused', reason: 'immutable' })
  })
})
