import { Editor } from '@tiptap/core'
import { UndoRedo } from '@tiptap/extensions'
import { TextSelection } from '@tiptap/pm/state'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Section } from '../../../main/contract/report.ts'
import { normalSections } from '../../../renderer/report/content/normal.ts'
import { deleteAcross, selectAll } from '../../../renderer/report/editor/across.ts'
import { refusalOf } from '../../../renderer/report/editor/guard.ts'
import { createHandle } from '../../../renderer/report/editor/handle.ts'
import { toggleList, WritingKeys } from '../../../renderer/report/editor/keys.ts'
import { documentToSections, sectionsToDocument } from '../../../renderer/report/editor/mapping.ts'
import { bareNodes } from '../../../renderer/report/editor/nodes.ts'
import { createClipboard, sliceText, textSlice } from '../../../renderer/report/editor/plain-text.ts'
import { content, image, paragraph, section, textsOf } from './contents.ts'

let editor: Editor
let sections: Section[]

/** An editor without views, with two sections of these paragraphs. */
function open(first: string[], second: string[]) {
  sections = [
    section(
      'findings',
      first.map((one) => paragraph(one)),
    ),
    section(
      'conclusion',
      second.map((one) => paragraph(one)),
    ),
  ]
  editor = new Editor({ extensions: [...bareNodes, UndoRedo, WritingKeys], content: sectionsToDocument(sections) })
}
const now = () => documentToSections(editor.state.doc, sections)
const texts = () =>
  now().map(({ blocks }) => textsOf({ sections: [section('one', blocks)], fields: [], keyImages: [] }))
/** Selects from the first place of one text to the last place of another. */
function select(from: string, to: string) {
  const places: Record<string, number> = {}
  editor.state.doc.descendants((node, at) => {
    if (node.isText) places[node.text ?? ''] = at
  })
  const { tr, doc } = editor.state
  editor.view.dispatch(tr.setSelection(TextSelection.create(doc, places[from] ?? 0, (places[to] ?? 0) + to.length)))
}
const press = (key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  editor.view.someProp('handleKeyDown', (handle) => handle(editor.view, event) || undefined)
}

const measurement = {
  measurementId: '5b0c5a1e-3a53-4a5e-9d43-2b1f5a3c9e01',
  StudyInstanceUID: '1.2',
  SeriesInstanceUID: '1.2.3',
  kind: 'length' as const,
  image,
  FrameOfReferenceUID: null,
  points: [],
  graphic: null,
  values: [{ quantity: 'length' as const, value: 12.4, unit: 'mm' }],
  calibration: 'patient' as const,
  view: '',
  revision: 1,
  createdAt: '',
  changedAt: '',
}

beforeEach(() => open(['un', 'deux'], ['trois', 'quatre']))
afterEach(() => editor.destroy())

test('a selection over sections is deleted from each, and the sections stay', () => {
  select('deux', 'trois')
  const transaction = deleteAcross(editor.state)
  expect(transaction).not.toBeNull()
  if (transaction) editor.view.dispatch(transaction)
  expect(texts()).toEqual([
    ['un', ''],
    ['', 'quatre'],
  ])
})

test('everything is selected section first, and deleting it leaves empty sections', () => {
  select('un', 'un')
  editor.view.dispatch(selectAll(editor.state))
  const { from, to } = editor.state.selection
  expect(editor.state.doc.textBetween(from, to, ' ')).toBe('un deux')
  editor.view.dispatch(selectAll(editor.state))
  press('Delete')
  expect(texts()).toEqual([[''], ['']])
})

test('an edit that would take or move a section is refused', () => {
  const { doc, tr } = editor.state
  const without = tr.delete(0, doc.child(0).nodeSize).doc
  expect([refusalOf(doc, without), refusalOf(doc, doc)]).toEqual(['section', null])
})

test('a list is switched on and off, Enter goes on with it and leaves it when empty', () => {
  select('un', 'deux')
  editor.view.dispatch(toggleList(editor.state, false))
  expect(now()[0]?.blocks.map(({ kind }) => kind)).toEqual(['item', 'item'])
  select('deux', 'deux')
  editor.commands.setTextSelection(editor.state.selection.to)
  press('Enter')
  press('ArrowRight', { altKey: true, shiftKey: true })
  expect(now()[0]?.blocks.at(-1)).toEqual({ kind: 'item', ordered: false, level: 1, runs: [] })
  press('Enter')
  press('Enter')
  expect(now()[0]?.blocks.at(-1)).toEqual({ kind: 'paragraph', runs: [] })
  select('un', 'deux')
  editor.view.dispatch(toggleList(editor.state, false))
  expect(now()[0]?.blocks.map(({ kind }) => kind)).toEqual(['paragraph', 'paragraph', 'paragraph'])
})

