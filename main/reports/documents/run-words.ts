/** The words of a report's runs: what a field, a measurement or a key image says where it stands in the text. */
import type { Block, FieldDefinition, FieldValue, Run } from '../../contract/report.ts'
import type { Language } from '../../contract/settings.ts'
import type { MeasurementRun } from '../content-runs.ts'
import { dateText, fixed, measuredFigure, withUnit } from './figures.ts'
import type { IssuedReport } from './issued-report.ts'
import { fill, wordsOf } from './words.ts'

/** Says the runs of one report's content in its language. */
export interface RunWords {
  run(run: Run): string
  block(block: Block): string
  /** `1` for the first key image, in the order of the content; 0 when there is no such image. */
  keyImageNumber(keyImageId: string): number
  /** `examen du 12/03/2024` for evidence of another study than the reported one; empty for the reported one. */
  otherStudy(StudyInstanceUID: string): string
}

/** {@link RunWords} of an issue. */
export function createRunWords({ report, measurements, studyDates }: IssuedReport): RunWords {
  const { content, language } = report
  const words = wordsOf(language)
  const definitions = new Map(content.fields.map((field) => [field.fieldId, field]))
  const keyImageNumber = (keyImageId: string) =>
    content.keyImages.findIndex((keyImage) => keyImage.keyImageId === keyImageId) + 1

  const otherStudy = (StudyInstanceUID: string): string => {
    if (StudyInstanceUID === report.subject.StudyInstanceUID) return ''
    const date = dateText(studyDates.get(StudyInstanceUID) ?? '', language)
    return date ? fill(words.studyOf, { date }) : words.otherStudy
  }
  const studyOf = (quoted: MeasurementRun): string => {
    const kept = measurements.find(({ measurementId }) => measurementId === quoted.measurementId)
    const StudyInstanceUID = quoted.image?.StudyInstanceUID ?? kept?.StudyInstanceUID ?? quoted.StudyInstanceUID
    return StudyInstanceUID === undefined ? '' : otherStudy(StudyInstanceUID)
  }
  const run = (one: Run): string => {
    switch (one.kind) {
      case 'text':
        return one.text
      case 'field':
        return one.value ? fieldText(definitions.get(one.fieldId), one.value, language) : words.notFilledIn
      case 'measurement':
        return withStudy(measurementText(one, language), studyOf(one))
      case 'keyImage':
        return `${words.keyImage}\u00a0${keyImageNumber(one.keyImageId) || '?'}`
    }
  }
  return { run, block: (block) => block.runs.map(run).join(''), keyImageNumber, otherStudy }
}

const withStudy = (text: string, study: string): string => (study ? `${text} (${study})` : text)

function fieldText(definition: FieldDefinition | undefined, value: FieldValue, language: Language): string {
  switch (value.kind) {
    case 'text':
      return value.text
    case 'date':
      return dateText(value.date, language)
    case 'number': {
      const type = definition?.type.kind === 'number' ? definition.type : { decimals: 0, unit: '' }
      const decimals = Math.max(type.decimals, decimalsOf(value.value))
      return withUnit(fixed(value.value, decimals, language), type.unit, language)
    }
    case 'choice':
      return value.optionIds.map((optionId) => optionLabel(definition, optionId)).join(', ')
  }
}

/** How many decimals the number was given: none that was typed is dropped. */
const decimalsOf = (value: number): number => Math.min(/\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0, 6)

const optionLabel = (definition: FieldDefinition | undefined, optionId: string): string => {
  const options = definition?.type.kind === 'choice' ? definition.type.options : []
  return options.find((option) => option.optionId === optionId)?.label ?? optionId
}

/** `12,3 mm`, or every figure of a region by its name. */
function measurementText({ values }: MeasurementRun, language: Language): string {
  const words = wordsOf(language)
  return values
    .map((value) => {
      const figure = measuredFigure(value, language)
      return value.quantity === 'length' ? figure : `${words[value.quantity]}\u00a0${figure}`
    })
    .join(', ')
}
