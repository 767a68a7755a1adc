import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Block } from '../../../main/contract/report.ts'
import { mergeContents } from '../../../renderer/report/content/merge.ts'
import { normalSections } from '../../../renderer/report/content/normal.ts'
import { content, fields, paragraph, section, textsOf } from './contents.ts'

const of = (...blocks: Block[]) => ({ sections: [section('a', blocks)], fields, keyImages: [] })
const [one, two, three] = [paragraph('un'), paragraph('deux'), paragraph('trois')]
const merge = (base: Block[], ours: Block[], theirs: Block[]) => {
  const { content: merged, doubled } = mergeContents(
    of(...base),
    of(...ours),
    of(...theirs),
    ({ fieldId }) => `[${fieldId}]`,
  )
  return { texts: textsOf(merged), doubled }
}

test('what two windows wrote in different places goes together', () => {
  expect(merge([one, two, three], [paragraph('UN'), two, three], [one, two, three, paragraph('quatre')])).toEqual({
    texts: ['UN', 'deux', 'trois', 'quatre'],
    doubled: [],
  })
})

test('what two windows wrote in the same place stays twice, and is named', () => {
  expect(merge([one, two], [one, paragraph('deux A')], [one, paragraph('deux B')])).toEqual({
    texts: ['un', 'deux B', 'deux A'],
    doubled: ['a'],
  })
})

test('the same written by both stands once', () => {
  expect(merge([one], [one, two], [one, two])).toEqual({ texts: ['un', 'deux'], doubled: [] })
})

test('a field that both kept stands once, the other one as its value', () => {
  const filled = (text: string): Block => ({
    kind: 'paragraph',
    runs: [{ kind: 'field', fieldId: 'a', value: { kind: 'text', text } }],
  })
  const { content: merged } = mergeContents(of(filled('')), of(filled('A')), of(filled('B')), () => 'A')
  expect(merged.sections[0]?.blocks).toEqual([filled('B'), paragraph('A')])
})

test('of any two contents no text that either wrote is missing', () => {
  fc.assert(
    fc.property(content, content, content, (base, ours, theirs) => {
      const merged = textsOf(mergeContents(base, ours, theirs, () => '').content)
      // An empty paragraph in an empty section is how the editor shows that there is nothing.
      const written = (after: typeof ours) =>
        textsOf(after).filter((text) => text !== '' && !textsOf(base).includes(text))
      for (const text of [...written(ours), ...written(theirs)]) expect(merged).toContain(text)
    }),
    { numRuns: 300 },
  )
})

test('who wrote nothing takes over what the other wrote', () => {
  fc.assert(
    fc.property(content, content, (base, other) => {
      const once = new Set<string>()
      const repeats = other.sections.some(({ blocks }) =>
        blocks.some(({ runs }) =>
          runs.some((run) => run.kind === 'field' && (once.has(run.fieldId) || !once.add(run.fieldId))),
        ),
      )
      fc.pre(!repeats)
      const wanted = { sections: normalSections(other.sections), images: other.keyImages }
      const said = (merged: typeof base) => ({ sections: normalSections(merged.sections), images: merged.keyImages })
      expect(said(mergeContents(base, base, other, () => '').content)).toEqual(wanted)
    }),
  )
})