test('what is pasted is text: markup stays as it is, bullets become items, control characters go', () => {
  const slice = textSlice('<b>un</b>\r\n• deux\n- trois\nqua\u0007tre', editor.schema)
  const { tr } = editor.state
  editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, 2, 4)).replaceSelection(slice))
  expect(now()[0]?.blocks.map(({ kind }) => kind)).toEqual(['paragraph', 'item', 'item', 'paragraph', 'paragraph'])
  expect(texts()[0]).toEqual(['<b>un</b>', 'deux', 'trois', 'quatre', 'deux'])
})

test('any text pasted anywhere leaves a document of the model', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(), fc.nat(), (pasted, one, other) => {
      const { doc, tr } = editor.state
      const place = (number: number) => doc.resolve(number % doc.content.size)
      const selected = tr.setSelection(TextSelection.between(place(one), place(other)))
      const next = editor.state.apply(selected)
      const after = (deleteAcross(next) ?? next.tr.deleteSelection()).replaceSelection(
        textSlice(pasted, editor.schema),
      ).doc
      after.check()
      expect(after.childCount).toBe(2)
    }),
  )
})

test('a chip that is cut and pasted is the same chip; a field that still stands is pasted as its value', () => {
  const field = { kind: 'field' as const, fieldId: 'a', value: { kind: 'text' as const, text: 'valeur' } }
  const quoted = { kind: 'keyImage' as const, keyImageId: '0b8a51e8-0000-4000-8000-000000000001' }
  sections = [
    section('findings', [{ kind: 'paragraph', runs: [field, quoted] }]),
    section('conclusion', [paragraph('fin')]),
  ]
  editor.commands.setContent(sectionsToDocument(sections))
  const atomText = () => 'valeur'
  const clipboard = createClipboard(atomText)
  const kept = new Map<string, string>()
  const event = (type: string) =>
    Object.assign(new Event(type, { cancelable: true }), {
      clipboardData: {
        setData: (kind: string, text: string) => kept.set(kind, text),
        getData: (kind: string) => kept.get(kind) ?? '',
      },
    }) as unknown as ClipboardEvent
  editor.commands.setTextSelection({ from: 2, to: 4 })
  clipboard.copy(editor.view, event('copy'))
  expect([...kept]).toEqual([['text/plain', 'valeurvaleur']])
  select('fin', 'fin')
  clipboard.paste(editor.view, event('paste'))
  expect(now().map(({ blocks }) => blocks[0]?.runs)).toEqual([
    [field, quoted],
    [{ kind: 'text', text: 'valeur', marks: [] }, quoted],
  ])
})

test('copied text has a line for each block', () => {
  select('un', 'quatre')
  expect(sliceText(editor.state.selection.content(), () => '')).toBe('un\ndeux\ntrois\nquatre')
})

test('a measurement goes in at the caret with a space before it, is updated, and found again', () => {
  const handle = createHandle(editor)
  select('deux', 'deux')
  editor.commands.setTextSelection(editor.state.selection.to)
  handle.insertMeasurement(measurement)
  editor.view.dispatch(editor.state.tr.insertText('.'))
  const runs = () => now()[0]?.blocks[1]?.runs.map((run) => (run.kind === 'text' ? run.text : run.kind))
  expect(runs()).toEqual(['deux ', 'measurement', '.'])
  const changed = { ...measurement, revision: 2 }
  expect([handle.updateMeasurements([changed]), handle.updateMeasurements([changed])]).toEqual([1, 0])
  expect(handle.goTo({ measurementId: measurement.measurementId })).toBe(true)
  expect(handle.goTo({ fieldId: 'nowhere' })).toBe(false)
})

test('what another window wrote replaces only what differs, and any content can be shown', () => {
  fc.assert(
    fc.property(content, content, (before, after) => {
      sections = before.sections
      editor.commands.setContent(sectionsToDocument(before.sections))
      createHandle(editor).replaceSections(after.sections)
      expect(now().map(({ blocks }) => blocks)).toEqual(normalSections(after.sections).map(({ blocks }) => blocks))
    }),
    { numRuns: 60 },
  )
})
