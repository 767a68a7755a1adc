import { getSchema } from '@tiptap/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalSections } from '../../../renderer/report/content/normal.ts'
import { documentToSections, sectionsToDocument } from '../../../renderer/report/editor/mapping.ts'
import { bareNodes } from '../../../renderer/report/editor/nodes.ts'
import { content, paragraph, section } from './contents.ts'

const schema = getSchema(bareNodes)

test('any content comes back from the editor as it went in, in its one spelling', () => {
  fc.assert(
    fc.property(content, ({ sections }) => {
      const document = schema.nodeFromJSON(sectionsToDocument(sections))
      document.check()
      expect(documentToSections(document, sections)).toEqual(normalSections(sections))
    }),
    { numRuns: 300 },
  )
})

test('the one spelling of a content is its own', () => {
  fc.assert(
    fc.property(content, ({ sections }) => {
      expect(normalSections(normalSections(sections))).toEqual(normalSections(sections))
    }),
  )
})

test('a text longer than a run may be is cut into runs between characters, and joined again', () => {
  const long = `${'a'.repeat(19_999)}😀${'b'.repeat(30_000)}`
  const [first] = normalSections([section('findings', [paragraph(long)])])
  const texts = first?.blocks[0]?.runs.map((run) => (run.kind === 'text' ? run.text : '')) ?? []
  expect(texts.map((text) => text.length)).toEqual([19_999, 20_000, 10_002])
  expect(texts.join('')).toBe(long)
})
