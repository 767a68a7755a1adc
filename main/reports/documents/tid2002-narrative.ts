/**
 * TID 2002 Report Narrative: a section's words as TEXT, with the measurements and key images in them as what they are inferred from
 * (TID 2001), and the coded fields in them as CODE, NUM and TEXT of their own. The template is not extensible: there is nothing else.
 */
import type { Measurement } from '../../contract/measurement.ts'
import type { Block, FieldDefinition, ReportContent, Run, Section } from '../../contract/report.ts'
import { type Code, codes, reportElementOfHeading, unitCode } from '../../dicom/index.ts'
import { type ContentItem, codedItem, imageItem, numberItem, textItem } from './content-item.ts'
import type { RunWords } from './run-words.ts'
import { measuredValues } from './tid1400-measured-values.ts'

/** What a section's narrative draws on. */
export interface NarrativeSource {
  content: ReportContent
  words: RunWords
  /** The measurement that a run quotes, in the revision quoted. */
  quoted(run: Extract<Run, { kind: 'measurement' }>): Measurement | undefined
}

/** A paragraph with the list that follows it, or a list of its own: what is read in one go. */
const passages = (blocks: readonly Block[]): Block[][] =>
  blocks.reduce<Block[][]>((found, block) => {
    const last = found.at(-1)
    if (block.kind === 'item' && last) last.push(block)
    else found.push([block])
    return found
  }, [])

/** The lines of a passage; items are indented by level and numbered or dashed. */
const passageLines = (blocks: readonly Block[], words: RunWords): string[] => {
  const numbers: number[] = []
  return blocks.map((block) => {
    if (block.kind === 'paragraph') return words.block(block)
    numbers.length = block.level + 1
    const number = (numbers[block.level] ?? 0) + 1
    numbers[block.level] = block.ordered ? number : 0
    return `${'  '.repeat(block.level)}${block.ordered ? `${number}.` : '-'} ${words.block(block)}`
  })
}

const runsOf = (blocks: readonly Block[]): Run[] => blocks.flatMap((block) => block.runs)

/** TID 2001: the figures and images that the words rest on. */
const inferredFrom = (run: Run, source: NarrativeSource): ContentItem[] => {
  if (run.kind === 'measurement') {
    const measurement = source.quoted(run)
    return measurement ? measuredValues('INFERRED FROM', { ...measurement, values: run.values }) : []
  }
  if (run.kind !== 'keyImage') return []
  const keyImage = source.content.keyImages.find(({ keyImageId }) => keyImageId === run.keyImageId)
  return keyImage ? [imageItem('INFERRED FROM', codes.BestIllustrationOfFinding, keyImage.image)] : []
}

/** A filled-in field that has a concept: choices that have codes as CODE, numbers as NUM, texts as TEXT; dates are words only. */
const fieldItems = (run: Run, definitions: ReadonlyMap<string, FieldDefinition>): ContentItem[] => {
  const definition = run.kind === 'field' ? definitions.get(run.fieldId) : undefined
  if (run.kind !== 'field' || !run.value || !definition?.concept) return []
  const { concept, type } = definition
  const { value } = run
  if (value.kind === 'text') return value.text ? [textItem('CONTAINS', concept, value.text)] : []
  if (value.kind === 'number' && type.kind === 'number') {
    return [numberItem('CONTAINS', concept, value.value, unitCode(type.unit), [])]
  }
  if (value.kind !== 'choice' || type.kind !== 'choice') return []
  const chosen = type.options.filter(({ optionId }) => value.optionIds.includes(optionId))
  return chosen.flatMap(({ code }) => (code ? [codedItem('CONTAINS', concept, code)] : []))
}

const narrative = (name: Code, title: string | null, blocks: readonly Block[], source: NarrativeSource) => {
  const text = [...(title === null ? [] : [title]), ...passageLines(blocks, source.words)].join('\n')
  const definitions = new Map(source.content.fields.map((field) => [field.fieldId, field]))
  const runs = runsOf(blocks)
  return [
    textItem(
      'CONTAINS',
      name,
      text,
      runs.flatMap((run) => inferredFrom(run, source)),
    ),
    ...runs.flatMap((run) => fieldItems(run, definitions)),
  ]
}

/** TID 2002 for one section, empty when it says nothing; `title` is its first line, where the heading cannot say it. */
export const reportNarrative = (section: Section, title: string | null, source: NarrativeSource): ContentItem[] => {
  const name = reportElementOfHeading.get(section.code.CodeValue) ?? section.code
  const isSilent = (blocks: readonly Block[]) => blocks.every((block) => source.words.block(block).trim() === '')
  return passages(section.blocks)
    .filter((blocks) => !isSilent(blocks))
    .flatMap((blocks, i) => narrative(name, i === 0 ? title : null, blocks, source))
}
