/** Any content that the contract allows, and contents to begin from. */
import fc from 'fast-check'
import type { ImageReference } from '../../../main/contract/measurement.ts'
import type {
  Block,
  FieldDefinition,
  FieldValue,
  KeyImage,
  ReportContent,
  Run,
  Section,
} from '../../../main/contract/report.ts'

const code = { CodeValue: '59776-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Findings' }

export const image: ImageReference = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: '1.2.3.4',
  SeriesInstanceUID: '1.2.3',
  StudyInstanceUID: '1.2',
  frame: null,
}

export const fields: FieldDefinition[] = [
  { fieldId: 'a', label: 'Anomalie', concept: null, mandatory: true, type: { kind: 'text' } },
  {
    fieldId: 'b',
    label: 'Épaisseur',
    concept: null,
    mandatory: false,
    type: { kind: 'number', unit: 'mm', minimum: 0, maximum: 50, decimals: 1 },
  },
]

const ids = fc.integer({ min: 1, max: 9 }).map((n) => `0b8a51e8-0000-4000-8000-00000000000${n}`)

const text: fc.Arbitrary<Run> = fc.record({
  kind: fc.constant('text' as const),
  text: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', '<b>gras</b>', 'ligne\nautre', '😀'),
  ),
  marks: fc.uniqueArray(fc.constantFrom('bold' as const, 'italic' as const), { maxLength: 2 }),
})
const value: fc.Arbitrary<FieldValue> = fc.oneof<fc.MaybeWeightedArbitrary<FieldValue>[]>(
  fc.string({ maxLength: 8 }).map((typed): FieldValue => ({ kind: 'text', text: typed })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((figure): FieldValue => ({ kind: 'number', value: figure })),
  fc
    .uniqueArray(fc.constantFrom('x', 'y'), { minLength: 1 })
    .map((chosen): FieldValue => ({ kind: 'choice', optionIds: chosen })),
  fc.constant<FieldValue>({ kind: 'date', date: '20261122' }),
)
const field: fc.Arbitrary<Run> = fc
  .record({ fieldId: fc.constantFrom<string>('a', 'b', 'c'), value: fc.option(value) })
  .map((one): Run => ({ kind: 'field', ...one }))
const measurement: fc.Arbitrary<Run> = fc
  .record({
    kind: fc.constant('measurement' as const),
    measurementId: ids,
    revision: fc.integer({ min: 1, max: 4 }),
    measured: fc.constantFrom('length' as const, 'ellipse' as const),
    image: fc.constantFrom<ImageReference | null>(null, image),
  })
  .map((one): Run => ({ ...one, values: [{ quantity: 'length', value: 12.4, unit: 'mm' }] }))
const run = fc.oneof<fc.MaybeWeightedArbitrary<Run>[]>(
  { weight: 4, arbitrary: text },
  field,
  measurement,
  fc.record({ kind: fc.constant('keyImage' as const), keyImageId: ids }),
)
const runs = fc.array(run, { maxLength: 5 })
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('paragraph' as const), runs }),
  fc.record({
    kind: fc.constant('item' as const),
    ordered: fc.boolean(),
    level: fc.integer({ min: 0, max: 5 }),
    runs,
  }),
)
const blocks = fc.array(block, { maxLength: 6 })

const keyImage: fc.Arbitrary<KeyImage> = fc.record({
  keyImageId: ids,
  image: fc.constant(image),
  title: fc.constant({ CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' }),
  note: fc.string({ maxLength: 5 }),
  window: fc.constantFrom(null, { center: 40, width: 80 }),
})

export const section = (sectionId: string, content: Block[] = []): Section => ({
  sectionId,
  code,
  title: `Section ${sectionId}`,
  mandatory: false,
  blocks: content,
})

export const paragraph = (...texts: string[]): Block => ({
  kind: 'paragraph',
  runs: texts.map((one) => ({ kind: 'text', text: one, marks: [] })),
})

/** A content of two sections with any blocks and key images. */
export const content: fc.Arbitrary<ReportContent> = fc
  .record({
    first: blocks,
    second: blocks,
    keyImages: fc.uniqueArray(keyImage, { maxLength: 3, selector: ({ keyImageId }) => keyImageId }),
  })
  .map(({ first, second, keyImages }) => ({
    sections: [section('findings', first), section('conclusion', second)],
    fields,
    keyImages,
  }))

/** All text of a content, block by block. */
export const textsOf = ({ sections }: ReportContent): string[] =>
  sections.flatMap(({ blocks: all }) =>
    all.map((one) => one.runs.map((part) => (part.kind === 'text' ? part.text : '')).join('')),
  )
